import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startRetention } from '../../src/executor/index.ts'
import { notePause } from '../../src/store/pause.ts'
import { openStore } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type CommandResult, runLockstep } from '../support/command.ts'
import type { TestDatabase } from '../support/database.ts'
import { copyDatabase } from '../support/database-copy.ts'
import * as documents from '../support/documents.ts'
import { startWorkerHere, type WorkerHere } from '../support/worker-here.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 240_000 })

const value = 'value-of-a-paused-instance-8841'
const steps = [{ key: 'told', type: 'set-values', fields: { values: { at: 'now' } } }]

let app: TestApp
let acme: TestWorkspace
let automation: { id: string; hookUrl: string }
let running: WorkerHere[] = []

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', value)
  automation = await acme.createAutomation('told', steps)
  await app.stopWorker()
})
beforeEach(async () => {
  await app.database.query('delete from run_job; truncate run, step_run; delete from run_clock')
  await app.database.query('update automation set schedule = null, next_run_at = null')
})
afterEach(async () => {
  await Promise.all(running.map((it) => it.stop()))
  running = []
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
})

const settings = (database: TestDatabase): NodeJS.ProcessEnv => ({
  DATABASE_URL: database.url.reveal(),
  LOCKSTEP_DATA: app.config.dataFolder,
  LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
  LOCKSTEP_WORKER_PORT: '0',
})

async function startWorker(database: TestDatabase): Promise<WorkerHere> {
  const worker = await startWorkerHere(settings(database))
  running.push(worker)
  return worker
}

const lockstep = (database: TestDatabase, ...args: string[]): Promise<CommandResult> =>
  runLockstep(args, settings(database))

/** Until the worker has looked for runs several times: it reports every three seconds and looks every two. */
async function untilLooked(database: TestDatabase): Promise<void> {
  const last = async () =>
    (await database.query<{ at: string }>('select max(seen_at)::text as at from run_worker'))[0]?.at
  for (let round = 0; round < 2; round++) {
    const before = await last()
    await vi.waitUntil(async () => (await last()) !== before, { timeout: 30_000, interval: 100 })
  }
}

const addRun = async (): Promise<string> => {
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: automation.id } })
  return run.id.split('.')[1]
}

const statusOf = async (database: TestDatabase, run: string) =>
  (
    await database.query<{ status: string; code: string | null }>(
      `select status, error->>'code' as code from run where id = $1`,
      [run],
    )
  )[0]

/** As a snapshot finds a run that a worker has: begun, with a job that it holds. */
async function begin(run: string): Promise<void> {
  await app.database.query(
    `update run set status = 'RUNNING', claim = gen_random_uuid(), started_at = now() - interval '10 minutes',
            created_at = now() - interval '10 minutes' where id = $1`,
    [run],
  )
  await app.database.query(
    `update run_job set worker = gen_random_uuid(), claim = run.claim from run where run.id = run_job.run and run.id = $1`,
    [run],
  )
}

const schedule = (ago: string) =>
  app.database.query(
    `update automation set schedule = '{"cron":"0 0 1 1 *","timeZone":"UTC"}', next_run_at = now() - $1::interval`,
    [ago],
  )

describe('a database that was copied', () => {
  test('runs nothing before it is resumed; then each waiting run once, and none that had begun', async () => {
    const waiting = await addRun()
    const begun = await addRun()
    await begin(begun)
    await schedule('1 minute')
    const copy = await copyDatabase(app.database)
    const worker = await startWorker(copy)
    await worker.untilSays(/"level":"warn".*its database was restored or copied.*lockstep resume/)
    await untilLooked(copy)
    expect(
      await copy.query('select 1 from run_job where worker is not null and run = $1', [waiting]),
    ).toEqual([])
    expect(await copy.query(`select 1 from run where trigger = 'SCHEDULE'`)).toEqual([])
    const doctor = await lockstep(copy, 'doctor')
    expect(doctor).toMatchObject({ code: 0, stdout: expect.stringMatching(/! pause: .*restored or copied/) })

    const resumed = await lockstep(copy, 'resume')
    expect(resumed).toMatchObject({ code: 0, stderr: '' })
    expect(resumed.stdout).toContain('Runs that had begun before the restore and end as INTERRUPTED: 1.')
    expect(resumed.stdout).toContain('Schedules whose time had passed and go on with the next one: 1.')
    expect(resumed.stdout).toContain('Runs that begin now: 1.')
    await worker.untilSays(/this instance is not paused any more/)
    await expect
      .poll(() => statusOf(copy, waiting), { timeout: 60_000 })
      .toEqual({ status: 'SUCCEEDED', code: null })
    await expect
      .poll(() => statusOf(copy, begun), { timeout: 120_000 })
      .toEqual({ status: 'FAILED', code: 'INTERRUPTED' })
    expect(await copy.query('select 1 from step_run where run = $1', [begun])).toEqual([])
    expect(await copy.query(`select 1 from run where trigger = 'SCHEDULE'`)).toEqual([])
    expect(await copy.query('select 1 from automation where next_run_at > now()')).toHaveLength(1)
    const audit = await copy.query(
      `select action, detail from audit_event where action like 'instance.%' and workspace_id = 'acme'`,
    )
    expect(audit).toEqual([
      { action: 'instance.resume', detail: { restored: true, begun: 1, waiting: 0, skipped: 1 } },
    ])

    // The original goes on as if nothing had been.
    const original = await startWorker(app.database)
    expect(original.output.join('\n')).not.toContain('paused')
    await expect
      .poll(() => statusOf(app.database, waiting), { timeout: 60_000 })
      .toMatchObject({ status: 'SUCCEEDED' })
  })

  test('can be resumed without the runs that waited in it, while those that came since run', async () => {
    const waiting = await addRun()
    const copy = await copyDatabase(app.database)
    const store = await openStore(copy.url, 1)
    expect(await notePause(store)).toMatchObject({ because: 'RESTORED' })
    await store.close()
    await copy.query(
      `with later as (insert into run (workspace_id, id, steps, status, sealed_input, created_at)
         select workspace_id, gen_random_uuid(), steps, 'QUEUED', sealed_input, now() from run where id = $1 returning *)
       insert into run_job (workspace_id, run, due_at) select workspace_id, id, now() from later`,
      [waiting],
    )
    const resumed = await lockstep(copy, 'resume', '--end-waiting')
    expect(resumed.stdout).toContain('Runs that waited then and end as INTERRUPTED: 1.')
    expect(resumed.stdout).toContain('Runs that begin now: 1.')
    expect(await copy.query('select 1 from run_job where run = $1', [waiting])).toEqual([])
  })

  test('is seen by a worker that runs while its tables are put back', async () => {
    const worker = await startWorker(app.database)
    await worker.untilSays(/"msg":"worker takes runs"/)
    // As pg_restore --clean does it.
    await app.database.query(
      `begin; create table other (like instance including all); insert into other select * from instance;
       drop table instance; alter table other rename to instance; commit`,
    )
    const waiting = await addRun()
    await worker.untilSays(/its database was restored or copied/)
    await untilLooked(app.database)
    expect(await statusOf(app.database, waiting)).toMatchObject({ status: 'QUEUED' })
    await lockstep(app.database, 'resume')
    await expect
      .poll(() => statusOf(app.database, waiting), { timeout: 60_000 })
      .toMatchObject({ status: 'SUCCEEDED' })
  })
})

