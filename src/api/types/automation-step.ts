import { type Domain, retryCodes } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { stepOnError } from './step-on-error.ts'

type StepRow = Awaited<ReturnType<Domain['automations']['list']>>[number]['steps'][number]

export function defineAutomationStep(builder: Builder) {
  const RetryCode = builder.enumType('RetryCode', {
    description: 'The code of an error after which a step can be tried again.',
    values: retryCodes,
  })
  const StepRetry = builder.objectRef<NonNullable<StepRow['retry']>>('StepRetry').implement({
    description: 'When a failed step is tried again.',
    fields: (t) => ({
      count: t.exposeInt('count', { description: 'How many times after the first attempt.' }),
      delaySeconds: t.exposeInt('delaySeconds', {
        description: 'The delay before the second attempt. It doubles with each attempt, up to an hour.',
      }),
      on: t.field({
        type: [RetryCode],
        description: 'Codes of the errors after which the step is tried again.',
        resolve: ({ on }) => on.flatMap((code) => retryCodes.filter((it) => it === code)),
      }),
    }),
  })
  return builder.objectRef<StepRow>('Step').implement({
    fields: (t) => ({
      key: t.exposeString('key'),
      type: t.exposeID('type'),
      fields: t.expose('fields', {
        type: 'JSONObject',
        description: 'The content of each field by its name, with the templates as they were written.',
      }),
      version: t.int({
        description: 'The version of the step type that the fields are made for.',
        resolve: ({ version = 1 }) => version,
      }),
      timeoutSeconds: t.int({
        nullable: true,
        description: 'How long one attempt may take; null: 600.',
        resolve: (step) => step.timeoutSeconds,
      }),
      retry: t.field({ type: StepRetry, nullable: true, resolve: (step) => step.retry }),
      onError: t.field({ type: stepOnError(builder), resolve: (step) => step.onError ?? 'stop' }),
    }),
  })
}
