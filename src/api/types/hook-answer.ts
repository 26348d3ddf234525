import type { Domain } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]
type Answer = NonNullable<AutomationRow['hookAnswer']>

const defined = new WeakMap<Builder, ReturnType<typeof defineTypes>>()

/** That the run answers the caller of the hook. The types are defined on the first call. */
export function hookAnswerTypes(builder: Builder): ReturnType<typeof defineTypes> {
  const types = defined.get(builder) ?? defineTypes(builder)
  defined.set(builder, types)
  return types
}

function defineTypes(builder: Builder) {
  const HookAnswer = builder.objectRef<Answer>('HookAnswer').implement({
    description:
      'The output of the last step answers whoever calls the hook: `{ status, headers, body }`, redacted as it is stored. A run that has failed answers 500; one that has not ended in time 202 with its id.',
    fields: (t) => ({
      waitSeconds: t.exposeInt('waitSeconds'),
    }),
  })
  const HookAnswerInput = builder.inputType('HookAnswerInput', { fields: (t) => ({ waitSeconds: t.int() }) })
  return { HookAnswer, HookAnswerInput }
}
