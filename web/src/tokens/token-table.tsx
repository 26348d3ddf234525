import { IconTrash } from '@tabler/icons-react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { RevokeApiTokenDocument } from '../gql/graphql.ts'
import { RemovableTable } from '../lists/removable-table.tsx'
import { RemoveRowDialog } from '../lists/remove-row-dialog.tsx'
import { TwoLines } from '../lists/two-lines.tsx'
import { roleName } from '../roles/roles.ts'
import { scopesOfRole } from '../roles/scopes.ts'
import { day } from '../time/day.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import type { ApiToken } from './api-token.ts'

export function TokenTable({ tokens }: { tokens: readonly ApiToken[] }) {
  return (
    <RemovableTable
      label="API tokens"
      rows={tokens}
      columns={[
        { title: 'Name', cell: (token) => <TwoLines below={rightsOf(token)}>{token.name}</TwoLines> },
        {
          title: 'Owner',
          wideOnly: true,
          cell: ({ owner, createdAt }) => (
            <TwoLines below={<TimeAgo at={createdAt} />}>{owner?.name ?? 'Nobody'}</TwoLines>
          ),
        },
        { title: 'Expires', cell: ({ expiresAt }) => expiry(expiresAt) },
        {
          title: 'Last used',
          cell: ({ lastUsedAt, lastUsedFrom }) =>
            lastUsedAt ? (
              <TwoLines below={lastUsedFrom ? `from ${lastUsedFrom}` : ''}>
                <TimeAgo at={lastUsedAt} />
              </TwoLines>
            ) : (
              'Never'
            ),
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

/** The role, when the token has all of it; otherwise the scopes. */
function rightsOf({ role, scopes }: ApiToken): string {
  return scopes.length === scopesOfRole(role).length ? roleName(role) : scopes.join(', ')
}

function expiry(expiresAt: string | null): string {
  if (expiresAt === null) return 'Never'
  return Date.parse(expiresAt) < Date.now() ? `Expired ${day(expiresAt)}` : day(expiresAt)
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
