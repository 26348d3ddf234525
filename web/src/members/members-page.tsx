import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useQuery } from 'urql'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { MembersDocument } from '../gql/graphql.ts'
import { Others } from '../lists/others.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { InvitationList } from './invitation-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberTable } from './member-table.tsx'

export function MembersPage() {
  const { id: workspace, viewerRole } = useWorkspace()
  const isAdmin = viewerRole === 'ADMIN'
  const [inviting, setInviting] = useState(false)
  const [answer, reload] = useQuery({ query: MembersDocument, variables: { workspace } })
  const page = answer.data?.workspace?.membersConnection
  const members = page?.edges.map(({ node }) => node)
  const lead = isAdmin
    ? 'Members use secrets in automations; admins also manage them.'
    : 'Only admins invite people and change roles.'
  return (
    <Page
      title="Members"
      lead={lead}
      actions={
        isAdmin && (
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      {members ? (
        <MemberTable members={members} isAdmin={isAdmin} />
      ) : (
        <NotLoaded answer={answer} reload={reload} />
      )}
      <Others connection={page} />
      {isAdmin && <InvitationList />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  )
}
