import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listRuns } from '../../src/domain/run-list.ts'
import { findDue } from '../../src/domain/scheduler.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { readQueueHealth } from '../../src/store/queue-health.ts'
import { claimRuns } from '../../src/store/runs/claim.ts'
import { endSteps } from '../../src/store/runs/end-step.ts'
import { createEnqueue } from '../../src/store/runs/enqueue.ts'
import { type HotPool, openHotPool } from '../../src/store/runs/hot-pool.ts'
import { findLostRuns } from '../../src/store/runs/lost.ts'
import { startSteps } from '../../src/store/runs/start-step.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { fillWithRuns } from '../support/migration-load.ts'
import { PARTITIONED, partitionPast } from '../support/partitions.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const RUNS = 20_000
const WORKER = randomUUID()
const AUTOMATION = randomUUID()
// As many as a worker has at once by default.
const AT_ONCE = 32
const BATCHES = 10

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await partitionPast(database, 90)
  await fillWithRuns(database, RUNS, 89)
  for (const table of PARTITIONED) await database.query(`analyze ${table}`)
  await database.query(
    `insert into automation (workspace_id, id, name, version, steps, hook_token, created_at, updated_at)
     values ('acme', '${AUTOMATION}', 'A', 1, '[]', 'token', now(), now())`,
  )
  await database.query(`insert into run_worker (id, seen_at) values ('${WORKER}', now())`)
})
afterAll(() => database.drop())

/** Runs from their enqueueing to their end, a batch at a time. */
async function execute(pool: HotPool, count: number): Promise<void> {
  const enqueue = createEnqueue(pool)
  const audit = { actor: 'a', action: 'run.start', target: 'c', detail: {} } as const
  const automation = { id: AUTOMATION, version: 1 }
  const fixed = { automation, trigger: 'MANUAL', startedBy: null, steps: [], hookSignature: null } as const
  const jobs = Array.from({ length: count }, () => ({ workspace: 'acme', run: v7() }))
  await Promise.all(jobs.map((job) => enqueue({ ...job, ...fixed, sealedInput: 'sealed', audit })))
  const { runs } = await claimRuns(pool, WORKER, { places: count, workspace: count, after: '' })
  expect(runs).toHaveLength(count)
  const first = {
    position: 0,
    key: 'a',
    attempt: 1,
    secrets: [],
    sealedOutput: null,
    handed: [],
    byOutput: [],
  }
  for (const run of runs) await startSteps(pool, [{ ...run, ...first }])
  const result = { status: 'SUCCEEDED', output: '"done"', sealedOutput: null, error: null } as const
  const ended = { status: 'SUCCEEDED', input: 'null', output: 0, error: null } as const
  for (const { workspace, run, claim } of runs)
    await endSteps(pool, [{ workspace, run, claim, step: { position: 0, result }, ended }])
}

interface Counts {
  table: string
  scans: number
  rows: number
  updates: number
  hot: number
}

const COUNTS = ['scans', 'rows', 'updates', 'hot'] as const

// Before 15 a process of its own gathers what was counted, and gives it out twice a second.
const UNTIL_GATHERED = `select pg_sleep(1) where current_setting('server_version_num')::int < 150000`

async function readCounts(): Promise<Map<string, Counts>> {
  // A connection reports what it has read at its end at the latest.
  await vi.waitFor(
    async () => {
      const others = await database.query(
        `select 1 from pg_stat_activity where datname = current_database() and application_name = 'counted'`,
      )
      expect(others).toEqual([])
    },
    { timeout: 20_000 },
  )
  await database.query(UNTIL_GATHERED)
  const rows = await database.query<Counts>(
    `select relname as table, (coalesce(idx_scan, 0) + seq_scan)::int as scans,
            (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as rows, n_tup_upd::int as updates, n_tup_hot_upd::int as hot
       from pg_stat_user_tables where relname ~ '^(automation|run|step_run|audit_event)' order by 1`,
  )
  return new Map(rows.map((row) => [row.table, row]))
}

