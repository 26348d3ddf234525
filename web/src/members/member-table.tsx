import { Badge, Checkbox, NativeSelect, Stack, Table, Text } from '@mantine/core'
import { IconUserMinus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { notify, notifyProblem } from '../feedback/notify.ts'
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
  const change = async (role: Role) => {
    const input = { workspace, member: member.id, role }
    const found = problemIn(await client.mutation(SetMemberRoleDocument, { input }).toPromise())
    if (found) return notifyProblem(found)
    notify(`${member.name} is now ${role === 'ADMIN' ? 'an admin' : 'a member'}.`)
  }
  return (
    <NativeSelect
      size="xs"
      w={110}
      aria-label={`Role of ${member.name}`}
      data={roles.map(({ value, label }) => ({ value, label }))}
      value={member.role}
      onChange={(event) => {
        const role = roles.find(({ value }) => value === event.currentTarget.value)
        if (role) void change(role.value)
      }}
    />
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
