import { ActionIcon, Table, Text, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { notify } from '../feedback/notify.ts'
import { RevokeApiTokenDocument } from '../gql/graphql.ts'
import { besideRow } from '../lists/beside-row.ts'
import { roleName } from '../roles/roles.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import type { ApiToken } from './api-token.ts'

export function TokenTable({ tokens }: { tokens: readonly ApiToken[] }) {
  const [leaving, setLeaving] = useState<ApiToken>()
  return (
    <>
      <Table verticalSpacing="sm" aria-label="API tokens">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th visibleFrom="sm">Made</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>
                <Text size="sm" fw={500}>
                  {token.name}
                </Text>
                <Text size="sm" c="dimmed">
                  {roleName(token.role)}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <TimeAgo at={token.createdAt} />
              </Table.Td>
              <Table.Td>{token.lastUsedAt ? <TimeAgo at={token.lastUsedAt} /> : 'Never'}</Table.Td>
              <Table.Td ta="right">
                <Tooltip label="Revoke">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Revoke ${token.name}`}
                    onClick={() => setLeaving(token)}
                  >
                    <IconTrash size={18} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {leaving && <RevokeDialog token={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

function RevokeDialog({ token: { id, name }, onClose }: { token: ApiToken; onClose: () => void }) {
  const client = useClient()
  const revoke = async () => {
    const found = problemIn(await client.mutation(RevokeApiTokenDocument, { id }).toPromise())
    if (found) return found
    const next = besideRow(`Revoke ${name}`)
    flushSync(onClose)
    next?.focus()
    notify(`The token ${name} was revoked.`)
    return undefined
  }
  return (
    <ConfirmDialog title={`Revoke ${name}?`} confirm="Revoke" onClose={onClose} work={revoke}>
      Whatever uses it is refused from now on. This cannot be undone.
    </ConfirmDialog>
  )
}
