import { CronFault, cronFields, cronTimes } from '../cron/index.ts'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import type { Schedule } from '../store/entities/index.ts'

// The shortest time that a cron expression can name (seconds).
const MINUTE = 60
// So many times in a row are more than those of a day, and show the shortest distance.
const TIMES_LOOKED_AT = 1500

/**
 * The schedule as it will be stored.
 *
 * @param minSeconds the least time between two runs.
 * @throws AppError INVALID_FIELD for an invalid cron expression, one with seconds, one that comes too often, and for a
 * time zone that is not in the IANA database. The message does not quote the input, because it may be any pasted text.
 */
export function checkSchedule({ cron, timeZone }: Schedule, minSeconds = MINUTE): Schedule {
  checkTimeZone(timeZone)
  const fields = withinCron(() => cronFields(cron))
  const schedule = { cron: fields.join(' '), timeZone }
  if (withinCron(() => firstAfter(schedule.cron, 'UTC', databaseTime().getTime())) === undefined) {
    throw invalid('cron', 'names days that never come. Change the day or the month.')
  }
  if (minSeconds > MINUTE && comesWithin(schedule.cron, minSeconds)) {
    const setting = 'LOCKSTEP_SCHEDULE_MIN_SECONDS'
    throw invalid(
      'cron',
      `comes too often: there are at least ${minSeconds} s between two runs (${setting}).`,
    )
  }
  return schedule
}

/**
 * The next scheduled time, as {@link cronTimes} tells it.
 *
 * @param after the result is later than this time, in milliseconds since 1970.
 */
export function nextTick({ cron, timeZone }: Schedule, after: number): Date {
  const next = firstAfter(cron, timeZone, after)
  if (next === undefined) throw invalid('cron', 'names days that never come. Change the day or the month.')
  return new Date(next)
}

/** The next times of a schedule, so that a person sees how it is read. */
export function nextTicks({ cron, timeZone }: Schedule, after: number, count: number): Date[] {
  return cronTimes(cron, timeZone, after, count).map((it) => new Date(it))
}

const firstAfter = (cron: string, timeZone: string, after: number): number | undefined =>
  cronTimes(cron, timeZone, after, 1)[0]

function withinCron<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof CronFault) throw invalid('cron', error.message)
    throw error
  }
}

/** Whether two of its times are closer; in UTC, where no clock is put back. */
function comesWithin(cron: string, seconds: number): boolean {
  let last = Number.NEGATIVE_INFINITY
  for (const next of cronTimes(cron, 'UTC', databaseTime().getTime(), TIMES_LOOKED_AT)) {
    if (next - last < seconds * 1000) return true
    last = next
  }
  return false
}

function checkTimeZone(timeZone: string): void {
  // An offset has no summer time. A person who means a place would be an hour off for half of the year.
  if (/^[+-]/.test(timeZone) || !succeeds(() => new Intl.DateTimeFormat('en', { timeZone }))) {
    throw invalid('timeZone', 'is no time zone of the IANA database. Name one, such as Europe/Berlin or UTC.')
  }
}

function succeeds(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

function invalid(field: 'cron' | 'timeZone', problem: string): AppError {
  const at = { field: `schedule.${field}` }
  return new AppError('INVALID_FIELD', `${at.field} ${problem}`, { at })
}
