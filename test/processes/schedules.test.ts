import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createScheduler, type Scheduler } from '../../src/domain/scheduler.ts'
import { createStoredLimit } from '../../src/domain/stored-limit.ts'
import { currentKey } from '../../src/domain/workspace-keys.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { createRegistry } from '../../src/steps/index.ts'
import { runProducer } from '../../src/store/queue.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createSealer } from '../../src/vault/sealing.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 240_000 })

const registry = createRegistry([])
const value = 'value-in-a-scheduled-run-7713'
const MINUTE = 60_000

let app: TestApp
let acme: TestWorkspace
let globex: TestWorkspace
let store: Store
let scheduler: Scheduler
/** How late each run was started (seconds). */
const lateness: number[] = []

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  // The worker makes the keys. It stops before it can start the due automations of a test.
  await (await startWorker(app.config, app.logger)).stop()
  acme = await createTestWorkspace(app, 'acme')
  globex = await createTestWorkspace(app, 'globex')
  await acme.createSecret('KEY', value)
  store = await openStore(app.database.url)
  scheduler = openScheduler()
})
beforeEach(async () => {
  await app.database.query('truncate run, step_run; delete from automation')
  await app.database.query(`delete from run_job; delete from run_clock`)
})
afterAll(async () => {
  await store.close()
  await app.expectNoCanary(value)
  await app.close()
})

function openScheduler(queuedRuns = 0): Scheduler {
  const sealer = createSealer({ currentKey: (workspace) => currentKey(store.em(), workspace) })
  const started = (seconds: number) => void lateness.push(seconds)
  return createScheduler({
    store,
    sealer,
    queue: runProducer,
    registry,
    log: app.logger,
    queuedRuns,
    stored: createStoredLimit(store.read, 1),
    started,
  })
}

const startDue = () => scheduler.startDue(new AbortController().signal)
const everyMinute = { cron: '* * * * *', timeZone: 'Europe/Berlin' }
const daily = { cron: '0 9 * * *', timeZone: 'UTC' }
const steps = [{ key: 'told', type: 'set-values', fields: { values: { at: '{{ trigger.schedule.at }}' } } }]

async function createScheduled(
  workspace: TestWorkspace,
  schedule: object,
  name = 'Scheduled',
): Promise<string> {
  const input = { workspace: workspace.id, name, steps, schedule }
  return (await workspace.admin.mutate(documents.createScheduled, { input })).automation.id
}

/** Sets the automation's next time, as if it had long been so. */
async function setNext(id: string, at: Date): Promise<void> {
  await app.database.query('update automation set next_run_at = $1 where id = $2', [at, uuid(id)])
}

const uuid = (id: string) => id.slice(id.indexOf('.') + 1)

async function nextOf(id: string): Promise<number> {
  const [row] = await app.database.query<{ next: Date }>(
    'select next_run_at as next from automation where id = $1',
    [uuid(id)],
  )
  return row?.next.getTime() ?? 0
}

/** The full minute that many minutes ago. */
const minutesAgo = (minutes: number) => new Date(Math.floor(Date.now() / MINUTE - minutes) * MINUTE)

const runsOf = (id: string) =>
  app.database.query<{ id: string }>('select id from run where automation = $1', [uuid(id)])

/** Copies of an automation that are all due. */
async function copyDue(id: string, count: number, at: Date): Promise<void> {
  await app.database.query(
    `insert into automation (workspace_id, id, name, version, steps, hook_token, schedule, next_run_at, created_at, updated_at)
      select workspace_id, gen_random_uuid(), name, version, steps, gen_random_uuid()::text, schedule, $2, created_at, updated_at
        from automation, generate_series(1, $3::int) where id = $1`,
    [uuid(id), at, count],
  )
}

/** Counts [automations, automations with a run, runs]. */
async function counts(): Promise<number[]> {
  const [row] = await app.database.query<{ counts: number[] }>(
    `select array[(select count(*) from automation), count(distinct automation), count(*)]::int[] as counts from run`,
  )
  return row?.counts ?? []
}

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

describe('with real workers', () => {
  test('a worker that is killed among the ticks leaves each with one run', async () => {
    const id = await createScheduled(acme, daily)
    await copyDue(id, 100, minutesAgo(1))
    const victim = await startWorkerProcess(app)
    await vi.waitUntil(async () => ((await counts())[2] ?? 0) > 5, { interval: 5, timeout: 30_000 })
    await victim.kill()
    const [, , atDeath = 0] = await counts()
    expect(atDeath).toBeLessThan(100)
    process.stdout.write(`schedules: ${atDeath} of 100 ticks had their run when the worker was killed\n`)
    const next = await startWorker(app.config, app.logger)
    await vi.waitUntil(async () => ((await counts())[1] ?? 0) === 100, { timeout: 100_000, interval: 200 })
    expect(await counts()).toEqual([101, 100, 100])
    await next.stop()
  })

  test('several of them give each minute one run, with a clock that the queue had lost and one of them killed', async () => {
    const [victim, ...workers] = await Promise.all([
      startWorkerProcess(app),
      startWorkerProcess(app),
      startWorker(app.config, app.logger),
    ])
    const id = await createScheduled(acme, everyMinute)
    const other = await createScheduled(globex, everyMinute)
    const steps = [
      { key: 'told', type: 'set-values', fields: { values: '{{ trigger.schedule }}' } },
      { key: 'call', type: 'custom-http', fields: { url: 'http://127.0.0.1:9/{{ secrets.KEY }}' } },
    ]
    await acme.admin.mutate(documents.updateAutomation, { input: { id, version: 1, name: 'Calls', steps } })
    const at = new Date(await nextOf(id)).toISOString()
    await victim.kill()
    const both = [id, other]
    await vi.waitUntil(async () => (await Promise.all(both.map(runsOf))).every(({ length }) => length > 0), {
      timeout: 150_000,
      interval: 200,
    })
    const [[called], [told]] = (await Promise.all(both.map(runsOf))) as [{ id: string }[], { id: string }[]]
    const schedule = { ...everyMinute, at }
    expect(await acme.waitForRun(`acme.${called?.id}`)).toMatchObject({
      input: { schedule },
      steps: [
        { key: 'told', status: 'SUCCEEDED', output: schedule },
        { key: 'call', status: 'FAILED', secrets: ['KEY'] },
      ],
    })
    expect(await globex.waitForRun(`globex.${told?.id}`)).toMatchObject({
      status: 'SUCCEEDED',
      output: { at: expect.stringMatching(/:00\.000Z$/) },
    })
    await Promise.all(workers.map((worker) => worker.stop()))
    const twice = await app.database.query(
      `select 1 from run where input is not null group by automation, input->'schedule'->>'at' having count(*) > 1`,
    )
    expect(twice).toEqual([])
    const [late] = await app.database.query<{ late: number }>(
      'select extract(epoch from min(created_at) - $1::timestamptz)::float as late from run',
      [at],
    )
    process.stdout.write(`schedules: the run began ${late?.late.toFixed(1)} s after its minute\n`)
  })
})
