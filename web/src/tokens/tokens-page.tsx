import { Button } from '@mantine/core'
import { IconPlus, IconRobot } from '@tabler/icons-react'
import { useState } from 'react'
import { useQuery } from 'urql'
import { EmptyState } from '../feedback/empty-state.tsx'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { ApiTokensDocument } from '../gql/graphql.ts'
import { Others } from '../lists/others.tsx'
import { AdminsOnly } from '../roles/admins-only.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { CreateTokenDialog } from './create-token-dialog.tsx'
import { TokenTable } from './token-table.tsx'

const LEAD = 'For programs that use the GraphQL API: each token belongs to this workspace and has one role.'

export function TokensPage() {
  const [creating, setCreating] = useState(false)
  if (useWorkspace().viewerRole !== 'ADMIN') {
    return (
      <Page title="API tokens" lead={LEAD}>
        <AdminsOnly what="API tokens" />
      </Page>
    )
  }
  const create = () => setCreating(true)
  return (
    <Page
      title="API tokens"
      lead={LEAD}
      actions={
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={create}>
          New token
        </Button>
      }
    >
      <TokenList />
      {creating && <CreateTokenDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}

function TokenList() {
  const { id: workspace } = useWorkspace()
  const [answer, reload] = useQuery({ query: ApiTokensDocument, variables: { workspace } })
  const page = answer.data?.workspace?.apiTokensConnection
  const tokens = page?.edges.map(({ node }) => node)
  if (tokens?.length === 0) {
    return (
      <EmptyState icon={<IconRobot size={28} stroke={1.4} aria-hidden />} title="No tokens yet">
        Make one for a script or a service. It is shown once.
      </EmptyState>
    )
  }
  if (tokens)
    return (
      <>
        <TokenTable tokens={tokens} />
        <Others connection={page} />
      </>
    )
  return <NotLoaded answer={answer} reload={reload} />
}
