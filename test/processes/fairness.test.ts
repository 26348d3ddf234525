import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunQueue } from '../../src/store/queue.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

let database: TestDatabase
let store: Store
let app: TestApp
let service: HoldingServer

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  app = await startTestApp()
  service = await startHoldingServer()
})
afterAll(async () => {
  // Pending requests get no answer, so that the workers can end.
  await service.close()
  await app.close()
  await store.close()
  await database.drop()
})

const log = createLogger('silent', 'test')
const openWorker = () => openQueue({ url: database.url, log, role: 'worker' })

async function enqueue(queue: RunQueue, workspace: string, from: number, count: number): Promise<void> {
  for (let index = from; index < from + count; index++) {
    const run = `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
    await store.inTransaction((tx) => queue.enqueue(tx, { workspace, run }))
  }
}

test('slots of several workers that fetch at once never exceed the limit of a workspace', async () => {
  const workers = await Promise.all([openWorker(), openWorker(), openWorker()])
  const [first] = workers as [RunQueue, ...RunQueue[]]
  await enqueue(first, 'busy', 0, 60)
  await enqueue(first, 'other', 1000, 20)
  const now = { busy: 0, other: 0 }
  const most = { busy: 0, other: 0 }
  const done: string[] = []
  const handle = async (job: { workspace: string; run: string }) => {
    const workspace = job.workspace as 'busy' | 'other'
    most[workspace] = Math.max(most[workspace], ++now[workspace])
    await new Promise((resolve) => setTimeout(resolve, 20))
    now[workspace]--
    done.push(job.run)
  }
  await Promise.all(workers.map((worker) => worker.work({ worker: 8, workspace: 3 }, handle)))
  await vi.waitUntil(() => done.length === 80, { timeout: 60_000 })
  expect(most).toEqual({ busy: 3, other: 3 })
  expect(new Set(done).size).toBe(80)
  await Promise.all(workers.map((worker) => worker.close()))
})

test('a workspace with a limit of one run has one at a time', async () => {
  const worker = await openWorker()
  const done: string[] = []
  let now = 0
  let most = 0
  await enqueue(worker, 'single', 2000, 10)
  await worker.work({ worker: 5, workspace: 1 }, async ({ run }) => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now--
    done.push(run)
  })
  await vi.waitUntil(() => done.length === 10, { timeout: 60_000 })
  expect(most).toBe(1)
  expect(new Set(done).size).toBe(10)
  await worker.close()
})

const slow = () => ({
  key: 'slow',
  type: 'custom-http',
  fields: { method: 'POST', url: service.url, bodyKind: 'text', body: 'slow', timeoutSeconds: 300 },
})
const quick = { key: 'quick', type: 'set-values', fields: { values: { done: true } } }

async function startMany({ admin }: TestWorkspace, automation: string, count: number): Promise<void> {
  const start = () => admin.mutate(documents.runAutomation, { input: { automation } })
  for (let started = 0; started < count; started += 20) {
    await Promise.all(Array.from({ length: 20 }, start))
  }
}

async function countRuns(workspace: string, status: string): Promise<number> {
  const sql = 'select 1 from run where workspace_id = $1 and status = $2'
  return (await app.database.query(sql, [workspace, status])).length
}

test('300 slow runs of one workspace do not delay a single run of another one', async () => {
  const busy = await createTestWorkspace(app, 'busy')
  const other = await createTestWorkspace(app, 'other')
  const automation = await busy.createAutomation('Slow', [slow()])
  await startMany(busy, automation.id, 300)
  await service.untilReceived(5)

  const single = await other.createAutomation('Quick', [quick])
  expect(await other.run(single.id)).toMatchObject({ status: 'SUCCEEDED' })
  // No slow run has ended, so none has freed a place.
  expect(await countRuns('busy', 'SUCCEEDED')).toBe(0)
  expect([await countRuns('busy', 'RUNNING'), await countRuns('busy', 'QUEUED')]).toEqual([5, 295])
  expect(service.received).toHaveLength(5)

  // A second worker does not give the busy workspace more places either.
  const second = await startWorkerProcess(app)
  for (let run = 0; run < 10; run++) {
    expect(await other.run(single.id)).toMatchObject({ status: 'SUCCEEDED' })
  }
  expect([await countRuns('busy', 'RUNNING'), service.received.length]).toEqual([5, 5])

  // Each run that ends frees one place.
  for (let round = 2; round <= 5; round++) {
    service.release()
    await service.untilReceived(5 * round)
    expect(await countRuns('busy', 'RUNNING')).toBe(5)
  }
  expect(service.received).toHaveLength(25)
  service.release()
  await second.stop()
})
