import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { DialogForm } from '../dialogs/dialog-form.tsx'
import { ShownOnce } from '../dialogs/shown-once.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { InviteMemberDocument, type Role, SignUpPolicyDocument } from '../gql/graphql.ts'
import { RoleField } from '../roles/role-field.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'

interface Invited {
  email: string
  url: string
  /** Whether the person gets a mail with the link. */
  mailed: boolean
}

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [invited, setInvited] = useState<Invited>()
  return (
    <Dialog
      onClose={onClose}
      keepsTyped={Boolean(invited)}
      title={invited ? (invited.mailed ? 'A mail is on its way' : 'Send this link') : 'Invite someone'}
    >
      {invited ? (
        <ShownOnce
          label="Link"
          text={invited.url}
          hint={`${invited.mailed ? `${invited.email} gets it by mail. ` : ''}It works for a week, and for ${invited.email} alone. It is not shown again.`}
          onClose={onClose}
        />
      ) : (
        <InviteForm onClose={onClose} onInvited={setInvited} />
      )}
    </Dialog>
  )
}

function InviteForm({ onClose, onInvited }: { onClose: () => void; onInvited: (invited: Invited) => void }) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const submission = useSubmission()
  const [{ data }] = useQuery({ query: SignUpPolicyDocument })
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('MEMBER')
  const invite = async () => {
    const input = { workspace, email, role }
    const answer = await client.mutation(InviteMemberDocument, { input }).toPromise()
    const result = answer.data?.inviteMember
    if (result?.__typename === 'InviteMemberSuccess')
      onInvited({ email, url: result.url, mailed: result.mailed })
    return problemIn(answer)
  }
  return (
    <DialogForm
      submission={submission}
      submit="Make the link"
      gap="md"
      onSubmit={() => submission.send(invite)}
      onClose={onClose}
    >
      <TextInput
        label="Email"
        type="email"
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <RoleField role={role} onChange={setRole} />
      <Text size="sm" c="dimmed">
        {data?.signUp.sendsMail ? 'They get a mail with a link.' : 'You get a link to send them yourself.'}
      </Text>
    </DialogForm>
  )
}
