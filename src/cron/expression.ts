/** A cron expression, read. Each set holds the values that a field names. */
export interface CronExpression {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly days: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>
  /** The last day of the month, `L`. */
  readonly onLastDay: boolean
  /** Weekdays that come once in a month: the first to fifth (`1#2`), or the last (`5L`, 6 here). */
  readonly weekdaysOnce: readonly { readonly weekday: number; readonly week: number }[]
  /** Whether the hour begins with a star: such a schedule follows the clock, and comes twice where an hour does. */
  readonly everyHour: boolean
  /** Whether the day of the month or that of the week begins with a star: a day then has to fit both, else one of them. */
  readonly bothDays: boolean
}

/** Why an expression cannot be read, in words for after "schedule.cron". They hold nothing of what was given. */
export class CronFault extends Error {}

// No hand-written expression is longer, and one of this length is still read quickly.
const MAX_FIELD_LENGTH = 200

interface CronField {
  readonly name: string
  readonly range: string
  readonly from: number
  readonly to: number
  readonly names: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const FIELDS: readonly CronField[] = [
  { name: 'minute', range: '0 to 59', from: 0, to: 59, names: [] },
  { name: 'hour', range: '0 to 23', from: 0, to: 23, names: [] },
  { name: 'day of the month', range: '1 to 31, or L for the last', from: 1, to: 31, names: [] },
  { name: 'month', range: '1 to 12, or JAN to DEC', from: 1, to: 12, names: MONTHS },
  { name: 'day of the week', range: '0 to 7, or SUN to SAT', from: 0, to: 7, names: WEEKDAYS },
]

const ORDER = `${FIELDS.map(({ name }) => name).join(', ')}, such as "0 9 * * MON-FRI"`

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/**
 * The five fields of an expression, one blank between them; a macro such as `@daily` as what it stands for.
 *
 * @throws CronFault
 */
export function cronFields(text: string): string[] {
  const given = text.trim()
  const macro = MACROS[given.toLowerCase()]
  if (macro === undefined && given.startsWith('@')) {
    throw new CronFault(
      `begins with an @ and is none of ${Object.keys(MACROS).join(', ')}. Or it takes five fields: ${ORDER}.`,
    )
  }
  if (/^(?:CRON_)?TZ=/i.test(given))
    throw new CronFault('names a time zone. Take it out, and choose it in "timeZone".')
  if (/^(?:cron|rate)\(/i.test(given)) {
    throw new CronFault(`is an expression of AWS. It takes five fields: ${ORDER}.`)
  }
  const parts = (macro ?? given).split(/\s+/, FIELDS.length + 2)
  if (parts.length === FIELDS.length) return parts
  if (parts.length < FIELDS.length) throw new CronFault(`takes five fields: ${ORDER}.`)
  const isCommand = !/^(?:[\d*,/#?LW-]+|[a-z]{3}(?:[,-][a-z]{3})*)$/i.test(parts[FIELDS.length] ?? '')
  throw new CronFault(
    isCommand
      ? `takes five fields and no command behind them: ${ORDER}.`
      : `has ${parts.length === FIELDS.length + 1 ? 'six' : 'more than six'} fields. It takes five, without seconds: ${ORDER}.`,
  )
}

/**
 * Reads an expression as crontab(5) of Vixie's cron does: lists that may name a value twice, ranges with steps, also over the
 * end (`22-2`, `fri-mon`, `5-7`), names in any case, 0 and 7 for Sunday. Besides, `?` is a star, `5/10` goes on to the end of
 * the field, and of Quartz there are `L`, `5L` and `1#2`.
 *
 * @throws CronFault
 */
export function readCron(text: string): CronExpression {
  const parts = cronFields(text)
  const once: { weekday: number; week: number }[] = []
  let onLastDay = false
  const special = (item: string, { name }: CronField): boolean => {
    if (name === 'day of the month' && /^L$/i.test(item)) {
      onLastDay = true
      return true
    }
    const [, day = '', number, last] = /^([0-7]|[a-z]{3})(?:#([1-5])|(L))$/i.exec(item) ?? []
    const weekday = name === 'day of the week' ? numberOf(day, FIELDS[4] as CronField) : undefined
    if (weekday === undefined || (number === undefined && last === undefined)) return false
    once.push({ weekday: weekday % 7, week: Number(number ?? LAST_WEEK) })
    return true
  }
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, at) =>
    readField(parts[at] ?? '', field, special),
  )
  if (!minutes || !hours || !days || !months || !weekdays) throw new CronFault(`takes five fields: ${ORDER}.`)
  if (weekdays.delete(7)) weekdays.add(0)
  const [, hour = '', day = '', , weekday = ''] = parts
  const isStar = (field: string) => /^[*?]/.test(field)
  return {
    ...{ minutes, hours, days, months, weekdays, onLastDay, weekdaysOnce: once },
    everyHour: isStar(hour),
    bothDays: isStar(day) || isStar(weekday),
  }
}

export const LAST_WEEK = 6

type Special = (item: string, field: CronField) => boolean

function readField(text: string, field: CronField, special: Special): Set<number> {
  const values = new Set<number>()
  if (text.length > MAX_FIELD_LENGTH) throw unreadable(field)
  for (const item of text.split(',')) {
    if (special(item, field)) continue
    for (const value of readItem(item, field)) values.add(value)
  }
  return values
}

const ITEM = /^(?:([*?])|(\d{1,4}|[a-z]{3,9})(?:-(\d{1,4}|[a-z]{3,9}))?)(?:\/(\d{1,4}))?$/i

function readItem(item: string, field: CronField): number[] {
  const [all, star, first = '', last, steps] = ITEM.exec(item) ?? []
  if (all === undefined) throw unreadable(field, item)
  const step = Number(steps ?? 1)
  // Of Sunday there are two numbers, of which a star means one.
  const top = field.name === 'day of the week' ? 6 : field.to
  const from = star === undefined ? numberOf(first, field) : field.from
  const to =
    last === undefined ? (star === undefined && steps === undefined ? from : top) : numberOf(last, field)
  if (from === undefined || to === undefined || step === 0) throw unreadable(field)
  // Over the end of the field, as in 22-2 or fri-mon.
  const size = top - field.from + 1
  const end = to >= from ? to : to + size
  const values: number[] = []
  for (let value = from; value <= end; value += step) values.push(value > field.to ? value - size : value)
  return values
}

/** Names may be written in full, as people do. */
function numberOf(text: string, { names, from, to }: CronField): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) >= from && Number(text) <= to ? Number(text) : undefined
  const at = names.indexOf(text.slice(0, 3).toLowerCase())
  const isName = text.length === 3 || FULL_NAMES.includes(text.toLowerCase())
  return at === -1 || !isName ? undefined : at + from
}

const FULL_NAMES =
  'january february march april june july august september october november december sunday monday tuesday wednesday thursday friday saturday tues thur thurs sept'.split(
    ' ',
  )

function unreadable({ name, range }: CronField, item = ''): CronFault {
  const takes = `It takes ${range}; *, lists, ranges and steps, as in "1,15", "1-5" and "*/10".`
  if (/~/.test(item)) return new CronFault(`has a ~ for a random ${name}, which is not supported. ${takes}`)
  if (/^H/i.test(item))
    return new CronFault(`has an H of Jenkins for the ${name}, which is not supported. ${takes}`)
  if (/W$/i.test(item))
    return new CronFault(`has a W for the ${name}, the nearest weekday, which is not supported. ${takes}`)
  return new CronFault(`has a field for the ${name} that cannot be read. ${takes}`)
}
