const formats = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError when the time zone is not in the IANA database. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    ...{
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    },
    ...{ timeZone, hourCycle: 'h23', era: 'short', calendar: 'iso8601', numberingSystem: 'latn' },
  })
  // There are some hundred names, and people choose a few.
  if (formats.size > 1000) formats.clear()
  formats.set(timeZone, format)
  return format
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
export function offsetAt(timeZone: string, at: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

const HOUR = 3_600_000
/** Further from UTC is no zone, with a day on which the clocks may move. */
const AROUND = 38 * HOUR

/** How the clocks of a zone relate to UTC around one day of its calendar. */
export interface DayClock {
  /** Moments, in milliseconds since 1970, at which the clocks show a time of that day: none to two. */
  readonly momentsOf: (local: number) => readonly [first: number, second?: number]
}

/**
 * @param local midnight of the day as if it were UTC, in milliseconds.
 * @returns for a time that the clocks leave out, the moment that they would show it had they not been put forward: later by
 * as much as they were. For a time that they show twice, both.
 */
export function clockOf(timeZone: string, local: number): DayClock {
  const [start, end] = [local - AROUND, local + AROUND]
  const [before, after] = [offsetAt(timeZone, start), offsetAt(timeZone, end)]
  if (before === after) return { momentsOf: (time) => [time - before] }
  const move = moveBetween(timeZone, start, end, before)
  return {
    momentsOf: (time) => {
      const [early, late] = [time - before, time - after]
      if (early >= move && late >= move) return [late]
      if (early < move && late >= move) return [early, late]
      // Neither is on its side of the move: the time is left out. Or the old offset still holds.
      return [early]
    },
  }
}

/** The moment at which the clocks move, to the second. */
function moveBetween(timeZone: string, start: number, end: number, before: number): number {
  let [low, high] = [start, end]
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (offsetAt(timeZone, middle) === before) low = middle
    else high = middle
  }
  return high
}
