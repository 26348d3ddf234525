import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Scheduler } from '../../src/domain/scheduler.ts'
import * as documents from '../support/documents.ts'
import {
  createScheduled,
  daily,
  everyMinute,
  MINUTE,
  minutesAgo,
  openScheduleWorld,
  type ScheduleWorld,
  steps,
  uuid,
} from './schedule-world.ts'

vi.setConfig({ testTimeout: 240_000 })

let world: ScheduleWorld
let app: ScheduleWorld['app']
let acme: ScheduleWorld['acme']
let globex: ScheduleWorld['globex']
let lateness: ScheduleWorld['lateness']
let openScheduler: ScheduleWorld['openScheduler']
let setNext: ScheduleWorld['setNext']
let nextOf: ScheduleWorld['nextOf']
let runsOf: ScheduleWorld['runsOf']
let copyDue: ScheduleWorld['copyDue']
let counts: ScheduleWorld['counts']
let scheduler: Scheduler

beforeAll(async () => {
  world = await openScheduleWorld('value-in-a-scheduled-run-7713')
  ;({ app, acme, globex, lateness, openScheduler, setNext, nextOf, runsOf, copyDue, counts } = world)
  scheduler = openScheduler()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

const startDue = () => scheduler.startDue(new AbortController().signal)

describe('a tick', () => {
  test('of a paused automation starts nothing, and those of the pause are left out afterwards', async () => {
    const id = await createScheduled(acme, everyMinute)
    await acme.admin.mutate(documents.pauseAutomation, { id })
    await setNext(id, minutesAgo(3))
    await startDue()
    expect(await runsOf(id)).toEqual([])
    await acme.admin.mutate(documents.resumeAutomation, { id })
    await startDue()
    expect(await runsOf(id)).toEqual([])
    expect(await nextOf(id)).toBeGreaterThan(Date.now())
  })

  test('that is due gets one run with a job and an audit row, and the automation moves to its next tick', async () => {
    const id = await createScheduled(acme, daily)
    const at = minutesAgo(1)
    await setNext(id, at)
    lateness.length = 0
    await startDue()
    await startDue()
    expect(lateness).toEqual([expect.any(Number)])
    expect(lateness[0]).toBeGreaterThanOrEqual(60)
    const [run, ...more] = await runsOf(id)
    expect(more).toEqual([])
    const [row] = await app.database.query('select trigger, started_by from run')
    expect(row).toEqual({ trigger: 'SCHEDULE', started_by: null })
    const jobs = await app.database.query(`select run as id from run_job`)
    expect(jobs).toEqual([run])
    expect(await nextOf(id)).toBeGreaterThan(Date.now())
    const { data } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 1 })
    expect(data.auditLog).toMatchObject([
      {
        actor: 'schedule',
        action: 'run.start',
        target: 'Scheduled',
        detail: { run: `acme.${run?.id}`, version: 1 },
      },
    ])
  })

  test('of a workspace with too many waiting runs stays due, and gets its run when they are fewer', async () => {
    const [full, free] = [await createScheduled(acme, daily), await createScheduled(globex, daily)]
    for (const id of [full, free]) await setNext(id, minutesAgo(1))
    await app.database.query(
      `insert into run_job (workspace_id, run, due_at)
       select 'acme', gen_random_uuid(), now() from generate_series(1, 3)`,
    )
    const limited = openScheduler(3)
    const { signal } = new AbortController()
    await limited.startDue(signal)
    expect([await runsOf(full), await runsOf(free)]).toEqual([[], [expect.anything()]])
    expect(await nextOf(full)).toBe(minutesAgo(1).getTime())
    await app.database.query(`delete from run_job where workspace_id = 'acme'`)
    await limited.startDue(signal)
    expect(await runsOf(full)).toHaveLength(1)
  })

  test('of a workspace that stores as much as it may stays due, and gets its run when it stores less', async () => {
    const id = await createScheduled(acme, daily)
    await setNext(id, minutesAgo(1))
    await app.database.query(
      `insert into stored_bytes (workspace_id, bytes, measured_at) values ('acme', 3e6, now())`,
    )
    await openScheduler().startDue(new AbortController().signal)
    expect(await runsOf(id)).toEqual([])
    await app.database.query('delete from stored_bytes')
    await openScheduler().startDue(new AbortController().signal)
    expect(await runsOf(id)).toHaveLength(1)
  })

  test('that is not due gets no run', async () => {
    const id = await createScheduled(acme, daily)
    await startDue()
    expect(await runsOf(id)).toEqual([])
  })

  test('of a removed or changed schedule, or of a deleted automation, gets no run', async () => {
    const [removed, changed, deleted] = await Promise.all([1, 2, 3].map(() => createScheduled(acme, daily)))
    const ids = [removed ?? '', changed ?? '', deleted ?? '']
    for (const id of ids) await setNext(id, minutesAgo(1))
    const update = (id: string | undefined, schedule: object | null) =>
      acme.admin.mutate(documents.updateScheduled, { input: { id, version: 1, name: 'x', steps, schedule } })
    await update(removed, null)
    await update(changed, { cron: '0 0 29 2 *', timeZone: 'UTC' })
    await acme.admin.mutate(documents.deleteAutomation, { id: deleted })
    await startDue()
    expect(await Promise.all(ids.map(runsOf))).toEqual([[], [], []])
  })

  test('runs the current version of the automation', async () => {
    const id = await createScheduled(acme, daily)
    await setNext(id, minutesAgo(1))
    const newer = [{ key: 'newer', type: 'set-values', fields: { values: 1 } }]
    await acme.admin.mutate(documents.updateScheduled, { input: { id, version: 1, name: 'x', steps: newer } })
    await startDue()
    const rows = await app.database.query('select steps from run where automation = $1', [uuid(id)])
    expect(rows).toMatchObject([{ steps: newer }])
  })

  test('that cannot be started is logged, delays no other, and is tried again', async () => {
    const bad = await createScheduled(acme, daily)
    const good = await createScheduled(globex, daily)
    for (const id of [bad, good]) await setNext(id, minutesAgo(1))
    const setZone = (zone: string) =>
      app.database.query('update automation set schedule = $1 where id = $2', [
        { ...daily, timeZone: zone },
        uuid(bad),
      ])
    // Like a worker whose Node knows fewer time zones than the API's.
    await setZone('Europe/Atlantis')
    await startDue()
    expect([await runsOf(bad), (await runsOf(good)).length]).toEqual([[], 1])
    expect(app.log.filter((line) => line.includes('scheduled run could not be started')).at(-1)).toContain(
      bad,
    )
    await setZone('UTC')
    await startDue()
    expect(await runsOf(bad)).toHaveLength(1)
  })
})

