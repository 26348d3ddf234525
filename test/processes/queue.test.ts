import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunQueue } from '../../src/store/queue.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { insertQueuedRun, insertRunJob } from '../support/queued-run.ts'

const log = createLogger('silent', 'test')
let database: TestDatabase
let store: Store
let worker: RunQueue
let listener: pg.Client
const notified: unknown[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
})
afterAll(async () => {
  await listener?.end()
  await store.close()
  await database.drop()
})

// Closed after a failure, too: a worker left behind takes the runs of the next test.
beforeEach(() => {
  worker = openQueue({ url: database.url, log })
})
afterEach(() => worker.close())

const enqueue = (count: number) => store.inTransaction((tx) => insertQueuedRun(tx, 'acme', count))

test('each job that is committed wakes the workers, and one that is rolled back wakes nobody', async () => {
  const done: string[] = []
  await worker.work({ worker: 2, workspace: 2 }, async ({ run, claim, workspace }) => {
    done.push(run)
    const ended = { status: 'SUCCEEDED' as const, input: null, output: null, error: null }
    await worker.writes.endStep({ workspace, run, claim, ended })
  })
  const listening = () =>
    database.query<{ query: string }>(
      `select query from pg_stat_activity where datname = current_database() and query ilike 'listen %'`,
    )
  await vi.waitUntil(async () => (await listening()).length === 1, { timeout: 20_000 })
  // The very statement of the worker: the test hears what wakes it, whichever channels these are.
  listener = new pg.Client({ connectionString: database.url.reveal() })
  await listener.connect()
  listener.on('notification', ({ payload }) => notified.push(payload))
  await listener.query((await listening())[0]?.query ?? '')

  for (let count = 1; count <= 5; count++) await enqueue(count)
  await expect(
    store.inTransaction(async (tx) => {
      await insertQueuedRun(tx, 'acme', 6)
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  await vi.waitUntil(() => done.length === 5, { timeout: 20_000 })
  await vi.waitUntil(() => notified.length >= 5, { timeout: 20_000 })
  expect(new Set(done).size).toBe(5)
  expect(notified).toHaveLength(5)
  await vi.waitFor(async () => expect(await database.query('select 1 from run_job')).toEqual([]), {
    timeout: 20_000,
  })
})

test('a job whose run has ended, or is gone, is dropped and handed to nobody', async () => {
  const done: string[] = []
  await enqueue(10)
  await database.query(`update run set status = 'CANCELLED' where workspace_id = 'acme'`)
  const gone = '00000000-0000-7000-8000-0000000000ff'
  await store.inTransaction((tx) => insertRunJob(tx, { workspace: 'acme', run: gone }))
  await worker.work({ worker: 2, workspace: 2 }, async ({ run }) => void done.push(run))
  await vi.waitUntil(async () => (await database.query('select 1 from run_job')).length === 0, {
    timeout: 20_000,
  })
  expect(done).toEqual([])
})

test('a run whose handling fails is handed out again a little later, and given up after many times', async () => {
  let attempts = 0
  await enqueue(20)
  await worker.work({ worker: 2, workspace: 2 }, async () => {
    attempts++
    throw new Error('no')
  })
  await vi.waitUntil(() => attempts === 2, { timeout: 20_000 })
  await vi.waitFor(
    async () => {
      const [waiting] = await database.query(
        'select attempts >= 2 as tried, due_at > now() as later, worker, given_up_at from run_job',
      )
      expect(waiting).toEqual({ tried: true, later: true, worker: null, given_up_at: null })
    },
    { timeout: 20_000 },
  )
  await database.query('update run_job set attempts = 100, due_at = now()')
  await vi.waitUntil(
    async () => (await database.query('select 1 from run_job where given_up_at is not null')).length === 1,
    {
      timeout: 20_000,
    },
  )
  expect(await database.query('select due_at::text, worker from run_job')).toEqual([
    { due_at: 'infinity', worker: null },
  ])
})
