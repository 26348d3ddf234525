import { Badge, Checkbox, NativeSelect, Stack, Table, Text } from '@mantine/core'
import { IconUserMinus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { notify } from '../feedback/notify.ts'
import { RemoveMemberDocument, type Role, SetMemberRoleDocument } from '../gql/graphql.ts'
import { RemovableTable } from '../lists/removable-table.tsx'
import { RemoveRowDialog } from '../lists/remove-row-dialog.tsx'
import { TwoLines } from '../lists/two-lines.tsx'
import { roleName, roles } from '../roles/roles.ts'
import { useViewer } from '../session/session.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { Member } from './member.ts'

export function MemberTable({ members, isAdmin }: { members: readonly Member[]; isAdmin: boolean }) {
  return (
    <Table.ScrollContainer minWidth={0} tabIndex={-1}>
      <RemovableTable
        label="Members"
        rows={members}
        columns={[
          { title: 'Name', cell: (member) => <Person member={member} /> },
          {
            title: 'Role',
            cell: (member) => (isAdmin ? <RoleSelect member={member} /> : roleName(member.role)),
          },
        ]}
        removal={
          isAdmin
            ? {
                verb: 'Remove',
                Icon: IconUserMinus,
                dialog: (member, onClose) => <RemoveDialog member={member} onClose={onClose} />,
              }
            : undefined
        }
      />
    </Table.ScrollContainer>
  )
}

function Person({ member: { user, name, email } }: { member: Member }) {
  const isSelf = useViewer().id === user
  return (
    <TwoLines below={email}>
      {name}{' '}
      {isSelf && (
        <Badge variant="default" tt="none" fw={500}>
          You
        </Badge>
      )}
    </TwoLines>
  )
}

function RoleSelect({ member }: { member: Member }) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const [wanted, setWanted] = useState<Role | undefined>(undefined)
  const change = async () => {
    if (!wanted) return undefined
    const input = { workspace, member: member.id, role: wanted }
    const found = problemIn(await client.mutation(SetMemberRoleDocument, { input }).toPromise())
    if (found) return found
    setWanted(undefined)
    notify(`${member.name} is now ${wanted === 'ADMIN' ? 'an admin' : 'a member'}.`)
    return undefined
  }
  return (
    <>
      <NativeSelect
        size="xs"
        w={110}
        aria-label={`Role of ${member.name}`}
        data={roles.map(({ value, label }) => ({ value, label }))}
        value={wanted ?? member.role}
        onChange={(event) => setWanted(roles.find(({ value }) => value === event.currentTarget.value)?.value)}
      />
      {wanted && (
        <ConfirmDialog
          title={wanted === 'ADMIN' ? `Make ${member.name} an admin?` : `Make ${member.name} a member?`}
          confirm="Change the role"
          onClose={() => setWanted(undefined)}
          work={change}
        >
          <Text size="sm">
            {wanted === 'ADMIN'
              ? 'They can add, bind and delete secrets, invite and remove people, and read the audit log.'
              : 'Their API tokens that may do more end at once, and so do the open invitations that they made.'}
          </Text>
        </ConfirmDialog>
      )}
    </>
  )
}

function RemoveDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { id: workspace, name } = useWorkspace()
  const client = useClient()
  const navigate = useNavigate()
  const isSelf = useViewer().id === member.user
  const [rotateHooks, setRotateHooks] = useState(false)
  const remove = async () => {
    const input = { workspace, member: member.id, rotateHooks }
    return problemIn(await client.mutation(RemoveMemberDocument, { input }).toPromise())
  }
  return (
    <RemoveRowDialog
      title={isSelf ? `Leave ${name}?` : `Remove ${member.name}?`}
      confirm={isSelf ? 'Leave' : 'Remove'}
      button={`Remove ${member.name}`}
      done={isSelf ? `You have left ${name}.` : `${member.name} was removed.`}
      onClose={onClose}
      onRemoved={() => isSelf && void navigate({ to: '/' })}
      work={remove}
    >
      <Stack gap="md">
        <Text size="sm">
          {isSelf ? 'You' : member.name} will no longer see this workspace. Automations and secrets stay as
          they are. API tokens and open invitations that {isSelf ? 'you' : 'they'} made end at once.
        </Text>
        <Checkbox
          label="Give every hook a new URL"
          description={`${isSelf ? 'You have' : 'They have'} seen the URLs. Whatever calls a hook has to be told the new one.`}
          checked={rotateHooks}
          onChange={(event) => setRotateHooks(event.currentTarget.checked)}
        />
      </Stack>
    </RemoveRowDialog>
  )
}
