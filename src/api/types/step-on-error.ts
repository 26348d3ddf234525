import type { Builder } from '../builder.ts'

const defined = new WeakMap<Builder, ReturnType<typeof define>>()

/** What becomes of the run when a step has failed for good. */
export function stepOnError(builder: Builder): ReturnType<typeof define> {
  const type = defined.get(builder) ?? define(builder)
  defined.set(builder, type)
  return type
}

function define(builder: Builder) {
  return builder.enumType('StepOnError', {
    description: 'What becomes of the run when a step has failed for good.',
    values: {
      STOP: { value: 'stop', description: 'The run ends.' },
      CONTINUE: {
        value: 'continue',
        description: 'The next step runs. Templates find the error in steps.KEY.error.',
      },
    } as const,
  })
}