describe('ticks while no worker was there', () => {
  test('get one run each if they are only late', async () => {
    const id = await createScheduled(acme, everyMinute)
    await setNext(id, minutesAgo(3))
    const before = minutesAgo(0).getTime()
    await startDue()
    const { length } = await runsOf(id)
    // The clock may have passed a full minute meanwhile.
    const passed = (minutesAgo(0).getTime() - before) / MINUTE
    expect(length).toBeGreaterThanOrEqual(4)
    expect(length).toBeLessThanOrEqual(4 + passed)
  })

  test('get one run together after a longer time', async () => {
    const id = await createScheduled(acme, everyMinute)
    await setNext(id, minutesAgo(7 * 24 * 60))
    await startDue()
    expect(await runsOf(id)).toHaveLength(1)
    expect(await nextOf(id)).toBeGreaterThan(Date.now() - MINUTE)
  })
})

test('many schedulers at once start one run for each tick', async () => {
  const id = await createScheduled(acme, daily)
  await copyDue(id, 100, minutesAgo(1))
  await Promise.all(Array.from({ length: 4 }, () => openScheduler().startDue(new AbortController().signal)))
  expect(await counts()).toEqual([101, 100, 100])
})

test('workspaces take turns, so the one schedule of a workspace does not wait behind hundreds of another', async () => {
  await copyDue(await createScheduled(acme, daily), 250, minutesAgo(3))
  const single = await createScheduled(globex, daily)
  await setNext(single, minutesAgo(1))
  await startDue()
  const order = await app.database.query<{ workspace: string }>(
    'select workspace_id as workspace from run order by id',
  )
  expect(order.length).toBe(251)
  expect(order.slice(0, 2).map(({ workspace }) => workspace)).toContain('globex')
})

test('a scheduler that is told to stop starts no more, and leaves the rest to the next', async () => {
  const id = await createScheduled(acme, daily)
  await copyDue(id, 50, minutesAgo(1))
  const stopping = new AbortController()
  const stopped = scheduler.startDue(stopping.signal)
  await vi.waitUntil(async () => ((await counts())[2] ?? 0) > 0, { timeout: 20_000 })
  stopping.abort()
  await stopped
  expect((await counts())[2]).toBeLessThan(50)
  await startDue()
  expect(await counts()).toEqual([51, 50, 50])
})
