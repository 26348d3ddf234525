import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue } from '../../src/store/queue.ts'
import type { RunClaim } from '../../src/store/runs/run-job.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { insertQueuedRun } from '../support/queued-run.ts'
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
const openWorker = () => openQueue({ url: database.url, log })

async function enqueue(workspace: string, from: number, count: number): Promise<void> {
  await database.query(
    `insert into workspace (id, name, created_at) values ($1::text, $1::text, now()) on conflict do nothing`,
    [workspace],
  )
  for (let index = from; index < from + count; index++) {
    await store.inTransaction((tx) => insertQueuedRun(tx, workspace, index))
  }
}

/** As a worker ends a run. */
async function end(
  worker: ReturnType<typeof openWorker>,
  { workspace, run, claim }: RunClaim,
): Promise<void> {
  const ended = { status: 'SUCCEEDED' as const, input: null, output: null, error: null }
  await worker.writes.endStep({ workspace, run, claim, ended })
}

test('slots that take jobs at once, in several workers, never take more of a workspace than it may have', async () => {
  const workers = [openWorker(), openWorker(), openWorker()]
  await enqueue('busy', 0, 60)
  await enqueue('other', 1000, 20)
  const now = { busy: 0, other: 0 }
  const most = { busy: 0, other: 0 }
  const done: string[] = []
  const handle = (worker: ReturnType<typeof openWorker>) => async (job: RunClaim) => {
    const workspace = job.workspace as 'busy' | 'other'
    most[workspace] = Math.max(most[workspace], ++now[workspace])
    await new Promise((resolve) => setTimeout(resolve, 20))
    now[workspace]--
    await end(worker, job)
    done.push(job.run)
  }
  await Promise.all(workers.map((worker) => worker.work({ worker: 8, workspace: 3 }, handle(worker))))
  await vi.waitUntil(() => done.length === 80, { timeout: 60_000 })
  expect(most).toEqual({ busy: 3, other: 3 })
  expect(new Set(done).size).toBe(80)
  await Promise.all(workers.map((worker) => worker.close()))
})

test('a worker that fetches while another one has not committed counts what that one has taken', async () => {
  await enqueue('exact', 3000, 10)
  const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
  await database.query('insert into run_worker select unnest($1::uuid[]), now()', [ids])
  const claim = `select run from claim_runs($1, 8, 3, 'exac')`
  const first = new pg.Client({ connectionString: database.url.reveal() })
  await first.connect()
  await first.query('begin')
  const taken = (await first.query(claim, [ids[0]])).rows.filter(({ run }) => run)
  // The jobs that are left come first now, so that nothing but the lock keeps the second worker from them.
  await database.query(
    `update run_job set due_at = due_at - interval '1 hour' where workspace_id = 'exact' and run <> all($1)`,
    [taken.map(({ run }) => run)],
  )
  let isAnswered = false
  const others = database.query<{ run: string | null }>(claim, [ids[1]])
  void others.finally(() => {
    isAnswered = true
  })
  const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted
     and database = (select oid from pg_database where datname = current_database())`
  await vi.waitUntil(async () => isAnswered || (await database.query(waiting)).length > 0, {
    timeout: 10_000,
  })
  await first.query('commit')
  await first.end()
  expect([taken.length, (await others).filter(({ run }) => run).length]).toEqual([3, 0])
  await database.query(
    `delete from run_job where workspace_id = 'exact'; delete from run_worker where id = any('{${ids.join()}}')`,
  )
})

test('a workspace that may have one run at once has one', async () => {
  const worker = openWorker()
  const done: string[] = []
  let now = 0
  let most = 0
  await enqueue('single', 2000, 10)
  await worker.work({ worker: 5, workspace: 1 }, async (job) => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now--
    await end(worker, job)
    done.push(job.run)
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
  const most = app.config.workspaceConcurrency
  await startMany(busy, automation.id, 300)
  await service.untilReceived(most)

  const single = await other.createAutomation('Quick', [quick])
  expect(await other.run(single.id)).toMatchObject({ status: 'SUCCEEDED' })
  // No slow run has ended, so none has freed a place.
  expect(await countRuns('busy', 'SUCCEEDED')).toBe(0)
  expect([await countRuns('busy', 'RUNNING'), await countRuns('busy', 'QUEUED')]).toEqual([most, 300 - most])
  expect(service.received).toHaveLength(most)

  // A second worker does not give the busy workspace more places either.
  const second = await startWorkerProcess(app)
  for (let run = 0; run < 10; run++) {
    expect(await other.run(single.id)).toMatchObject({ status: 'SUCCEEDED' })
  }
  expect([await countRuns('busy', 'RUNNING'), service.received.length]).toEqual([most, most])

  // Each run that ends frees one place.
  for (let round = 2; round <= 5; round++) {
    service.release()
    await service.untilReceived(most * round)
    expect(await countRuns('busy', 'RUNNING')).toBe(most)
  }
  expect(service.received).toHaveLength(5 * most)
  service.release()
  await second.stop()
})
