import { describe, expect, test } from 'vitest'
import { checkSchedule, nextTick } from '../../src/domain/schedules.ts'

/** The next ticks after a time, each computed from the one before, as the scheduler does. */
function ticks(cron: string, timeZone: string, after: string, count: number): string[] {
  const schedule = checkSchedule({ cron, timeZone })
  const found: string[] = []
  for (let at = Date.parse(after); found.length < count; ) {
    const next = nextTick(schedule, at)
    found.push(next.toISOString().replace(':00.000Z', 'Z'))
    at = next.getTime()
  }
  return found
}

describe('a time that the clocks skip runs an hour later', () => {
  // On 2026-03-29, 02:00 becomes 03:00.
  test.each<[string, string[]]>([
    ['30 2 * * *', ['2026-03-28T01:30Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    ['0 3 * * *', ['2026-03-28T02:00Z', '2026-03-29T01:00Z', '2026-03-30T01:00Z']],
    ['0 2,3 * * *', ['2026-03-28T01:00Z', '2026-03-28T02:00Z', '2026-03-29T01:00Z', '2026-03-30T00:00Z']],
  ])('%s in Berlin', (cron, expected) => {
    expect(ticks(cron, 'Europe/Berlin', '2026-03-28T00:00Z', expected.length)).toEqual(expected)
  })

  test('a schedule of every half hour skips nothing', () => {
    expect(ticks('*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:10Z', 4)).toEqual([
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
      '2026-03-29T01:30Z',
      '2026-03-29T02:00Z',
    ])
  })
})

describe('when a time occurs twice', () => {
  // On 2026-10-25, 03:00 becomes 02:00 again.
  test.each<[string, string[]]>([
    ['30 2 * * *', ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['0 3 * * *', ['2026-10-24T01:00Z', '2026-10-25T02:00Z', '2026-10-26T02:00Z']],
    ['*/30 2 * * *', ['2026-10-24T00:00Z', '2026-10-24T00:30Z', '2026-10-25T00:00Z', '2026-10-25T00:30Z']],
  ])('a fixed hour, %s in Berlin, takes the first', (cron, expected) => {
    expect(ticks(cron, 'Europe/Berlin', '2026-10-23T20:00Z', expected.length)).toEqual(expected)
  })

  test('a schedule of every hour takes both', () => {
    expect(ticks('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', 4)).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T01:00Z',
      '2026-10-25T02:00Z',
      '2026-10-25T03:00Z',
    ])
  })
})

test.each<[string, string, string, string]>([
  ['30 1 * * *', 'America/New_York', '2026-11-01T04:00Z', '2026-11-01T05:30Z'],
  ['30 1 * * *', 'America/New_York', '2026-11-01T05:30Z', '2026-11-02T06:30Z'],
  // The clocks go from 23:00 to midnight.
  ['0 22 * * *', 'America/Nuuk', '2027-03-27T00:00Z', '2027-03-28T00:00Z'],
  ['30 23 * * *', 'America/Nuuk', '2027-03-27T12:00Z', '2027-03-28T01:30Z'],
  ['0 9 * * MON-FRI', 'Asia/Kolkata', '2026-11-20T04:00Z', '2026-11-23T03:30Z'],
  ['0 0 29 2 *', 'UTC', '2026-11-23T00:00Z', '2028-02-29T00:00Z'],
  ['0 0 L * *', 'UTC', '2026-11-23T00:00Z', '2026-11-30T00:00Z'],
  ['0 0 * * 7', 'UTC', '2026-11-23T00:00Z', '2026-11-29T00:00Z'],
  ['0 0 1 jan *', 'UTC', '2026-11-23T00:00Z', '2027-01-01T00:00Z'],
  ['* * * * *', 'Pacific/Chatham', '2026-11-23T00:00Z', '2026-11-23T00:01Z'],
])('%s in %s after %s is %s', (cron, timeZone, after, expected) => {
  expect(ticks(cron, timeZone, after, 1)).toEqual([expected])
})

test('white space around the cron fields is ignored', () => {
  expect(checkSchedule({ cron: '  0   9 * *\t1 ', timeZone: 'UTC' })).toEqual({
    cron: '0 9 * * 1',
    timeZone: 'UTC',
  })
})

/** One zone for each way in which clocks change in the next two years. */
const zones = (() => {
  const days = Array.from({ length: 730 }, (_, day) => Date.UTC(2026, 10, 23) + day * 86_400_000)
  const found = new Map<string, { zone: string; moves: number[] }>()
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    const offsets = days.map((day) => format.format(day).split('GMT')[1] ?? '')
    const moves = days.filter((_day, index) => index > 0 && offsets[index] !== offsets[index - 1])
    if (moves.length > 0 && !found.has(offsets.join())) found.set(offsets.join(), { zone, moves })
  }
  return [...found.values()]
})()

test.each(zones)('around each clock change in $zone every day has its tick', ({ zone, moves }) => {
  expect(moves.length).toBeGreaterThan(0)
  for (const cron of ['30 2 * * *', '15 0 * * *', '45 1 * * *', '0 21 * * *']) {
    const schedule = checkSchedule({ cron, timeZone: zone })
    for (const move of moves) {
      for (let at = move - 3 * 86_400_000; at < move + 2 * 86_400_000; ) {
        const next = nextTick(schedule, at).getTime()
        expect(next).toBeGreaterThan(at)
        // A day of 24 hours, clocks that move by up to two, and a tick that comes later for them.
        expect(next - at).toBeLessThanOrEqual(26 * 3_600_000)
        at = next
      }
    }
  }
})