describe('lockstep pause', () => {
  afterEach(() => lockstep(app.database, 'resume'))

  test('lets hooks in and no run begin, deletes nothing, and says so everywhere, until resume', async () => {
    const worker = await startWorker(app.database)
    expect(await lockstep(app.database, 'pause')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Paused'),
    })
    const hook = await fetch(automation.hookUrl.replace(/^https?:\/\/[^/]+/, app.url), {
      method: 'POST',
      body: '{}',
    })
    expect(hook.status).toBe(202)
    await worker.untilSays(/"level":"warn".*as an operator asked/)
    await untilLooked(app.database)
    expect(await app.database.query('select status from run')).toEqual([{ status: 'QUEUED' }])

    const asked = expect.stringContaining('as an operator asked')
    await expect
      .poll(async () => (await fetch(`${app.url}/readyz`)).json())
      .toEqual({ ready: true, paused: asked })
    const { data } = await acme.admin.graphql('query ($id: ID!) { workspace(id: $id) { paused } }', {
      id: 'acme',
    })
    expect(data.workspace.paused).toEqual(asked)
    expect((await lockstep(app.database, 'doctor')).stdout).toMatch(/! pause: .*as an operator asked/)

    await app.database.query(
      `insert into run (workspace_id, id, steps, status, created_at, finished_at)
       values ('acme', gen_random_uuid(), '[]', 'SUCCEEDED', now() - interval '100 days', now())`,
    )
    const store = await openStore(app.database.url, 2)
    await startRetention({ store, log: app.logger, mayWork: () => true }, { runDays: 90, auditDays: 0 })()
    await store.close()
    expect(await app.database.query('select 1 from run')).toHaveLength(2)

    expect((await lockstep(app.database, 'resume', '--end-waiting')).code).toBe(78)
    expect(await lockstep(app.database, 'resume')).toMatchObject({ code: 0 })
    await worker.untilSays(/not paused any more/)
    await expect
      .poll(() => app.database.query(`select 1 from run where status = 'QUEUED'`), { timeout: 60_000 })
      .toEqual([])
    const { data: after } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme' })
    const actions = after.auditLog.map((it: { action: string }) => it.action)
    expect(actions).toEqual(expect.arrayContaining(['instance.pause', 'instance.resume']))
    expect((await lockstep(app.database, 'resume')).stdout).toBe('This instance is not paused.\n')
  })

  test('ends once when two people resume at the same time: the runs that have begun since keep their jobs', async () => {
    expect((await lockstep(app.database, 'pause', '--restored')).code).toBe(0)
    const other = new pg.Client({ connectionString: app.database.url.reveal() })
    await other.connect()
    await other.query('begin; select 1 from instance for update')
    const both = Promise.all([lockstep(app.database, 'resume'), lockstep(app.database, 'resume')])
    await vi.waitUntil(
      async () => {
        const waiting = await app.database.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return waiting.length === 2
      },
      { timeout: 60_000 },
    )
    await other.query('commit')
    await other.end()
    const said = (await both).map(({ stdout }) => stdout.split(/[:.]/)[0]).toSorted()
    expect(said).toEqual(['Resumed', 'This instance is not paused'])
  })

  test('--restored ends what had begun, as after a restore that can be seen', async () => {
    const begun = await addRun()
    await begin(begun)
    expect((await lockstep(app.database, 'pause', '--restored')).code).toBe(0)
    // An operator who pauses again does not make it a simple pause.
    await lockstep(app.database, 'pause')
    expect((await lockstep(app.database, 'resume')).stdout).toContain('end as INTERRUPTED: 1.')
    expect(await app.database.query('select 1 from run_job')).toEqual([])
  })
})
