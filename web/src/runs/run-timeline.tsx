import { Text, Title } from '@mantine/core'
import { useQuery } from 'urql'
import { StepTypeTitlesDocument } from '../gql/graphql.ts'
import { useNow } from '../time/use-now.ts'
import type { Run } from './run.ts'
import { StepEntry } from './step-entry.tsx'

/** The steps of a run one below the other, each with a bar that shows when it ran and for how long. */
export function RunTimeline({ run }: { run: Run }) {
  const running = run.finishedAt === null
  const now = useNow(running)
  const [{ data }] = useQuery({ query: StepTypeTitlesDocument })
  const types = new Map(data?.stepTypes.map((it) => [it.type, it]))
  const begun = new Map(run.steps.map((step) => [step.key, step]))
  const from = Date.parse(run.startedAt ?? run.createdAt)
  const to = Math.max(from + 1, run.finishedAt ? Date.parse(run.finishedAt) : now)
  if (run.plan.length === 0) return <Text c="dimmed">This automation has no steps yet.</Text>
  return (
    <section aria-labelledby="steps-of-run">
      <Title order={2} size="h4" id="steps-of-run" mb="xs">
        Steps
      </Title>
      <ol className="rows">
        {run.plan.map(({ key, type }) => (
          <StepEntry
            key={key}
            automation={run.automation.id}
            name={key}
            title={types.get(type)?.title ?? type}
            icon={types.get(type)?.icon}
            step={begun.get(key)}
            ended={!running}
            span={{ from, to, now }}
          />
        ))}
      </ol>
    </section>
  )
}
