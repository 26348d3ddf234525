import type { LogLevel, LogLine, StoredLog, StoredProgress } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { costs } from '../query-cost.ts'

/** What a step tells of its work. */
export function defineStepReport(builder: Builder) {
  const LogLevelEnum = builder.enumType('LogLevel', {
    description: 'How much a line of a step matters.',
    values: {
      DEBUG: { value: 'debug', description: 'For those who look for a fault.' },
      INFO: { value: 'info', description: 'What goes as it should.' },
      WARN: { value: 'warn', description: 'Something is odd.' },
      ERROR: { value: 'error', description: 'Something went wrong.' },
    } satisfies Record<Uppercase<LogLevel>, { value: LogLevel; description: string }>,
  })
  const StepLogLine = builder.objectRef<LogLine>('StepLogLine').implement({
    description: 'A line that a step has written of its work.',
    fields: (t) => ({
      level: t.field({ type: LogLevelEnum, description: 'As the step says.', resolve: ({ level }) => level }),
      afterSeconds: t.exposeFloat('after', {
        description: 'How long after its attempt began it was written, in seconds.',
      }),
      text: t.exposeString('text', {
        description:
          'What it says, redacted: a plain text, perhaps of several lines, without control characters.',
      }),
    }),
  })
  const StepLog = builder.objectRef<StoredLog>('StepLog').implement({
    description: 'The last lines that a step has written of its work.',
    fields: (t) => ({
      lines: t.field({
        type: [StepLogLine],
        description: 'At most 200, the oldest first.',
        extensions: costs({ size: 20 }),
        resolve: ({ lines }) => lines,
      }),
      leftOut: t.exposeInt('leftOut', { description: 'How many lines there were before them.' }),
    }),
  })
  const StepProgress = builder.objectRef<StoredProgress>('StepProgress').implement({
    description: 'How far a step is, in what it counts, such as rows or bytes.',
    fields: (t) => ({
      done: t.exposeFloat('done', { description: 'How much is done.' }),
      total: t.float({
        nullable: true,
        description: 'Of how much; null: it is not known.',
        resolve: ({ total }) => total ?? null,
      }),
    }),
  })
  return { StepLog, StepProgress }
}
