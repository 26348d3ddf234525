import { getRouteApi } from '@tanstack/react-router'
import { Page } from '../workspaces/page.tsx'
import { RunFilters } from './run-filters.tsx'
import { RunList } from './run-list.tsx'
import { StorageLine } from './storage-line.tsx'

const route = getRouteApi('/signed-in/w/$workspace/runs')

export function RunsPage() {
  const { automation, status } = route.useSearch()
  return (
    <Page title="Runs" lead="What your automations did. Values of secrets are never shown.">
      <RunFilters automation={automation} status={status} />
      <RunList key={`${automation} ${status}`} automation={automation} status={status} />
      <StorageLine />
    </Page>
  )
}
