import { ActionIcon, Badge, NativeSelect, Table, Text, Tooltip } from '@mantine/core'
import { IconUserMinus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { notify, notifyProblem } from '../feedback/notify.ts'
import { RemoveMemberDocument, type Role, SetMemberRoleDocument } from '../gql/graphql.ts'
import { besideRow } from '../lists/beside-row.ts'
import { roleName, roles } from '../roles/roles.ts'
import { useViewer } from '../session/session.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { Member } from './member.ts'

export function MemberTable({ members, isAdmin }: { members: readonly Member[]; isAdmin: boolean }) {
  const viewer = useViewer()
  const [leaving, setLeaving] = useState<Member>()
  return (
    <Table.ScrollContainer minWidth={0} tabIndex={-1}>
      <Table verticalSpacing="sm" aria-label="Members">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Role</Table.Th>
            {isAdmin && <Table.Th aria-label="Actions" />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map((member) => (
            <Table.Tr key={member.id}>
              <Table.Td>
                <Text size="sm" fw={500}>
                  {member.name}{' '}
                  {member.id === viewer.id && (
                    <Badge variant="default" tt="none" fw={500}>
                      You
                    </Badge>
                  )}
                </Text>
                <Text size="sm" c="dimmed">
                  {member.email}
                </Text>
              </Table.Td>
              <Table.Td>{isAdmin ? <RoleSelect member={member} /> : roleName(member.role)}</Table.Td>
              {isAdmin && (
                <Table.Td ta="right">
                  <Tooltip label="Remove">
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${member.name}`}
                      onClick={() => setLeaving(member)}
                    >
                      <IconUserMinus size={18} aria-hidden />
                    </ActionIcon>
                  </Tooltip>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {leaving && <RemoveDialog member={leaving} onClose={() => setLeaving(undefined)} />}
    </Table.ScrollContainer>
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
  const isSelf = useViewer().id === member.id
  const remove = async () => {
    const input = { workspace, member: member.id }
    const found = problemIn(await client.mutation(RemoveMemberDocument, { input }).toPromise())
    if (found) return found
    const next = besideRow(`Remove ${member.name}`)
    flushSync(onClose)
    next?.focus()
    notify(isSelf ? `You have left ${name}.` : `${member.name} was removed.`)
    if (isSelf) await navigate({ to: '/' })
    return undefined
  }
  const title = isSelf ? `Leave ${name}?` : `Remove ${member.name}?`
  return (
    <ConfirmDialog title={title} confirm={isSelf ? 'Leave' : 'Remove'} onClose={onClose} work={remove}>
      {isSelf ? 'You' : member.name} will no longer see this workspace. Automations, secrets and API tokens
      stay as they are.
    </ConfirmDialog>
  )
}
