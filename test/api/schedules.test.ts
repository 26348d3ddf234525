import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorker } from '../../src/processes/worker.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  // The worker makes the keys. It stops before it can start the due automations of a test.
  await (await startWorker(app.config, app.logger)).stop()
  acme = await createTestWorkspace(app, 'acme')
  await createTestWorkspace(app, 'globex')
})
afterAll(() => app.close())

const weekdays = { cron: '0 9 * * MON-FRI', timeZone: 'Europe/Berlin' }

function create(schedule?: object | null) {
  const input = {
    workspace: 'acme',
    name: 'Scheduled',
    steps: [],
    ...(schedule !== undefined && { schedule }),
  }
  return acme.admin.graphql(documents.createScheduled, { input })
}

async function created(schedule?: object | null) {
  return (await create(schedule)).data.createAutomation.automation
}

function change(id: string, version: number, more: object) {
  const input = { id, version, name: 'Scheduled', steps: [], ...more }
  return acme.admin.graphql(documents.updateScheduled, { input })
}

async function changed(id: string, version: number, more: object) {
  return (await change(id, version, more)).data.updateAutomation.automation
}

describe('the setting', () => {
  test('is returned with the next scheduled time', async () => {
    const { schedule } = await created(weekdays)
    expect(schedule).toEqual({ ...weekdays, nextRunAt: expect.any(String) })
    const next = new Date(schedule.nextRunAt)
    expect(next.getTime()).toBeGreaterThan(Date.now())
    const local = new Intl.DateTimeFormat('en', {
      timeZone: 'Europe/Berlin',
      timeStyle: 'short',
      hourCycle: 'h23',
    })
    expect(local.format(next)).toBe('09:00')
  })

  test('is null for an automation without one', async () => {
    expect([(await created()).schedule, (await created(null)).schedule]).toEqual([null, null])
  })

  test('is kept by an update without it, changed by a new one, and removed by null', async () => {
    const { id, schedule } = await created(weekdays)
    expect((await changed(id, 1, {})).schedule).toEqual(schedule)
    const daily = { cron: '30 18 * * *', timeZone: 'America/New_York' }
    const after = await changed(id, 2, { schedule: daily })
    expect(after.schedule).toEqual({ ...daily, nextRunAt: expect.any(String) })
    expect(after.schedule.nextRunAt).not.toBe(schedule.nextRunAt)
    expect((await changed(id, 3, { schedule: null })).schedule).toBeNull()
    expect(
      await app.database.query('select 1 from automation where schedule is null and id = $1', [uuid(id)]),
    ).toHaveLength(1)
  })

  test('keeps a time that is due now when it is saved unchanged', async () => {
    const { id } = await created(weekdays)
    const due = '2026-01-05T08:00:00.000Z'
    await app.database.query('update automation set next_run_at = $1 where id = $2', [due, uuid(id)])
    expect((await changed(id, 1, { schedule: weekdays })).schedule.nextRunAt).toBe(due)
    const other = { ...weekdays, timeZone: 'Asia/Tokyo' }
    expect(Date.parse((await changed(id, 2, { schedule: other })).schedule.nextRunAt)).toBeGreaterThan(
      Date.now(),
    )
  })

  test('ends when the automation is deleted', async () => {
    const { id } = await created(weekdays)
    await acme.admin.mutate(documents.deleteAutomation, { id })
    const rows = await app.database.query('select next_run_at from automation where id = $1', [uuid(id)])
    expect(rows).toEqual([{ next_run_at: null }])
  })

  test('can be made by a member, and not from another workspace', async () => {
    const member = await acme.createToken('MEMBER')
    const input = { workspace: 'acme', name: 'By a member', steps: [], schedule: weekdays }
    const { automation } = await member.mutate(documents.createScheduled, { input })
    expect(automation.schedule).toMatchObject(weekdays)
    const before = await readRows(app.database)
    const stranger = await app.signUp('Stranger')
    const foreign = await stranger.graphql(documents.updateScheduled, {
      input: { id: automation.id, version: 1, name: 'x', steps: [], schedule: null },
    })
    expect(foreign.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(await readRows(app.database)).toEqual(before)
  })
})

const uuid = (id: string) => id.slice('acme.'.length)
const pasted = 'sk_live_pasted-into-the-wrong-field'

const refused: [string, Partial<typeof weekdays>, RegExp][] = [
  ['an empty expression', { cron: '' }, /^schedule\.cron takes five fields: minute, hour/],
  ['four fields', { cron: '0 9 * *' }, /five fields/],
  ['seconds', { cron: '*/10 * * * * *' }, /six fields\. It takes five, without seconds/],
  ['seven fields', { cron: '0 0 9 * * * 2027' }, /takes five, without seconds/],
  ['a recurrence rule', { cron: 'FREQ=DAILY;INTERVAL=1' }, /five fields/],
  ['minute 60', { cron: '60 * * * *' }, /field for the minute .* 0 to 59/],
  ['hour 24', { cron: '0 24 * * *' }, /field for the hour .* 0 to 23/],
  ['day 0', { cron: '0 0 0 * *' }, /field for the day of the month .* 1 to 31/],
  ['day 32', { cron: '0 0 32 * *' }, /field for the day of the month/],
  ['month 13', { cron: '0 0 1 13 *' }, /field for the month .* 1 to 12/],
  ['a month that there is not', { cron: '0 0 1 MAI *' }, /field for the month/],
  ['day of the week 8', { cron: '0 0 * * 8' }, /field for the day of the week .* 0 to 7/],
  ['a step of none', { cron: '*/0 * * * *' }, /field for the minute/],
  ['a negative number', { cron: '-5 * * * *' }, /field for the minute/],
  ['a nickname that there is not', { cron: '@fortnightly' }, /@daily/],
  ['a random time', { cron: 'H H * * *' }, /H of Jenkins for the minute/],
  ['a nearest weekday', { cron: '0 0 15W * *' }, /W for the day of the month/],
  ['a field without end', { cron: `${'1,'.repeat(5000)}1 * * * *` }, /field for the minute/],
  ['a day that never comes', { cron: '0 0 30 2 *' }, /never come/],
  ['a value that was pasted', { cron: `${pasted} * * * *` }, /field for the minute/],
  ['an empty time zone', { timeZone: '' }, /^schedule\.timeZone is no time zone .* Europe\/Berlin or UTC/],
  ['a time zone that there is not', { timeZone: 'Europe/Atlantis' }, /no time zone/],
  ['a city alone', { timeZone: 'Berlin' }, /no time zone/],
  ['an offset', { timeZone: '+02:00' }, /no time zone/],
  ['an offset from UTC', { timeZone: 'UTC+2' }, /no time zone/],
  ['the zone of the machine', { timeZone: 'local' }, /no time zone/],
  ['a zone with a NUL', { timeZone: 'UTC\0' }, /no time zone/],
  ['a zone that was pasted', { timeZone: pasted }, /no time zone/],
]

describe('is refused without any change', () => {
  let id: string
  beforeAll(async () => {
    id = (await created(weekdays)).id
  })

  test.each(refused)('%s', async (_what, wrong, says) => {
    const schedule = { ...weekdays, ...wrong }
    const before = await readRows(app.database)
    const refusal = {
      __typename: 'InvalidFieldError',
      code: 'INVALID_FIELD',
      message: expect.stringMatching(says),
    }
    expect((await create(schedule)).data.createAutomation).toEqual(refusal)
    const { data } = await change(id, 1, { schedule })
    expect(data.updateAutomation).toEqual(refusal)
    expect(data.updateAutomation.message).not.toContain(pasted)
    expect(await readRows(app.database)).toEqual(before)
  })

  test('a change based on an older version', async () => {
    const before = await readRows(app.database)
    const { data } = await change(id, 0, { schedule: null })
    expect(data.updateAutomation).toMatchObject({ code: 'CONFLICT' })
    expect(await readRows(app.database)).toEqual(before)
  })
})

test("the variable explorer shows the schedule's trigger before any run", async () => {
  const references = async (id: string) => {
    const { data } = await acme.admin.graphql(documents.variables, { id })
    return data.automation.variables[0].variables.map(({ reference }: { reference: string }) => reference)
  }
  expect(await references((await created(weekdays)).id)).toEqual([
    '{{ trigger }}',
    '{{ trigger.schedule }}',
    '{{ trigger.schedule.cron }}',
    '{{ trigger.schedule.timeZone }}',
    '{{ trigger.schedule.at }}',
  ])
  expect(await references((await created()).id)).toEqual(['{{ trigger }}'])
})