/** What `work` reads and writes of each table. */
async function countOf(work: (store: Store, pool: HotPool) => Promise<unknown>): Promise<Counts[]> {
  const url = new Sensitive(`${database.url.reveal()}?application_name=counted`)
  const before = await readCounts()
  const [store, pool] = [await openStore(url), openHotPool(url)]
  await work(store, pool)
  await Promise.all([store.close(), pool.close()])
  const after = await readCounts()
  return [...after.values()].map((row) => {
    const was = before.get(row.table)
    return { ...row, ...Object.fromEntries(COUNTS.map((it) => [it, row[it] - (was?.[it] ?? 0)])) }
  })
}

test('the way of a run reads and writes the newest partition alone, and the end of a step changes no index', async () => {
  const counts = await countOf(async (_, pool) => {
    for (let batch = 0; batch < BATCHES; batch++) await execute(pool, AT_ONCE)
  })
  const newest = counts.filter(({ table }) => /^(?:step_)?run_2/.test(table))
  for (const { scans } of newest) expect(scans).toBeGreaterThanOrEqual(BATCHES * AT_ONCE)
  // While a statement is planned, once for each connection, the ends of an index are looked at.
  for (const { scans } of counts.filter(({ table }) => table.includes('_day_')))
    expect(scans).toBeLessThan(AT_ONCE)
  const steps = newest.find(({ table }) => table.startsWith('step_'))
  expect(steps?.updates).toBe(BATCHES * AT_ONCE)
  // A page is full now and then, while somebody's older snapshot keeps what has ended in it.
  expect(steps?.hot).toBeGreaterThan(0.95 * BATCHES * AT_ONCE)
})

test('the newest runs of a list are read from the newest partition', async () => {
  const counts = await countOf((store) => listRuns(store.em(), 'acme', { first: 20 }))
  expect(counts.filter(({ scans }) => scans > 0).map(({ table }) => table)).toEqual([
    expect.stringMatching(/^run_2/),
  ])
})

test.each([
  ['lost runs', (_store: Store, pool: HotPool) => findLostRuns(pool, new Map())],
  ['the health of the queue', (store: Store) => readQueueHealth(store.em())],
])('%s: no run is read that has ended', async (_, find) => {
  // PostgreSQL may have analyzed the few runs of the newest partition by itself before they had ended.
  await database.query('analyze run')
  const counts = await countOf(find)
  const runs = counts.filter(({ table }) => /^run_(?:day|2)/.test(table))
  expect(runs.reduce((sum, { scans }) => sum + scans, 0)).toBeGreaterThan(0)
  expect(runs.reduce((sum, { rows }) => sum + rows, 0)).toBe(0)
})

test('a connection plans once how lost runs are found, whatever partitions there are', async () => {
  const pool = openHotPool(database.url)
  for (let times = 0; times < 3; times++) await findLostRuns(pool, new Map())
  const plans = await pool.query(
    'plans',
    `select custom_plans::int as custom, generic_plans::int as generic from pg_prepared_statements
      where name = 'find-gone'`,
    [],
  )
  await pool.close()
  expect(plans).toEqual([{ custom: 0, generic: 3 }])
})

test('of many schedules, only those that are due are read, by an index', async () => {
  await database.query(
    `insert into automation (workspace_id, id, name, version, steps, hook_token, created_at, updated_at, schedule, next_run_at)
     select 'acme', gen_random_uuid(), 'A', 1, '[]', 'token' || n, now(), now(), '{}',
            now() + case when n > 5 then interval '1 hour' else interval '0' end from generate_series(1, 5000) n`,
  )
  await database.query('analyze automation')
  const counts = await countOf((store) => findDue(store.em()))
  expect(counts.find(({ table }) => table === 'automation')).toMatchObject({ scans: 1, rows: 5 })
})
