import { Button, Group, Paper, Stack, Title } from '@mantine/core'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../api/problem.ts'
import { notify, notifyProblem } from '../feedback/notify.ts'
import { useSubmission } from '../forms/use-submission.ts'
import { InvitationsDocument, type InvitationsQuery, RevokeInvitationDocument } from '../gql/graphql.ts'
import { besideRow } from '../lists/beside-row.ts'
import { Others } from '../lists/others.tsx'
import { TwoLines } from '../lists/two-lines.tsx'
import { roleName } from '../roles/roles.ts'
import { day } from '../time/day.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'

type Invitation = NonNullable<InvitationsQuery['workspace']>['invitationsConnection']['edges'][number]['node']

/** The people who were invited and have not joined yet. */
export function InvitationList() {
  const { id: workspace } = useWorkspace()
  const [{ data }] = useQuery({ query: InvitationsDocument, variables: { workspace } })
  const page = data?.workspace?.invitationsConnection
  const invitations = page?.edges.map(({ node }) => node) ?? []
  if (invitations.length === 0) return null
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        Invited
      </Title>
      <Stack gap="xs" component="ul" className="rows" aria-label="Invited">
        {invitations.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </Stack>
      <Others connection={page} />
    </Stack>
  )
}

function InvitationRow({ invitation: { id, email, role, expiresAt } }: { invitation: Invitation }) {
  const client = useClient()
  const { busy, send } = useSubmission()
  const label = `Revoke the invitation of ${email}`
  const revoke = () =>
    send(async () => {
      const next = besideRow(label)
      const found = problemIn(await client.mutation(RevokeInvitationDocument, { id }).toPromise())
      if (found) notifyProblem(found)
      else {
        next?.focus()
        notify(`The invitation of ${email} was revoked: its link works no more.`)
      }
      return found
    })
  return (
    <Paper withBorder px="md" py="xs" component="li">
      <Group justify="space-between">
        <div>
          <TwoLines below={`${roleName(role)} · the link works until ${day(expiresAt)}`}>{email}</TwoLines>
        </div>
        <Button variant="default" size="xs" loading={busy} onClick={revoke} aria-label={label}>
          Revoke
        </Button>
      </Group>
    </Paper>
  )
}
