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
      count: t.exposeInt('count'),
      delaySeconds: t.exposeInt('delaySeconds'),
      on: t.field({
        type: [RetryCode],
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
      }),
      version: t.int({
        resolve: ({ version = 1 }) => version,
      }),
      timeoutSeconds: t.int({
        nullable: true,
        resolve: (step) => step.timeoutSeconds,
      }),
      retry: t.field({ type: StepRetry, nullable: true, resolve: (step) => step.retry }),
      onError: t.field({ type: stepOnError(builder), resolve: (step) => step.onError ?? 'stop' }),
    }),
  })
}
