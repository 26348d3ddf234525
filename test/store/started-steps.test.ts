import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunQueue } from '../../src/store/queue.ts'
import { type ClaimedRun, claimRuns } from '../../src/store/runs/claim.ts'
import { JOB_CHANNEL } from '../../src/store/runs/enqueue.ts'
import { removeRunWorker, reportHeartbeat } from '../../src/store/runs/heartbeat.ts'
import { type HotPool, openHotPool } from '../../src/store/runs/hot-pool.ts'
import { readStarted } from '../../src/store/runs/started-step.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const log = createLogger('silent', 'test')
// Of a worker that these tests speak for.
const WORKER = '00000000-0000-7000-8000-0000000000ff'
let database: TestDatabase
let store: Store
let pool: HotPool

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  pool = openHotPool(database.url)
  await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
  await database.query(
    `insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
     values ('acme', 'KEY', 'sealed', 'kid', '{}', now(), now())`,
  )
})
beforeEach(async () => {
  await database.query('delete from run_job')
  await reportHeartbeat(pool, WORKER, false)
})
afterAll(async () => {
  await pool.close()
  await store.close()
  await database.drop()
})

interface Waiting {
  input?: string
  hook?: object
  cancelled?: boolean
  names?: string[]
  steps?: object[]
}

const STEPS = [{ key: 'first' }, { key: 'second' }]

/** Writes a run that waits. @returns its id. */
async function wait({ input = 'in', hook, cancelled, names = ['KEY'], steps = STEPS }: Waiting = {}) {
  const [run] = await database.query<{ id: string }>(
    `insert into run (workspace_id, id, steps, hook_signature, status, sealed_input, created_at, cancel_requested_at)
     values ('acme', uuid_of_now(), $1, $2, 'QUEUED', $3, now(), case when $4 then now() end) returning id`,
    [JSON.stringify(steps), hook ? JSON.stringify(hook) : null, input, cancelled ?? false],
  )
  const id = run?.id ?? ''
  await database.query(
    `insert into run_job (workspace_id, run, due_at, use_by, secrets) values ('acme', $1, now(), 'first', $2)`,
    [id, names],
  )
  return id
}

async function claim(): Promise<ClaimedRun | undefined> {
  const { runs } = await claimRuns(pool, WORKER, { places: 10, workspace: 10, after: '' })
  return runs[0]
}

const stepsOf = (run: string) =>
  database.query<{ key: string; status: string; secrets: string[]; sealed: string | null }>(
    'select key, status, secrets, sealed_output as sealed from step_run where run = $1 order by position',
    [run],
  )

test('the fetch of a run stores that its first step starts, with what it is given, and hands the use of that out on record', async () => {
  const id = await wait()
  const run = await claim()
  expect(run).toMatchObject({ run: id, begun: false, started: { position: 0 }, secrets: [{ name: 'KEY' }] })
  const [step] = await stepsOf(id)
  expect(step).toMatchObject({ key: 'first', status: 'RUNNING', secrets: ['KEY'] })
  expect(step?.sealed).toMatch(`claim ${run?.claim}`)
  expect(readStarted(step?.sealed ?? '')).toEqual(run?.secrets)
  const uses = `select target, detail from audit_event where action = 'secret.use' and actor = $1`
  expect(await database.query(uses, [`run acme.${id}`])).toEqual([
    { target: 'KEY', detail: { step: 'first' } },
  ])
})

test.each<[string, Waiting]>([
  ['is to be cancelled', { cancelled: true }],
  ['was started by a request that has to be signed', { hook: { scheme: 'github', secret: 'KEY' } }],
  ['has a large input', { input: 'x'.repeat(64 * 1024 + 1) }],
  ['has no steps', { steps: [] }],
])('a run that %s is fetched, and nothing of it starts', async (_what, waiting) => {
  const id = await wait(waiting)
  expect(await claim()).toMatchObject({ run: id, started: null })
  expect(await stepsOf(id)).toEqual([])
})

test('a run that has begun is fetched as it stands', async () => {
  const id = await wait()
  const before = await claim()
  await database.query('update run_job set worker = null, claim = null')
  expect(await claim()).toMatchObject({ run: id, begun: true, started: null })
  expect((await stepsOf(id))[0]?.sealed).toMatch(`claim ${before?.claim}`)
})

