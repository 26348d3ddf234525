import { IconTrash } from '@tabler/icons-react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { RevokeApiTokenDocument } from '../gql/graphql.ts'
import { RemovableTable } from '../lists/removable-table.tsx'
import { RemoveRowDialog } from '../lists/remove-row-dialog.tsx'
import { TwoLines } from '../lists/two-lines.tsx'
import { roleName } from '../roles/roles.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import type { ApiToken } from './api-token.ts'

export function TokenTable({ tokens }: { tokens: readonly ApiToken[] }) {
  return (
    <RemovableTable
      label="API tokens"
      rows={tokens}
      columns={[
        { title: 'Name', cell: ({ name, role }) => <TwoLines below={roleName(role)}>{name}</TwoLines> },
        { title: 'Made', wideOnly: true, cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
        {
          title: 'Last used',
          cell: ({ lastUsedAt }) => (lastUsedAt ? <TimeAgo at={lastUsedAt} /> : 'Never'),
        },
      ]}
      removal={{
        verb: 'Revoke',
        Icon: IconTrash,
        dialog: (token, onClose) => <RevokeDialog token={token} onClose={onClose} />,
      }}
    />
  )
}

function RevokeDialog({ token: { id, name }, onClose }: { token: ApiToken; onClose: () => void }) {
  const client = useClient()
  const revoke = async () => problemIn(await client.mutation(RevokeApiTokenDocument, { id }).toPromise())
  return (
    <RemoveRowDialog
      title={`Revoke ${name}?`}
      confirm="Revoke"
      button={`Revoke ${name}`}
      done={`The token ${name} was revoked.`}
      onClose={onClose}
      work={revoke}
    >
      Whatever uses it is refused from now on. This cannot be undone.
    </RemoveRowDialog>
  )
}
