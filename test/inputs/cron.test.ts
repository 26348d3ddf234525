import { describe, expect, test } from 'vitest'
import { cronFields } from '../../src/cron/index.ts'
import { checkSchedule, nextTicks } from '../../src/domain/schedules.ts'
import { upcomingTimes } from '../../web/src/editor/trigger/upcoming-times.ts'

/** The next times in UTC, without seconds. */
const times = (cron: string, timeZone: string, after: string, count: number) =>
  nextTicks(checkSchedule({ cron, timeZone }), Date.parse(after), count).map((it) =>
    it.toISOString().slice(0, 16),
  )

/** Two expressions of the same times, from a Wednesday on. */
test.each<[from: string, cron: string, same: string]>([
  ['crontab(5): 0 and 7 are Sunday', '0 8 * * 0,7', '0 8 * * 0'],
  ['a value twice', '0,0,30 8,8 1,1 * *', '0,30 8 1 * *'],
  ['a range that ends on Sunday', '0 8 * * 5-7', '0 8 * * 0,5,6'],
  ['all days by 0-7', '0 8 * * 0-7', '0 8 * * *'],
  ['all days by 1-7', '0 8 * * 1-7', '0 8 * * *'],
  ['a range over the end of the week', '0 8 * * fri-mon', '0 8 * * 0,1,5,6'],
  ['sat-sun', '0 8 * * sat-sun', '0 8 * * 0,6'],
  ['sun-sat', '0 8 * * SUN-Sat', '0 8 * * *'],
  ['6-1', '0 8 * * 6-1', '0 8 * * 0,1,6'],
  ['a range over midnight', '0 22-2 * * *', '0 0,1,2,22,23 * * *'],
  ['a range over midnight with steps', '0 22-2/2 * * *', '0 0,2,22 * * *'],
  ['a range over the end of the hour', '50-10/10 * * * *', '0,10,50 * * * *'],
  ['a range over the end of the month', '0 0 30-2 * *', '0 0 1,2,30,31 * *'],
  ['a range over New Year', '0 0 1 nov-feb *', '0 0 1 1,2,11,12 *'],
  ['names in any case, in lists and ranges', '0 0 * JAN,mar-May Mon-fRi', '0 0 * 1,3-5 1-5'],
  ['names in full', '0 0 * January,september monday', '0 0 * 1,9 1'],
  ['a step of a range', '1-20/7 * * * *', '1,8,15 * * * *'],
  ['a step of one value, to the end', '5/20 * * * *', '5,25,45 * * * *'],
  ['a step of Sunday', '0 8 * * 0/2', '0 8 * * 0,2,4,6'],
  ['a step over the end', '*/90 * * * *', '0 * * * *'],
  ['? as a star', '0 0 ? * 1', '0 0 * * 1'],
  ['? for the day of the week', '0 0 1 * ?', '0 0 1 * *'],
  ['zeros in front', '05 08 01 02 *', '5 8 1 2 *'],
  ['a range of one value', '5-5 8 * * *', '5 8 * * *'],
  ['blanks and tabs between the fields', ' 0  8\t* * 1 ', '0 8 * * 1'],
  ['names and a range with a step', '0 0 * * sun,mon-wed/2', '0 0 * * 0,1,3'],
  ['a step and a value in a list', '*/20,3 * * * *', '0,3,20,40 * * * *'],
  ['Friday to Monday by numbers', '0 8 * * 5-1', '0 8 * * 0,1,5,6'],
  ['the first Sunday, by 7', '0 8 * * 7#1', '0 8 * * 0#1'],
  ['the last Sunday, by 7', '0 8 * * 7L', '0 8 * * 0L'],
  ['@daily', '@daily', '0 0 * * *'],
  ['@midnight in any case', '@Midnight', '0 0 * * *'],
  ['@hourly', '@hourly', '0 * * * *'],
  ['@weekly', '@weekly', '0 0 * * 7'],
  ['@monthly', '@monthly', '0 0 1 * *'],
  ['@yearly and @annually', '@annually', '0 0 1 1 *'],
])('%s: %s is %s', (_from, cron, same) => {
  expect(times(cron, 'UTC', '2026-11-25T12:34Z', 40)).toEqual(times(same, 'UTC', '2026-11-25T12:34Z', 40))
})

