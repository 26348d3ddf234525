import { CronExpressionParser } from 'cron-parser'
import { AppError } from '../errors.ts'
import type { Schedule } from '../store/entities/index.ts'

// Longer than anybody writes by hand, short enough to be read quickly every time.
const MAX_FIELD_LENGTH = 100

// No `H`, which the parser would replace by another number each time it reads it.
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

// Their clocks move by half an hour or two hours: the parser finds no time behind the move, or leaves a day out.
const oddZones: readonly string[] = ['Australia/Lord_Howe', 'Antarctica/Troll']

/**
 * The schedule as it will be stored.
 *
 * @throws AppError INVALID_FIELD for a cron expression that is none or has seconds, and for a time zone that
 *   the IANA database does not have. What was written is not quoted: it may be anything that was pasted.
 */
export function checkSchedule({ cron, timeZone }: Schedule): Schedule {
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
  // The 30th of February: the parser knows only once it has all fields.
  if (!isCron(schedule.cron))
    throw invalid('cron', 'names days that never come. Change the day or the month.')
  return schedule
}

/**
 * The next time that the schedule names.
 *
 * Where clocks are put forward, a time of the hour that is left out is an hour later; in Greenland, where they go
 * from 23:00 to midnight, the two last hours of that day have no tick. Where they are put back, what names its hour
 * comes in the first of the two, and what runs every hour or every few minutes in both.
 *
 * @param after it is later than this time (milliseconds since 1970).
 */
export function nextTick({ cron, timeZone }: Schedule, after: number): Date {
  return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(after) })
    .next()
    .toDate()
}

const isField = (text: string): boolean => text.length <= MAX_FIELD_LENGTH && FIELD.test(text)

const isCron = (cron: string): boolean => succeeds(() => nextTick({ cron, timeZone: 'UTC' }, Date.now()))

function checkTimeZone(timeZone: string): void {
  const isKnown = succeeds(() =>
    nextTick({ cron: '* * * * *', timeZone: canonicalZone(timeZone) }, Date.now()),
  )
  // An offset has no summer time: whoever means a place would be an hour off for half of the year.
  if (!isKnown || /^[+-]/.test(timeZone)) {
    throw invalid('timeZone', 'is no time zone of the IANA database. Name one, such as Europe/Berlin or UTC.')
  }
  if (oddZones.includes(canonicalZone(timeZone))) {
    throw invalid('timeZone', `cannot be ${timeZone}: its clocks do not move by a full hour. Use UTC.`)
  }
}

/** @throws RangeError when the IANA database does not have it. */
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
