import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { CopyField } from '../forms/copy-field.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { InviteMemberDocument, type Role } from '../gql/graphql.ts'
import { RoleField } from '../roles/role-field.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [invited, setInvited] = useState<{ email: string; url: string }>()
  return (
    <Dialog onClose={onClose} title={invited ? 'Send this link' : 'Invite someone'}>
      {invited ? (
        <Stack>
          <CopyField
            label="Link"
            text={invited.url}
            hint={`It works for a week, and for ${invited.email} alone. It is not shown again.`}
          />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <InviteForm onClose={onClose} onInvited={setInvited} />
      )}
    </Dialog>
  )
}

function InviteForm({
  onClose,
  onInvited,
}: {
  onClose: () => void
  onInvited: (invited: { email: string; url: string }) => void
}) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('MEMBER')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send(async () => {
      const input = { workspace, email, role }
      const answer = await client.mutation(InviteMemberDocument, { input }).toPromise()
      const result = answer.data?.inviteMember
      if (result?.__typename === 'InviteMemberSuccess') onInvited({ email, url: result.url })
      return problemIn(answer)
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <Stack>
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
          You get a link to send them yourself.
        </Text>
        <FormProblem problem={problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
