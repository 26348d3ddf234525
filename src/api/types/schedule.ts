import { type Domain, nextTicks } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { costs } from '../query-cost.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]

interface ScheduleRow extends NonNullable<AutomationRow['schedule']> {
  nextRunAt: Date
}

const NEXT_TIMES = 5

const defined = new WeakMap<Builder, ReturnType<typeof defineTypes>>()

/** When an automation runs by itself. The types are defined on the first call. */
export function scheduleTypes(builder: Builder): ReturnType<typeof defineTypes> {
  const types = defined.get(builder) ?? defineTypes(builder)
  defined.set(builder, types)
  return types
}

export function scheduleOf({ schedule, nextRunAt }: AutomationRow): ScheduleRow | null {
  return schedule && nextRunAt ? { ...schedule, nextRunAt } : null
}

function defineTypes(builder: Builder) {
  const Schedule = builder.objectRef<ScheduleRow>('Schedule').implement({
    description:
      'When an automation runs by itself, with `{ schedule: { cron, timeZone, at } }` as `trigger`.',
    fields: (t) => ({
      cron: t.exposeString('cron'),
      timeZone: t.exposeString('timeZone'),
      nextRunAt: t.expose('nextRunAt', {
        type: 'DateTime',
        description: 'The next scheduled time. If it has passed, its run is about to start.',
      }),
      nextTimes: t.field({
        type: ['DateTime'],
        extensions: costs({ size: NEXT_TIMES }),
        description: 'The five times from `nextRunAt` on, so that a person sees how the expression is read.',
        resolve: ({ nextRunAt, ...schedule }) => nextTicks(schedule, nextRunAt.getTime() - 1, NEXT_TIMES),
      }),
    }),
  })
  const ScheduleInput = builder.inputType('ScheduleInput', {
    description: 'Five fields, without seconds: "0 9 * * MON-FRI" is nine o\'clock on weekdays.',
    fields: (t) => ({ cron: t.string(), timeZone: t.string() }),
  })
  return { Schedule, ScheduleInput }
}
