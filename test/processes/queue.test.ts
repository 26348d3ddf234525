import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunQueue } from '../../src/store/queue.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const log = createLogger('silent', 'test')
let database: TestDatabase
let store: Store
let producer: RunQueue
let listener: pg.Client
const notified: unknown[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  producer = await openQueue({ url: database.url, log, role: 'producer' })
})
afterAll(async () => {
  await listener.end()
  await producer.close()
  await store.close()
  await database.drop()
})

const runId = (count: number) => `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`
const enqueue = (count: number) =>
  store.inTransaction((tx) => producer.enqueue(tx, { workspace: 'acme', run: runId(count) }))

test('each committed job wakes the workers, and a rolled-back one wakes none', async () => {
  const worker = await openQueue({ url: database.url, log, role: 'worker' })
  const done: string[] = []
  await worker.work({ worker: 2, workspace: 2 }, async ({ run }) => void done.push(run))
  const listening = await database.query<{ query: string }>(
    `select query from pg_stat_activity where datname = current_database() and query ilike 'listen %'`,
  )
  // The worker listens on the same channel on which the jobs are announced.
  const channel = /listen "?([^"]+)"?/i.exec(listening[0]?.query ?? '')?.[1] ?? ''
  listener = new pg.Client({ connectionString: database.url.reveal() })
  await listener.connect()
  listener.on('notification', ({ payload }) => notified.push(payload))
  await listener.query(`listen "${channel}"`)

  for (let count = 1; count <= 5; count++) await enqueue(count)
  await expect(
    store.inTransaction(async (tx) => {
      await producer.enqueue(tx, { workspace: 'acme', run: runId(6) })
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  await vi.waitUntil(() => done.length === 5, { timeout: 20_000 })
  await vi.waitUntil(() => notified.length >= 5, { timeout: 20_000 })
  expect(new Set(done).size).toBe(5)
  expect(notified).toHaveLength(5)
  await worker.close()
})

test('the queue has the settings that the takeover from a dead worker needs', async () => {
  const [queue] = await database.query(
    `select heartbeat_seconds, notify, retry_limit, expire_seconds from pgboss.queue where name = 'runs'`,
  )
  expect(queue).toEqual({ heartbeat_seconds: 10, notify: true, retry_limit: 100, expire_seconds: 86_400 })
})
