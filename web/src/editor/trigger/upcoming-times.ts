import { cronTimes } from '../../../../src/cron/index.ts'
import type { Schedule } from '../draft/draft.ts'

export type UpcomingTimes = { kind: 'times'; times: readonly string[] } | { kind: 'none' }

const SHOWN = 5

/** The next times of a schedule, as clocks in its time zone show them. They are computed as the server does. */
export function upcomingTimes({ cron, timeZone }: Schedule): UpcomingTimes {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
      timeZone,
    })
    const times = cronTimes(cron, timeZone, Date.now(), SHOWN)
    return times.length === 0
      ? { kind: 'none' }
      : { kind: 'times', times: times.map((it) => format.format(it)) }
  } catch {
    return { kind: 'none' }
  }
}
