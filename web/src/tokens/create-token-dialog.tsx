import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { DialogForm } from '../dialogs/dialog-form.tsx'
import { ShownOnce } from '../dialogs/shown-once.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { CreateApiTokenDocument, type Role } from '../gql/graphql.ts'
import { RoleField } from '../roles/role-field.tsx'
import { scopesOfRole } from '../roles/scopes.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { endOf, type Lifetime, LifetimeField, ScopesField } from './scope-fields.tsx'

export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const [token, setToken] = useState<string>()
  return (
    <Dialog
      onClose={onClose}
      title={token ? 'Copy the token now' : 'New API token'}
      // A click beside the dialog must not close it while it shows the token.
      closeOnClickOutside={!token}
      keepsTyped={Boolean(token)}
    >
      {token ? (
        <ShownOnce
          label="Token"
          text={token}
          hint="It is not shown again. Keep it where secrets are kept."
          onClose={onClose}
        >
          <Text size="sm" c="dimmed">
            Send it with each request: <code>Authorization: Bearer lks_…</code>
          </Text>
        </ShownOnce>
      ) : (
        <TokenForm onClose={onClose} onCreated={setToken} />
      )}
    </Dialog>
  )
}

function TokenForm({ onClose, onCreated }: { onClose: () => void; onCreated: (token: string) => void }) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const submission = useSubmission()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('MEMBER')
  const [scopes, setScopes] = useState(scopesOfRole('MEMBER'))
  const [lifetime, setLifetime] = useState<Lifetime>('90')
  const create = async () => {
    const input = { workspace, name, role, scopes, expiresAt: endOf(lifetime) }
    // The client is asked directly, because the state of a hook would keep the token.
    const answer = await client.mutation(CreateApiTokenDocument, { input }).toPromise()
    const result = answer.data?.createApiToken
    if (result?.__typename === 'CreateApiTokenSuccess') onCreated(result.token)
    return problemIn(answer)
  }
  return (
    <DialogForm
      submission={submission}
      submit="Make token"
      gap="md"
      onSubmit={() => submission.send(create)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="What will use it, such as “Deploy script”."
        required
        withAsterisk={false}
        maxLength={200}
        autoComplete="off"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RoleField
        role={role}
        onChange={(next) => {
          setRole(next)
          setScopes(scopesOfRole(next))
        }}
      />
      <ScopesField role={role} scopes={scopes} onChange={setScopes} />
      <LifetimeField lifetime={lifetime} onChange={setLifetime} />
    </DialogForm>
  )
}
