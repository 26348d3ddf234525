import { Text } from '@mantine/core'
import { useQuery } from 'urql'
import { AuditLogDocument } from '../gql/graphql.ts'
import { PAGE_LENGTH, PagedList, type PageProps, PageRows } from '../lists/paged-list.tsx'
import { AdminsOnly } from '../roles/admins-only.tsx'
import { TimeAgo } from '../time/time-ago.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { type AuditEvent, describeAction, describeDetail } from './describe-event.ts'

const LEAD = 'Who did what, and every use of a secret. Names and ids only: no value is ever in it.'

export function AuditPage() {
  const isAdmin = useWorkspace().viewerRole === 'ADMIN'
  return (
    <Page title="Audit log" lead={LEAD}>
      {isAdmin ? (
        <PagedList label="Events">{(page) => <AuditPart {...page} />}</PagedList>
      ) : (
        <AdminsOnly what="the audit log" />
      )}
    </Page>
  )
}

function AuditPart({ before, onMore }: PageProps) {
  const { id: workspace } = useWorkspace()
  const [answer, reload] = useQuery({
    query: AuditLogDocument,
    variables: { workspace, first: PAGE_LENGTH, before },
  })
  return (
    <PageRows rows={answer.data?.auditLog} answer={answer} reload={reload} onMore={onMore}>
      {(event) => <EventRow event={event} />}
    </PageRows>
  )
}

function EventRow({ event: { at, actor, action, target, detail } }: { event: AuditEvent }) {
  const particulars = describeDetail(detail)
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
