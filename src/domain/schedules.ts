import { CronExpressionParser } from 'cron-parser'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import type { Schedule } from '../store/entities/index.ts'

// No hand-written expression is longer, and one of this length is still read quickly.
const MAX_FIELD_LENGTH = 100

// The shortest time that a cron expression can name (seconds).
const MINUTE = 60
// So many times in a row are more than those of a day, and show the shortest distance.
const TIMES_LOOKED_AT = 1500

// `H` is excluded, because the parser would replace it with another number at each reading.
const FIELD =
  /^(?:[\d*?,/#L-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i

const fields = [
  { name: 'minute', range: '0 to 59' },
  { name: 'hour', range: '0 to 23' },
  { name: 'day of the month', range: '1 to 31, or L for the last' },
  { name: 'month', range: '1 to 12, or JAN to DEC' },
  { name: 'day of the week', range: '0 to 7, or SUN to SAT' },
] as const

const ORDER = `${fields.map(({ name }) => name).join(', ')}, such as "0 9 * * MON-FRI"`

// Zones whose clocks move by half an hour or two hours. The parser finds no time after the move, or leaves a day
// out.
const oddZones: readonly string[] = ['Australia/Lord_Howe', 'Antarctica/Troll']

/**
 * The schedule as it will be stored.
 *
 * @param minSeconds the least time between two runs.
 * @throws AppError INVALID_FIELD for an invalid cron expression, one with seconds, one that comes too often, and for a
 * time zone that is not in the IANA database. The message does not quote the input, because it may be any pasted text.
 */
export function checkSchedule({ cron, timeZone }: Schedule, minSeconds = MINUTE): Schedule {
  checkTimeZone(timeZone)
  const parts = cron.trim().split(/\s+/)
  if (parts.length === fields.length + 1) {
    throw invalid('cron', `has six fields. It takes five, without seconds: ${ORDER}.`)
  }
  if (parts.length !== fields.length) throw invalid('cron', `takes five fields: ${ORDER}.`)
  for (const [index, { name, range }] of fields.entries()) {
    const only = fields.map((_field, at) => (at === index ? (parts[at] ?? '') : '*'))
    if (isField(only[index] ?? '') && isCron(only.join(' '))) continue
    const more = '*, lists, ranges and steps, as in "1,15", "1-5" and "*/10"'
    throw invalid('cron', `has a field for the ${name} that cannot be read. It takes ${range}; ${more}.`)
  }
  const schedule = { cron: parts.join(' '), timeZone }
  // The parser detects the 30th of February only when it has all fields.
  if (!isCron(schedule.cron))
    throw invalid('cron', 'names days that never come. Change the day or the month.')
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
 * The next scheduled time.
 *
 * Where clocks are put forward, a time in the skipped hour moves an hour later. In Greenland, where they go from
 * 23:00 to midnight, the last two hours of that day have no tick. Where clocks are put back, a schedule with a
 * fixed hour runs in the first of the two hours. A schedule that runs every hour or every few minutes runs in
 * both.
 *
 * @param after the result is later than this time, in milliseconds since 1970.
 */
export function nextTick({ cron, timeZone }: Schedule, after: number): Date {
  return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(after) })
    .next()
    .toDate()
}

const isField = (text: string): boolean => text.length <= MAX_FIELD_LENGTH && FIELD.test(text)

const isCron = (cron: string): boolean =>
  succeeds(() => nextTick({ cron, timeZone: 'UTC' }, databaseTime().getTime()))

/** Whether two of its times are closer; in UTC, where no clock is put back. */
function comesWithin(cron: string, seconds: number): boolean {
  const times = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: databaseTime() })
  let last = Number.NEGATIVE_INFINITY
  for (let looked = 0; looked < TIMES_LOOKED_AT; looked++) {
    const next = times.next().getTime()
    if (next - last < seconds * 1000) return true
    last = next
  }
  return false
}

function checkTimeZone(timeZone: string): void {
  const isKnown = succeeds(() =>
    nextTick({ cron: '* * * * *', timeZone: canonicalZone(timeZone) }, databaseTime().getTime()),
  )
  // An offset has no summer time. A person who means a place would be an hour off for half of the year.
  if (!isKnown || /^[+-]/.test(timeZone)) {
    throw invalid('timeZone', 'is no time zone of the IANA database. Name one, such as Europe/Berlin or UTC.')
  }
  if (oddZones.includes(canonicalZone(timeZone))) {
    throw invalid('timeZone', `cannot be ${timeZone}: its clocks do not move by a full hour. Use UTC.`)
  }
}

/** @throws RangeError when the time zone is not in the IANA database. */
const canonicalZone = (timeZone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone

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
