import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconBan, IconPlayerPlay } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { type Problem, problemOf } from '../api/problem.ts'
import { DocsLink, ErrorHelp } from '../docs/docs-link.tsx'
import { EmptyState } from '../feedback/empty-state.tsx'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { RunDocument } from '../gql/graphql.ts'
import { Link } from '../routing/link.tsx'
import { between, duration } from '../time/duration.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import { useNow } from '../time/use-now.ts'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { Run } from './run.ts'
import { RunData } from './run-data.tsx'
import { runOrigin } from './run-origin.ts'
import { RunTimeline } from './run-timeline.tsx'
import { StatusBadge } from './status.tsx'
import { useLiveRun } from './use-live-run.ts'
import { useRunActions } from './use-run-actions.ts'

const route = getRouteApi('/signed-in/w/$workspace/runs/$run')

export function RunPage() {
  const { run: id } = route.useParams()
  const [answer, reload] = useQuery({ query: RunDocument, variables: { id } })
  const { data, error, fetching } = answer
  if (data?.run) return <RunView key={id} run={data.run} />
  if (data && !fetching && !(error && problemOf(error).canRetry)) {
    return (
      <Page title="Run">
        <EmptyState icon={<IconPlayerPlay size={28} stroke={1.4} aria-hidden />} title="There is no such run">
          It may be so old that it was removed.
        </EmptyState>
      </Page>
    )
  }
  return (
    <Page title="Run">
      <NotLoaded answer={answer} reload={reload} />
    </Page>
  )
}

function RunView({ run }: { run: Run }) {
  const running = run.finishedAt === null
  // Updates go into the cache, and so into `run`.
  const problem = useLiveRun(run.id, running)
  const { again, restart, cancel, busy } = useRunActions(run)
  const failedAt = run.error?.at?.step ?? undefined
  return (
    <Page
      title={run.automation.name}
      lead={<RunFacts run={run} />}
      actions={
        running ? (
          <Button
            variant="default"
            leftSection={<IconBan size={18} aria-hidden />}
            loading={busy}
            onClick={cancel}
          >
            Cancel
          </Button>
        ) : (
          <Group gap="xs">
            {failedAt !== undefined && failedAt !== run.plan[0]?.key && (
              <Button variant="default" loading={busy} onClick={restart}>
                Run again from {failedAt}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={18} aria-hidden />}
              loading={busy}
              onClick={again}
            >
              Run again
            </Button>
          </Group>
        )
      }
    >
      <RunProgress run={run} problem={problem} />
      {run.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          <span>{run.error.message}</span> <ErrorHelp code={run.error.code} />
        </Text>
      )}
      <RunTimeline run={run} />
      <RunData run={run} />
    </Page>
  )
}

function RunFacts({ run }: { run: Run }) {
  const { id: workspace } = useWorkspace()
  const now = useNow(run.finishedAt === null)
  return (
    <span className="facts">
      <StatusBadge status={run.status} />
      <span>
        {runOrigin(run)} · <TimeAgo at={run.createdAt} />
        {run.startedAt && ` · ${duration(between(run.startedAt, run.finishedAt, now))}`}
      </span>
      <Link
        to="/w/$workspace/automations/$automation"
        params={{ workspace, automation: run.automation.id }}
        size="sm"
      >
        Open the automation
      </Link>
    </span>
  )
}

function RunProgress({ run, problem }: { run: Run; problem: Problem | undefined }) {
  const total = run.plan.length
  const done = run.steps.filter(({ status }) => status === 'SUCCEEDED').length
  const running = run.finishedAt === null
  return (
    <Stack gap={4}>
      {running && total > 0 && (
        <Progress
          value={(done / total) * 100}
          aria-label={`${done} of ${total} steps done`}
          animated
          size="sm"
        />
      )}
      <Text size="sm" c="dimmed" role="status">
        {running ? `${done} of ${total} steps done` : ''}
        {problem && ` · ${outOfDate(problem)}`}
        {run.status === 'QUEUED' && (
          <>
            {' '}
            <DocsLink to="waiting" about="runs that wait" />
          </>
        )}
      </Text>
    </Stack>
  )
}

const outOfDate = ({ canRetry, message }: Problem): string =>
  canRetry ? 'The connection was lost. This goes on when it is back.' : message
