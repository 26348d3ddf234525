import { type CronExpression, LAST_WEEK, readCron } from './expression.ts'
import { clockOf } from './zone.ts'

export { CronFault, cronFields } from './expression.ts'

const DAY = 86_400_000
const MINUTE = 60_000
/** A 29 February on a certain weekday comes after 40 years at the latest. */
const MOST_DAYS = 41 * 366

/**
 * The next times of a schedule in milliseconds since 1970, ascending, every moment once. There are none for days that never
 * come.
 *
 * Where clocks are put forward, a time that they leave out comes later by as much as they move, mostly an hour. Where they are
 * put back, a time comes at the first of the two moments, and at both if the hour begins with a star. If the day of the month or
 * that of the week begins with a star, a day has to fit both, otherwise one of them, as with Vixie's cron: every third day of the
 * month with a weekday means those of these days that are this weekday.
 *
 * @param after the times are later than this.
 * @throws CronFault; RangeError when the time zone is not in the IANA database.
 */
export function cronTimes(cron: string, timeZone: string, after: number, count: number): number[] {
  const times: number[] = []
  for (const time of timesOf(readCron(cron), timeZone, after)) {
    times.push(time)
    if (times.length >= count) break
  }
  return times
}

function* timesOf(expression: CronExpression, timeZone: string, after: number): Generator<number, void> {
  let last = after
  let waiting: number[] = []
  // The calendar of a zone is at most a day away from that of UTC, and what is left out may come on the day after.
  let day = Math.floor(after / DAY) * DAY - 2 * DAY
  for (let empty = 0; empty < MOST_DAYS; day += DAY, empty++) {
    if (waiting.length === 0 && !isDay(expression, new Date(day))) continue
    const moments = isDay(expression, new Date(day)) ? momentsOn(expression, timeZone, day) : []
    const known = [...waiting, ...moments].sort((a, b) => a - b)
    // Where the clocks leave out the end of a day, its times come among those of the next.
    const [next] = clockOf(timeZone, day + DAY).momentsOf(day + DAY)
    waiting = known.filter((it) => it >= next)
    for (const moment of known) {
      if (moment <= last || moment >= next) continue
      empty = 0
      last = moment
      yield moment
    }
  }
}

function momentsOn({ hours, minutes, everyHour }: CronExpression, timeZone: string, day: number): number[] {
  const clock = clockOf(timeZone, day)
  const moments: number[] = []
  for (const hour of hours) {
    for (const minute of minutes) {
      const [first, second] = clock.momentsOf(day + (hour * 60 + minute) * MINUTE)
      moments.push(first)
      if (second !== undefined && everyHour) moments.push(second)
    }
  }
  return moments
}

/** @param day midnight of a day of any calendar, as if it were UTC. */
function isDay(expression: CronExpression, day: Date): boolean {
  if (!expression.months.has(day.getUTCMonth() + 1)) return false
  const ofMonth = isDayOfMonth(expression, day)
  const ofWeek = isDayOfWeek(expression, day)
  return expression.bothDays ? ofMonth && ofWeek : ofMonth || ofWeek
}

function isDayOfMonth({ days, onLastDay }: CronExpression, day: Date): boolean {
  return days.has(day.getUTCDate()) || (onLastDay && isInLast(day, 1))
}

function isDayOfWeek({ weekdays, weekdaysOnce }: CronExpression, day: Date): boolean {
  const week = Math.ceil(day.getUTCDate() / 7)
  return (
    weekdays.has(day.getUTCDay()) ||
    weekdaysOnce.some(
      (it) => it.weekday === day.getUTCDay() && (it.week === LAST_WEEK ? isInLast(day, 7) : it.week === week),
    )
  )
}

/** Whether the month ends within so many days. */
const isInLast = (day: Date, days: number): boolean =>
  new Date(day.getTime() + days * DAY).getUTCMonth() !== day.getUTCMonth()
