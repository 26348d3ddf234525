import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { problemOf } from '../api/problem.ts'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { AuditLogDocument } from '../gql/graphql.ts'
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
      {isAdmin ? <AuditLog /> : <AdminsOnly what="the audit log" />}
    </Page>
  )
}

/** Pages are added below one another; each is a query of its own. */
function AuditLog() {
  const [starts, setStarts] = useState<(string | null)[]>([null])
  const add = (last: string) => setStarts((known) => [...known, last])
  return (
    <ul className="rows" aria-label="Events">
      {starts.map((before, index) => (
        <AuditPart
          key={before ?? ''}
          before={before}
          onMore={index === starts.length - 1 ? add : undefined}
        />
      ))}
    </ul>
  )
}

const PAGE = 50

function AuditPart({
  before,
  onMore,
}: {
  before: string | null
  onMore: ((last: string) => void) | undefined
}) {
  const { id: workspace } = useWorkspace()
  const [{ data, error, fetching }, reload] = useQuery({
    query: AuditLogDocument,
    variables: { workspace, first: PAGE, before },
  })
  const last = data?.auditLog[PAGE - 1]
  if (!data && error && !fetching) {
    return (
      <li>
        <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      </li>
    )
  }
  if (!data) {
    return (
      <li>
        <RowsSkeleton />
      </li>
    )
  }
  return (
    <>
      {data.auditLog.map((event) => (
        <EventRow key={event.id} event={event} />
      ))}
      {last && onMore && (
        <li className="row more">
          <Button variant="default" onClick={() => onMore(last.id)}>
            Show older ones
          </Button>
        </li>
      )}
    </>
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