describe('of the two fields for days', () => {
  test.each<[what: string, cron: string, days: string[]]>([
    [
      'one of two that name days is enough (crontab(5))',
      '0 0 13 * 5',
      ['2026-11-27', '2026-12-04', '2026-12-11', '2026-12-13'],
    ],
    [
      '1-31 names days, so every day fits',
      '0 0 1-31 * 1',
      ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29'],
    ],
    [
      'both have to fit where one begins with a star (Vixie)',
      '0 0 */3 * 1',
      ['2026-12-07', '2026-12-28', '2027-01-04', '2027-01-25'],
    ],
    ['the other way round', '0 0 1-7 * */7', ['2026-12-06', '2027-01-03', '2027-02-07', '2027-03-07']],
    ['the last day', '0 0 L * *', ['2026-11-30', '2026-12-31', '2027-01-31', '2027-02-28']],
    ['the first and the last day', '0 0 1,L * *', ['2026-11-30', '2026-12-01', '2026-12-31', '2027-01-01']],
    ['the last Friday', '0 0 * * 5L', ['2026-11-27', '2026-12-25', '2027-01-29', '2027-02-26']],
    ['the second Monday', '0 0 * * mon#2', ['2026-12-14', '2027-01-11', '2027-02-08', '2027-03-08']],
    ['29 February', '0 0 29 2 *', ['2028-02-29', '2032-02-29', '2036-02-29', '2040-02-29']],
  ])('%s: %s', (_what, cron, days) => {
    expect(times(cron, 'UTC', '2026-11-25T12:34Z', 4)).toEqual(days.map((it) => `${it}T00:00`))
  })
})

