import { Text, Title } from '@mantine/core'
import { JsonTree } from '../json/json-tree.tsx'
import type { Run } from './run.ts'

/** What the run was given and gave back, redacted. */
export function RunData({ run }: { run: Run }) {
  return (
    <>
      <section aria-labelledby="input-of-run">
        <Title order={2} size="h4" id="input-of-run" mb="xs">
          Input
        </Title>
        {run.finishedAt === null ? (
          <Text size="sm" c="dimmed">
            It is shown when the run has ended: only then is known which values to hide.
          </Text>
        ) : run.input === null ? (
          <Text size="sm" c="dimmed">
            It was started without one.
          </Text>
        ) : (
          <JsonTree value={run.input} label="Input" />
        )}
      </section>
      {run.status === 'SUCCEEDED' && (
        <section aria-labelledby="output-of-run">
          <Title order={2} size="h4" id="output-of-run" mb="xs">
            Output
          </Title>
          {run.output === null ? (
            <Text size="sm" c="dimmed">
              The last step gave nothing back.
            </Text>
          ) : (
            <JsonTree value={run.output} label="Output" />
          )}
        </section>
      )}
    </>
  )
}
