import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startRetention } from '../../src/executor/index.ts'
import { createLogger } from '../../src/log.ts'
import { pruneRuns } from '../../src/store/prune-runs.ts'
import { Reach } from '../../src/store/reach.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { collect } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: Store
const lines: string[] = []
const log = createLogger('info', 'test', collect(lines))
const reach = new Reach(log)

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  await database.query(
    `insert into workspace (id, name, created_at) values ('acme', 'Acme', now()), ('globex', 'Globex', now())`,
  )
})
beforeEach(async () => {
  await database.query('truncate run, step_run, run_key, audit_event')
  lines.length = 0
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

/** Runs with two steps each, all of the same age. Those that are not SUCCEEDED have not ended. */
async function addRuns(workspace: string, count: number, age: string, status = 'SUCCEEDED'): Promise<void> {
  const ended = status === 'SUCCEEDED'
  await database.query(
    `with added as (
       insert into run (workspace_id, id, steps, status, created_at, finished_at)
       select $1, gen_random_uuid(), '[]', $2, now() - $3::interval, case when $4 then now() - $3::interval end
         from generate_series(1, $5::int) returning id)
     insert into step_run (workspace_id, run, position, key, status, attempt)
     select $1, id, position, 'step', 'SUCCEEDED', 1 from added, generate_series(0, 1) position`,
    [workspace, status, age, ended, count],
  )
}

async function count(table: 'run' | 'step_run' | 'run_key' | 'audit_event'): Promise<number> {
  return (await database.query(`select 1 from ${table}`)).length
}

const removals = () => lines.filter((it) => it.includes('old runs removed'))

/** One round of a worker that has just started. */
async function round(days: number): Promise<void> {
  const expected = await count('run')
  const stop = startRetention({ store, log, mayWork }, { runDays: days, auditDays: 0 })
  await vi.waitUntil(async () => removals().length > 0 || (days === 0 && (await count('run')) === expected), {
    timeout: 20_000,
  })
  await stop()
}

const mayWork = () => true
const going = () => new AbortController().signal

describe('runs over the maximum age', () => {
  test('are removed with their steps in every workspace; younger ones and audit events stay', async () => {
    // Their partition would hold 15 days, and goes as a whole. So long the rest of it is left alone.
    await addRuns('acme', 3, '106 days')
    await addRuns('globex', 2, '106 days')
    await addRuns('acme', 4, '104 days')
    await database.query(
      `insert into audit_event (workspace_id, id, at, actor, action, target)
       select 'acme', gen_random_uuid(), now() - interval '400 days', 'a', 'run.start', 't'`,
    )
    await round(90)
    expect([await count('run'), await count('step_run'), await count('audit_event')]).toEqual([4, 8, 1])
    expect(JSON.parse(removals()[0] ?? '{}')).toMatchObject({ msg: 'old runs removed', pruned: 5 })
  })

  test('are counted by the database: a worker whose clock is 100 days ahead deletes none that is younger', async () => {
    await addRuns('acme', 3, '104 days')
    await addRuns('acme', 1, '106 days')
    await database.query(
      `insert into run_key (workspace_id, automation, key_hash, run, created_at)
       values ('acme', gen_random_uuid(), 'h', gen_random_uuid(), now() - interval '1 hour')`,
    )
    vi.useFakeTimers({ now: Date.now() + 100 * 24 * 60 * 60 * 1000, toFake: ['Date'] })
    try {
      await round(90)
    } finally {
      vi.useRealTimers()
    }
    expect([await count('run'), await count('run_key')]).toEqual([3, 1])
  })

  test('are kept while they have not ended', async () => {
    await addRuns('acme', 2, '91 days', 'RUNNING')
    await addRuns('acme', 2, '91 days', 'QUEUED')
    await addRuns('acme', 1, '91 days')
    expect(await pruneRuns({ store, reach }, 90, going())).toBe(1)
    expect([await count('run'), await count('step_run')]).toEqual([4, 8])
  })

  test('are kept for ever if that is configured', async () => {
    await addRuns('acme', 2, '30 years')
    await round(0)
    expect(await count('run')).toBe(2)
    expect(removals()).toEqual([])
  })

  test('are removed in batches, and no statement deletes over 1,000 rows', async () => {
    await addRuns('acme', 2500, '91 days')
    await addRuns('acme', 10, '1 day')
    await watchDeletes()
    expect(await pruneRuns({ store, reach }, 90, going())).toBe(2500)
    expect([await count('run'), await count('step_run')]).toEqual([10, 20])
    const deletes = await database.query<{ rows: number }>('select rows from deletes order by rows desc')
    expect(deletes.map(({ rows }) => rows).slice(0, 7)).toEqual([1000, 1000, 1000, 1000, 1000, 1000, 1000])
    expect(deletes.reduce((sum, { rows }) => sum + rows, 0)).toBe(7500)
  })

  test('are removed once with any number of workers', async () => {
    await addRuns('acme', 2500, '91 days')
    await addRuns('globex', 10, '91 days')
    const pruned = await Promise.all([1, 2, 3].map(() => pruneRuns({ store, reach }, 90, going())))
    // A worker that finds another one at work leaves the rest to it.
    expect(pruned.reduce((sum, it) => sum + it, 0)).toBe(2510)
    expect(await count('run')).toBe(0)
  })

  test('are left when the worker ends', async () => {
    await addRuns('acme', 5, '91 days')
    expect(await pruneRuns({ store, reach }, 90, AbortSignal.abort())).toBe(0)
    expect(await count('run')).toBe(5)
  })
})

test('expired keys of runs are removed, even if runs are kept for ever', async () => {
  await database.query(
    `insert into run_key (workspace_id, automation, key_hash, run, created_at)
     select 'acme', gen_random_uuid(), 'h', gen_random_uuid(), now() - age
       from unnest(array['25 hours', '23 hours']::interval[]) age`,
  )
  const stop = startRetention({ store, log, mayWork }, { runDays: 0, auditDays: 0 })
  await vi.waitUntil(async () => (await count('run_key')) === 1, { timeout: 20_000 })
  await stop()
})

/** Records how many rows each statement deletes. */
async function watchDeletes(): Promise<void> {
  await database.query('create table if not exists deletes (rows int)')
  await database.query(
    `create or replace function record_delete() returns trigger language plpgsql as
     $$ begin insert into deletes select count(*) from gone; return null; end $$`,
  )
  for (const table of ['run', 'step_run']) {
    await database.query(
      `create or replace trigger record after delete on ${table} referencing old table as gone
         for each statement execute function record_delete()`,
    )
  }
}
