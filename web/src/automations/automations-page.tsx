import { TextInput } from '@mantine/core'
import { IconBolt, IconPlus, IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { problemOf } from '../api/problem.ts'
import { EmptyState } from '../feedback/empty-state.tsx'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { AutomationsDocument } from '../gql/graphql.ts'
import { ButtonLink } from '../routing/link.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { AutomationRow } from './automation-row.tsx'

const LOOK_AGAIN = 5000

export function AutomationsPage() {
  const { id: workspace } = useWorkspace()
  const [search, setSearch] = useState('')
  const [{ data, error, fetching }, reload] = useQuery({
    query: AutomationsDocument,
    variables: { workspace },
  })
  useEffect(() => {
    const timer = setInterval(() => reload({ requestPolicy: 'network-only' }), LOOK_AGAIN)
    return () => clearInterval(timer)
  }, [reload])
  const automations = data?.automations
  const wanted = search.trim().toLowerCase()
  const found = automations?.filter(({ name }) => name.toLowerCase().includes(wanted))
  return (
    <Page
      title="Automations"
      lead="Steps that run one after the other: by hand, by a webhook or on a schedule."
      actions={<NewAutomationButton />}
    >
      {automations && automations.length > 0 && (
        <TextInput
          type="search"
          aria-label="Search automations by name"
          placeholder="Search by name"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {!automations && error && !fetching && (
        <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      )}
      {!automations && fetching && <RowsSkeleton />}
      {automations?.length === 0 && <NoAutomations />}
      {found && found.length > 0 && (
        <ul className="rows" aria-label="Automations">
          {found.map((automation) => (
            <AutomationRow key={automation.id} automation={automation} />
          ))}
        </ul>
      )}
      {found?.length === 0 && automations && automations.length > 0 && (
        <p role="status">No name contains “{search.trim()}”.</p>
      )}
    </Page>
  )
}

function NewAutomationButton() {
  const { id: workspace } = useWorkspace()
  return (
    <ButtonLink
      to="/w/$workspace/automations/new"
      params={{ workspace }}
      leftSection={<IconPlus size={18} aria-hidden />}
    >
      New automation
    </ButtonLink>
  )
}

function NoAutomations() {
  return (
    <EmptyState icon={<IconBolt size={28} stroke={1.4} aria-hidden />} title="No automations yet">
      Make one: for example an HTTP request that carries a secret, started by a webhook.
    </EmptyState>
  )
}
