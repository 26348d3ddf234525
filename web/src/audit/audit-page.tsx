import { Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { AuditLogDocument } from '../gql/graphql.ts'
import { nextOf, PAGE_LENGTH, PagedList, type PageProps, PageRows } from '../lists/paged-list.tsx'
import { AdminsOnly } from '../roles/admins-only.tsx'
import { TimeAgo } from '../time/time-ago.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { AuditExport } from './audit-export.tsx'
import { type AuditFilter, filterVariables } from './audit-filter.ts'
import { AuditFilters } from './audit-filters.tsx'
import { type AuditEvent, describeAction, describeDetail } from './describe-event.ts'

const LEAD = 'Who did what, and every use of a secret. Names and ids only: no value is ever in it.'

const route = getRouteApi('/signed-in/w/$workspace/settings/audit')

export function AuditPage() {
  const filter = route.useSearch()
  const isAdmin = useWorkspace().viewerRole === 'ADMIN'
  return (
    <Page title="Audit log" lead={LEAD}>
      {isAdmin ? (
        <>
          <AuditFilters filter={filter} />
          <AuditExport filter={filter} />
          <PagedList key={JSON.stringify(filter)} label="Events">
            {(page) => <AuditPart {...page} filter={filter} />}
          </PagedList>
        </>
      ) : (
        <AdminsOnly what="the audit log" />
      )}
    </Page>
  )
}

function AuditPart({ after, onMore, filter }: PageProps & { filter: AuditFilter }) {
  const { id: workspace } = useWorkspace()
  const [answer, reload] = useQuery({
    query: AuditLogDocument,
    variables: { workspace, first: PAGE_LENGTH, after, ...filterVariables(filter) },
  })
  const page = answer.data?.auditLogConnection
  const events = page?.edges.map(({ node }) => node)
  if (events?.length === 0 && after === null)
    return (
      <li className="row">
        <Text role="status">Nothing on record is like this.</Text>
      </li>
    )
  return (
    <PageRows rows={events} next={nextOf(page)} answer={answer} reload={reload} onMore={onMore}>
      {(event) => <EventRow event={event} />}
    </PageRows>
  )
}

function EventRow({ event }: { event: AuditEvent }) {
  const { at, actor, action, target, detail, address, client } = event
  const sender = [...(address ? [`from ${address}`] : []), ...(client ? [client] : [])]
  const particulars = [...describeDetail(detail), ...sender]
  return (
    <li className="row">
      <Text size="sm">
        <strong>{actor}</strong> {describeAction(action)} <strong>{target}</strong>
      </Text>
      <Text size="sm" c="dimmed">
        <TimeAgo at={at} />
        {particulars.map((it) => ` · ${it}`)}
      </Text>
    </li>
  )
}
