import { Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { JsonTree } from '../json/json-tree.tsx'
import type { Run } from './run.ts'

/** What the run was given and gave back, redacted. */
export function RunData({ run }: { run: Run }) {
  return (
    <>
      <DataSection title="Input">
        {run.finishedAt === null
          ? 'It is shown when the run has ended: only then is known which values to hide.'
          : dataOr(run.input, 'Input', 'It was started without one.')}
      </DataSection>
      {run.status === 'SUCCEEDED' && (
        <DataSection title="Output">
          {dataOr(run.output, 'Output', 'The last step gave nothing back.')}
        </DataSection>
      )}
    </>
  )
}

function dataOr(value: unknown, label: string, none: string): ReactNode {
  return value === null ? none : <JsonTree value={value} label={label} />
}

/** @param children the data, or a sentence that says why there is none. */
function DataSection({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" id={id} mb="xs">
        {title}
      </Title>
      {typeof children === 'string' ? (
        <Text size="sm" c="dimmed">
          {children}
        </Text>
      ) : (
        children
      )}
    </section>
  )
}
