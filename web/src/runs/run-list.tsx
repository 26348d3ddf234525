import { Text } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from 'urql'
import { EmptyState } from '../feedback/empty-state.tsx'
import { RunsDocument, type RunsQuery } from '../gql/graphql.ts'
import { nextOf, PAGE_LENGTH, PagedList, type PageProps, PageRows } from '../lists/paged-list.tsx'
import { useLookAgain } from '../lists/use-look-again.ts'
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

export function RunList(filter: Filter) {
  return <PagedList label="Runs">{(page) => <RunPart {...filter} {...page} />}</PagedList>
}

const LOOK_AGAIN = 4000

function RunPart({ automation, status, after, onMore }: Filter & PageProps) {
  const { id: workspace } = useWorkspace()
  const statuses = statusesOf(status)
  const [answer, reload] = useQuery({
    query: RunsDocument,
    variables: {
      workspace,
      automation: automation ?? null,
      status: statuses.length > 0 ? statuses : null,
      first: PAGE_LENGTH,
      after,
    },
  })
  const page = answer.data?.runsConnection
  const runs = page?.edges.map(({ node }) => node)
  // New runs appear on the first page. On older pages only runs that have not ended change.
  const changes = after === null || runs?.some(({ finishedAt }) => finishedAt === null)
  useLookAgain(reload, LOOK_AGAIN, changes)
  return (
    <>
      {runs?.length === 0 && after === null && <NoRuns filtered={Boolean(automation ?? status)} />}
      <PageRows rows={runs} next={nextOf(page)} answer={answer} reload={reload} onMore={onMore}>
        {(run) => <RunRow run={run} />}
      </PageRows>
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

function RunRow({ run }: { run: RunsQuery['runsConnection']['edges'][number]['node'] }) {
  const { id: workspace } = useWorkspace()
  return (
    <li className="row run-row">
      <StatusBadge status={run.status} />
      <div className="run-what">
        <Link to="/w/$workspace/runs/$run" params={{ workspace, run: run.id }} fw={500} c="inherit" size="sm">
          {run.automation.name}
        </Link>
        {run.error && (
          <Text size="sm" c="dimmed" lineClamp={1} title={run.error.message}>
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
