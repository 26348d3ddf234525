import type { Builder } from '../builder.ts'
import { ONCE } from './result.ts'
import type { StepInputRef } from './step.ts'

/** What a test of one step is given. */
export function defineTestStepInput(builder: Builder, StepInput: StepInputRef) {
  const EarlierOutputInput = builder.inputType('EarlierOutputInput', {
    description: 'What an earlier step is to have given: `output`, or what it gave in `run`.',
    fields: (t) => ({
      key: t.string({ description: 'The key of the step, as templates name it.' }),
      output: t.field({
        type: 'JSON',
        required: false,
        description:
          'A sample. It is data: a template in it is not rendered, and a mark of a value stays a mark.',
      }),
      run: t.id({
        required: false,
        description: 'In the place of `output`: the id of a run of the workspace.',
      }),
      keyInRun: t.string({
        required: false,
        description: 'The key of the step in that run, if it was another.',
      }),
    }),
  })
  return builder.inputType('TestStepInput', {
    fields: (t) => ({
      idempotencyKey: t.string({ required: false, description: ONCE }),
      workspace: t.id(),
      step: t.field({ type: StepInput }),
      input: t.field({ type: 'JSON', required: false }),
      check: t.boolean({
        required: false,
        description:
          'Whether only the connection is tested, if the step type has a check; `output` is what was found, in words. Other fields may be empty.',
      }),
      choicesOf: t.string({
        required: false,
        description:
          'Asks only what this field may hold, if it has choices; `output` is a list of `{ value, label }`. Other fields may be empty.',
      }),
      earlier: t.field({
        type: [EarlierOutputInput],
        required: false,
        description: 'The outputs of earlier steps that the step reads; with `input` 5 MiB each at most.',
      }),
    }),
  })
}
