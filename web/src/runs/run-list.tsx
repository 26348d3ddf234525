import { Button, Text } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { problemOf } from '../api/problem.ts'
import { EmptyState } from '../feedback/empty-state.tsx'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { RunsDocument, type RunsQuery } from '../gql/graphql.ts'
import { Link } from '../routing/link.tsx'
import { between, duration } from '../time/duration.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { statusesOf } from './run-filters.tsx'
import { runOrigin } from './run-origin.ts'
import { StatusBadge } from './status.tsx'

interface Filter {
  automation: string | undefined
  status: string | undefined
}

/** Pages are added below one another; each is a query of its own. */
export function RunList(filter: Filter) {
  const [starts, setStarts] = useState<(string | null)[]>([null])
  const add = (last: string) => setStarts((known) => [...known, last])
  return (
    <ul className="rows" aria-label="Runs">
      {starts.map((before, index) => (
        <RunPart
          key={before ?? ''}
          {...filter}
          before={before}
          onMore={index === starts.length - 1 ? add : undefined}
        />
      ))}
    </ul>
  )
}

const PAGE = 50
const LOOK_AGAIN = 4000

function RunPart({
  automation,
  status,
  before,
  onMore,
}: Filter & { before: string | null; onMore: ((last: string) => void) | undefined }) {
  const { id: workspace } = useWorkspace()
  const statuses = statusesOf(status)
  const [{ data, error, fetching }, reload] = useQuery({
    query: RunsDocument,
    variables: {
      workspace,
      automation: automation ?? null,
      status: statuses.length > 0 ? statuses : null,
      first: PAGE,
      before,
    },
  })
  const runs = data?.runs
  // The newest come by themselves; of older ones, those that have not ended.
  const changing = before === null || runs?.some(({ finishedAt }) => finishedAt === null)
  useEffect(() => {
    if (!changing) return undefined
    const timer = setInterval(() => reload({ requestPolicy: 'network-only' }), LOOK_AGAIN)
    return () => clearInterval(timer)
  }, [changing, reload])
  if (!runs) {
    return (
      <li>
        {error && !fetching ? (
          <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
        ) : (
          <RowsSkeleton />
        )}
      </li>
    )
  }
  const last = runs[PAGE - 1]
  return (
    <>
      {runs.length === 0 && before === null && <NoRuns filtered={Boolean(automation ?? status)} />}
      {runs.map((run) => (
        <RunRow key={run.id} run={run} />
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

function NoRuns({ filtered }: { filtered: boolean }) {
  return (
    <li>
      <EmptyState
        icon={<IconPlayerPlay size={28} stroke={1.4} aria-hidden />}
        title={filtered ? 'No such runs' : 'No runs yet'}
      >
        {filtered
          ? 'Choose another automation or result.'
          : 'Run an automation by hand, by its webhook or on a schedule.'}
      </EmptyState>
    </li>
  )
}

function RunRow({ run }: { run: RunsQuery['runs'][number] }) {
  const { id: workspace } = useWorkspace()
  return (
    <li className="row run-row">
      <StatusBadge status={run.status} />
      <div className="run-what">
        <Link to="/w/$workspace/runs/$run" params={{ workspace, run: run.id }} fw={500} c="inherit" size="sm">
          {run.automation.name}
        </Link>
        {run.error && (
          <Text size="sm" c="dimmed" lineClamp={1}>
            {run.error.message}
          </Text>
        )}
      </div>
      <Text size="sm" c="dimmed" className="run-when">
        {runOrigin(run)} · <TimeAgo at={run.createdAt} />
        {run.startedAt && run.finishedAt && ` · ${duration(between(run.startedAt, run.finishedAt))}`}
      </Text>
    </li>
  )
}