describe('where clocks are put forward, every time that is left out comes later, each once', () => {
  test.each<[cron: string, zone: string, after: string, expected: string[]]>([
    [
      '0,30 2 * * *',
      'Europe/Rome',
      '2025-03-30T00:00Z',
      ['2025-03-30T01:00', '2025-03-30T01:30', '2025-03-31T00:00'],
    ],
    [
      '*/20 2 * * *',
      'Europe/Rome',
      '2025-03-30T00:00Z',
      ['2025-03-30T01:00', '2025-03-30T01:20', '2025-03-30T01:40', '2025-03-31T00:00'],
    ],
    ['0 2,3 * * *', 'Europe/Rome', '2025-03-30T00:00Z', ['2025-03-30T01:00', '2025-03-31T00:00']],
    ['30 2,3 * * *', 'Europe/Rome', '2025-03-30T00:00Z', ['2025-03-30T01:30', '2025-03-31T00:30']],
    [
      '0 */2 * * *',
      'Europe/Rome',
      '2025-03-29T23:30Z',
      ['2025-03-30T01:00', '2025-03-30T02:00', '2025-03-30T04:00'],
    ],
    [
      '30 * * * *',
      'Europe/Rome',
      '2025-03-30T00:00Z',
      ['2025-03-30T00:30', '2025-03-30T01:30', '2025-03-30T02:30'],
    ],
    ['30 2 * * *', 'America/New_York', '2026-03-08T05:00Z', ['2026-03-08T07:30', '2026-03-09T06:30']],
    [
      '0,30 23 * * *',
      'America/Nuuk',
      '2027-03-27T12:00Z',
      ['2027-03-28T01:00', '2027-03-28T01:30', '2027-03-29T00:00'],
    ],
    ['0 0 * * *', 'America/Nuuk', '2027-03-27T12:00Z', ['2027-03-28T01:00', '2027-03-29T01:00']],
    ['0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00Z', ['2026-04-23T22:00', '2026-04-24T21:00']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:45', '2026-10-04T15:15']],
    ['30 1 * * *', 'Antarctica/Troll', '2026-03-28T12:00Z', ['2026-03-29T01:30', '2026-03-29T23:30']],
  ])('%s in %s', (cron, zone, after, expected) => {
    expect(times(cron, zone, after, expected.length)).toEqual(expected)
  })
})

describe('where clocks are put back', () => {
  test.each<[what: string, cron: string, zone: string, after: string, expected: string[]]>([
    [
      'fixed times come once',
      '0,30 2 * * *',
      'Europe/Rome',
      '2025-10-25T23:00Z',
      ['2025-10-26T00:00', '2025-10-26T00:30', '2025-10-27T01:00'],
    ],
    [
      'a range of hours comes once',
      '30 1-3 * * *',
      'Europe/Rome',
      '2025-10-25T23:00Z',
      ['2025-10-25T23:30', '2025-10-26T00:30', '2025-10-26T02:30'],
    ],
    [
      'every hour comes twice',
      '30 * * * *',
      'Europe/Rome',
      '2025-10-26T00:00Z',
      ['2025-10-26T00:30', '2025-10-26T01:30', '2025-10-26T02:30'],
    ],
    [
      'half an hour is put back',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T12:00Z',
      ['2026-04-04T14:45', '2026-04-05T15:15'],
    ],
    [
      'midnight comes once',
      '30 23 * * *',
      'Africa/Cairo',
      '2026-10-29T12:00Z',
      ['2026-10-29T20:30', '2026-10-30T21:30'],
    ],
  ])('%s: %s in %s', (_what, cron, zone, after, expected) => {
    expect(times(cron, zone, after, expected.length)).toEqual(expected)
  })
})

describe('is refused in words', () => {
  test.each<[cron: string, words: string]>([
    ['', 'takes five fields'],
    ['* * * *', 'takes five fields'],
    ['0 0 9 * * 1', 'has six fields. It takes five, without seconds'],
    ['0 9 * * * /usr/bin/backup', 'takes five fields and no command behind them'],
    ['@reboot', 'begins with an @ and is none of @yearly'],
    ['@every 5m', 'begins with an @ and is none of @yearly'],
    ['CRON_TZ=Europe/Rome 0 9 * * *', 'names a time zone'],
    ['cron(0 12 * * ? *)', 'is an expression of AWS'],
    ['60 * * * *', 'field for the minute that cannot be read'],
    ['* 24 * * *', 'field for the hour that cannot be read'],
    ['* * 0 * *', 'field for the day of the month that cannot be read'],
    ['* * * 13 *', 'field for the month that cannot be read'],
    ['* * * * 8', 'field for the day of the week that cannot be read'],
    ['*/0 * * * *', 'field for the minute that cannot be read'],
    ['1,,2 * * * *', 'field for the minute that cannot be read'],
    ['1- * * * *', 'field for the minute that cannot be read'],
    ['*-5 * * * *', 'field for the minute that cannot be read'],
    ['* * * mon *', 'field for the month that cannot be read'],
    ['* * * * jan', 'field for the day of the week that cannot be read'],
    ['* * LW * *', 'has a W for the day of the month, the nearest weekday, which is not supported'],
    ['* * 15W * *', 'has a W for the day of the month'],
    ['H * * * *', 'has an H of Jenkins for the minute'],
    ['0~59 * * * *', 'has a ~ for a random minute'],
    ['* * * * 1#6', 'field for the day of the week that cannot be read'],
    ['* * * * L', 'field for the day of the week that cannot be read'],
    ['0 0 30 2 *', 'names days that never come'],
    ['0 0 31 4,6,9,11 *', 'names days that never come'],
  ])('%s', (cron, words) => {
    expect(() => checkSchedule({ cron, timeZone: 'UTC' })).toThrow(words)
  })

  test.each([
    '1,'.repeat(500_000),
    `${'0-59/1,'.repeat(200_000)}0 * * * *`,
    '* '.repeat(500_000),
    ' '.repeat(1_000_000),
    '@'.repeat(1_000_000),
  ])('a text of a megabyte (%#)', (cron) => {
    expect(() => checkSchedule({ cron, timeZone: 'UTC' })).toThrow(
      /takes five fields|cannot be read|begins with an @|six fields/,
    )
  })
})

test('the editor shows the next five times, as the server computes them', () => {
  const shown = upcomingTimes({ cron: '0 22-2 * * fri-mon', timeZone: 'UTC' })
  expect(shown).toMatchObject({ kind: 'times', times: { length: 5 } })
  expect(upcomingTimes({ cron: 'no times', timeZone: 'UTC' })).toEqual({ kind: 'none' })
})

test('a macro is stored as the five fields that it stands for', () => {
  expect(checkSchedule({ cron: ' @Daily ', timeZone: 'UTC' }).cron).toBe('0 0 * * *')
  expect(cronFields('  0   9 * *\t1 ')).toEqual(['0', '9', '*', '*', '1'])
})
