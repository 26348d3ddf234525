import { CronExpressionParser } from 'cron-parser'
import type { Schedule } from '../draft/draft.ts'

export type UpcomingTimes = { kind: 'times'; times: readonly string[] } | { kind: 'none' }

const SHOWN = 3

/** The next times of a schedule, as clocks in its time zone show them. */
export function upcomingTimes({ cron, timeZone }: Schedule): UpcomingTimes {
  if (cron.trim().split(/\s+/).length !== 5) return { kind: 'none' }
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
      timeZone,
    })
    const expression = CronExpressionParser.parse(cron.trim(), { tz: timeZone })
    return { kind: 'times', times: expression.take(SHOWN).map((it) => format.format(it.toDate())) }
  } catch {
    return { kind: 'none' }
  }
}