test('the first step of a run that misses one of its secrets starts without any', async () => {
  const id = await wait({ names: ['KEY', 'MISSING'] })
  expect(await claim()).toMatchObject({ secrets: [], started: { position: 0 } })
  expect(await stepsOf(id)).toMatchObject([{ secrets: [] }])
})

/** A worker in this process, to which nothing is handed out yet. */
async function openWorker(handle: (run: ClaimedRun) => Promise<void>) {
  await removeRunWorker(pool, WORKER)
  const queue = openQueue({ url: database.url, log })
  await queue.work({ worker: 5, workspace: 5 }, handle)
  const [row] = await database.query<{ id: string }>('select id from run_worker')
  return { queue, worker: row?.id ?? '' }
}

const notify = () => database.query(`select pg_notify('${JOB_CHANNEL}', '')`)

test('what a fetch started whose answer was lost is taken back, and starts with the next fetch', async () => {
  const got: ClaimedRun[] = []
  const ended = Promise.withResolvers<void>()
  const { queue, worker } = await openWorker((run) => {
    got.push(run)
    return ended.promise
  })
  const id = await wait()
  const { runs } = await claimRuns(pool, worker, { places: 5, workspace: 5, after: '' })
  const [lost] = runs.map(({ claim }) => claim)
  await vi.waitUntil(() => got.length > 0, { timeout: 20_000 })
  ended.resolve()
  expect(got).toMatchObject([{ run: id, begun: false, started: { position: 0 } }])
  expect(got[0]?.claim).not.toBe(lost)
  await queue.close()
})

test.each([
  ['is taken back when it has done nothing', false, true],
  ['stays when it may have had its effect', true, false],
])('the start of a step whose worker has trouble %s', async (_what, isUsed, isTakenBack) => {
  const got: (ClaimedRun & { begunBefore: boolean })[] = []
  const { queue } = await openWorker(async (run) => {
    got.push({ ...run, begunBefore: run.begun })
    if (got.length > 1) return
    if (isUsed) run.started = null
    throw new Error('trouble of the worker')
  })
  await wait()
  await notify()
  await vi.waitUntil(() => got.length > 1, { timeout: 20_000 })
  expect(got.map(({ begunBefore }) => begunBefore)).toEqual([false, !isTakenBack])
  await queue.close()
})

async function endFirst(queue: RunQueue, { workspace, run, claim: id }: ClaimedRun) {
  const result = { status: 'SUCCEEDED', output: '1', sealedOutput: null, error: null } as const
  return queue.writes.endStep({
    ...{ workspace, run, claim: id, step: { position: 0, result } },
    next: { step: 'second', names: ['KEY'], starts: true },
  })
}

test('the end of a step starts the next one with what it names, also when it is written twice', async () => {
  const queue = openQueue({ url: database.url, log })
  const id = await wait()
  const run = (await claim()) as ClaimedRun
  for (const _time of [1, 2]) {
    const next = await endFirst(queue, run)
    expect(next).toMatchObject({ secrets: [{ name: 'KEY' }], started: { position: 1 } })
    const [first, second] = await stepsOf(id)
    expect([first, second]).toMatchObject([
      { status: 'SUCCEEDED', sealed: null },
      { key: 'second', status: 'RUNNING', secrets: ['KEY'] },
    ])
    expect(readStarted(second?.sealed ?? '')).toEqual(next.secrets)
  }
  await queue.close()
})

test('the end of a step starts nothing in a run that is to be cancelled', async () => {
  const queue = openQueue({ url: database.url, log })
  const id = await wait()
  const run = (await claim()) as ClaimedRun
  await database.query('update run set cancel_requested_at = now() where id = $1', [id])
  expect(await endFirst(queue, run)).toEqual({ secrets: [], started: null })
  expect(await stepsOf(id)).toHaveLength(1)
  await queue.close()
})

test('nothing is handed out once the database is another one, also over connections that were open before', async () => {
  await wait()
  expect(await claim()).toBeDefined()
  const id = await wait()
  // As a dump does that is loaded in the place of what was there.
  await database.query(
    `create table instance_of_dump (like instance including all); insert into instance_of_dump select * from instance;
     drop table instance; alter table instance_of_dump rename to instance`,
  )
  expect(await claim()).toBeUndefined()
  await database.query('update instance set identity = database_identity()')
  expect(await claim()).toMatchObject({ run: id })
  await database.query('update instance set paused_at = now(), paused_because = $1', ['ASKED'])
  await wait()
  expect(await claim()).toBeUndefined()
  await database.query('update instance set paused_at = null, paused_because = null')
})
