import type { Domain } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]

interface ScheduleRow extends NonNullable<AutomationRow['schedule']> {
  nextRunAt: Date
}

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
      cron: t.exposeString('cron', {
        description: 'Minute, hour, day of the month, month, day of the week.',
      }),
      timeZone: t.exposeString('timeZone', {
        description: 'A time zone of the IANA database, such as Europe/Berlin.',
      }),
      nextRunAt: t.expose('nextRunAt', {
        type: 'DateTime',
        description: 'The next scheduled time. If it has passed, its run is about to start.',
      }),
    }),
  })
  const ScheduleInput = builder.inputType('ScheduleInput', {
    description: 'Five fields, without seconds: "0 9 * * MON-FRI" is nine o\'clock on weekdays.',
    fields: (t) => ({ cron: t.string(), timeZone: t.string() }),
  })
  return { Schedule, ScheduleInput }
}
