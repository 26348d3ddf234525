import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { isDistributed } from '../../src/store/distributed.ts'
import { openQueue } from '../../src/store/queue.ts'
import type { ClaimedRun } from '../../src/store/runs/claim.ts'
import { type HotPool, openHotPool } from '../../src/store/runs/hot-pool.ts'
import { createRunWrites } from '../../src/store/runs/run-writes.ts'
import { createProgress } from '../../src/store/runs/tell-progress.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const WORKSPACES = ['acme', 'globex', 'initech']
const log = createLogger('silent', 'test')
let database: TestDatabase
let pool: HotPool

beforeAll(async () => {
  database = await createTestDatabase()
  pool = openHotPool(database.url)
  for (const id of WORKSPACES)
    await database.query(`insert into workspace (id, name, created_at) values ($1, 'Name', now())`, [id])
})
beforeEach(() => database.query('drop table if exists pg_dist_partition; truncate run, step_run, run_job'))
afterAll(async () => {
  await pool.close()
  await database.drop()
})

/** What Citus has where tables are spread. */
const spread = () =>
  database.query(
    'create table pg_dist_partition (logicalrelid oid); insert into pg_dist_partition values (1)',
  )

const addRuns = () =>
  database.query(
    `with made as (insert into run (workspace_id, id, steps, status, sealed_input, created_at)
       select w, gen_random_uuid(), '[{"key":"a"}]', 'QUEUED', '', now() from unnest($1::text[]) as w returning workspace_id, id)
     insert into run_job (workspace_id, run, due_at) select workspace_id, id, now() from made`,
    [WORKSPACES],
  )

test('a database is distributed once a table of it is spread over nodes, not when it has the extension alone', async () => {
  expect(await isDistributed(pool)).toBe(false)
  await database.query('create table pg_dist_partition (logicalrelid oid)')
  expect(await isDistributed(pool)).toBe(false)
  await database.query('insert into pg_dist_partition values (1)')
  expect(await isDistributed(pool)).toBe(true)
})

test('there, a worker never takes runs of several workspaces with one statement', async () => {
  await spread()
  await addRuns()
  await database.query('alter function claim_runs rename to claim_runs_of_all')
  const begun: ClaimedRun[] = []
  const queue = openQueue({ url: database.url, log })
  await queue.work({ worker: 8, workspace: 2 }, async (run) => void begun.push(run))
  await vi.waitUntil(() => begun.length === WORKSPACES.length, { timeout: 20_000 })
  await queue.close()
  await database.query('alter function claim_runs_of_all rename to claim_runs')
  expect(new Set(begun.map(({ workspace }) => workspace))).toEqual(new Set(WORKSPACES))
})

test.each([
  [true, 'each workspace is written by itself'],
  [false, 'what comes together is written together'],
])('split %s: %s', async (isSplit) => {
  const names: string[] = []
  const recording: HotPool = {
    ...pool,
    query: (name) => {
      names.push(name)
      return Promise.resolve([])
    },
  }
  const writes = createRunWrites(recording, createProgress(recording, log), () => isSplit)
  const claims = WORKSPACES.map((workspace) => ({ workspace, run: randomUUID(), claim: randomUUID() }))
  const result = { status: 'SUCCEEDED', output: 'null', sealedOutput: null, error: null } as const
  const step = { key: 'a', attempt: 1, secrets: [], sealedOutput: null, handed: [], byOutput: [] }
  const kinds: ((claim: (typeof claims)[number]) => Promise<unknown>)[] = [
    (claim) => writes.startStep({ ...claim, ...step, position: 0 }),
    (claim) => writes.endStep({ ...claim, step: { position: 0, result } }),
    (claim) => writes.storeReport({ ...claim, position: 0, report: { log: null, progress: null } }),
  ]
  for (const write of kinds) {
    names.length = 0
    await Promise.allSettled(claims.map(write))
    const writing = names.filter((it) => it !== 'still-mine')
    expect(writing.length).toBe(isSplit ? WORKSPACES.length : 1)
    expect(writing.every((it) => it.endsWith('-of-one'))).toBe(isSplit)
  }
})
