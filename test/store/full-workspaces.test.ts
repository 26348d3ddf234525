import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue } from '../../src/store/queue.ts'
import { Reach } from '../../src/store/reach.ts'
import type { ClaimedRun } from '../../src/store/runs/claim.ts'
import { Dispatcher, type QueueLimits } from '../../src/store/runs/dispatcher.ts'
import { openHotPool } from '../../src/store/runs/hot-pool.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 60_000 })

const log = createLogger('silent', 'test')
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  for (const id of ['acme', 'globex'])
    await database.query(`insert into workspace (id, name, created_at) values ($1, 'Name', now())`, [id])
})
beforeEach(() => database.query('truncate run, run_job, run_worker'))
afterAll(() => database.drop())

/** A workspace whose one place is taken, by a worker that is alive for a minute, and with so many jobs that wait. */
const fill = (workspaces: number, waiting: number) =>
  database.query(
    `with worker as (insert into run_worker values (gen_random_uuid(), now() + interval '1 minute') returning id)
     insert into run_job (workspace_id, run, due_at, worker, claim)
     select 'w' || $1 || '-' || w, gen_random_uuid(), now() - interval '1 minute' + j * interval '1 second',
            case when j = 0 then worker.id end, case when j = 0 then gen_random_uuid() end
       from worker, generate_series(1, $1::int) as w, generate_series(0, $2::int) as j`,
    [workspaces, waiting],
  )

const next = async (most = 1) => {
  const [row] = await database.query<{ runs: string[]; is_crowded: boolean }>(
    `select runs, is_crowded from next_run_jobs(8, $1, '')`,
    [most],
  )
  return { runs: row?.runs.length, isCrowded: row?.is_crowded }
}

/** How many pages a fetch looks at. */
async function pagesOfFetch(): Promise<number> {
  const [row] = await database.query<{ 'QUERY PLAN': { Plan: { 'Shared Hit Blocks': number } }[] }>(
    `explain (analyze, buffers, format json) select next_run_jobs(8, 1, '')`,
  )
  return row?.['QUERY PLAN'][0]?.Plan['Shared Hit Blocks'] ?? 0
}

const parked = async () =>
  (
    await database.query<{ count: number }>(
      'select count(*)::int from run_job where worker is null and parked_until is not null',
    )
  )[0]?.count

test('what waits in full workspaces is parked by the fetch that meets it, and the next ones pass it', async () => {
  await fill(300, 3)
  expect(await next()).toEqual({ runs: 0, isCrowded: true })
  expect(await parked()).toBe(900)
  await database.query('analyze run_job')
  await fill(3000, 1)
  await next()
  await database.query('analyze run_job')
  // Each of them would take four pages or more.
  expect(await pagesOfFetch()).toBeLessThan(3300)
  await database.query(
    `insert into run_job (workspace_id, run, due_at) values ('free', gen_random_uuid(), now())`,
  )
  expect(await next()).toEqual({ runs: 1, isCrowded: true })
})

test('of a big backlog, each fetch parks a part, and what is due first is still handed out first', async () => {
  await fill(1, 2500)
  for (const count of [1000, 2000, 2500, 2500]) {
    expect(await next()).toEqual({ runs: 0, isCrowded: true })
    expect(await parked()).toBe(count)
    const [order] = await database.query<{ right: boolean }>(
      `select coalesce(max(due_at) filter (where parked_until is not null)
                     < min(due_at) filter (where parked_until is null), true) as right from run_job where worker is null`,
    )
    expect(order).toEqual({ right: true })
  }
})

test('a job that is missed comes back by itself, and is parked again while its workspace is full', async () => {
  await fill(1, 2)
  await next()
  const late = () =>
    database.query(`update run_job set parked_until = now() - interval '1 second' where worker is null`)
  await late()
  expect(await next()).toEqual({ runs: 0, isCrowded: true })
  expect(await parked()).toBe(2)
  await late()
  await database.query('delete from run_job where worker is not null')
  expect(await next()).toEqual({ runs: 1, isCrowded: true })
  expect(await next(2)).toEqual({ runs: 2, isCrowded: false })
})

test('one that is to end is handed out whatever is parked', async () => {
  await fill(1, 1)
  await next()
  await database.query('update run_job set woken = true, due_at = now() where worker is null')
  expect(await next()).toEqual({ runs: 1, isCrowded: false })
})

test('when a run of a full workspace ends, the next one of it begins, those that are due first before the others', async () => {
  await database.query(
    `with made as (insert into run (workspace_id, id, steps, status, created_at)
       select w, gen_random_uuid(), '[]', 'QUEUED', now() from unnest(array['acme', 'globex']) as w, generate_series(1, 4)
       returning workspace_id, id)
     insert into run_job (workspace_id, run, due_at)
     select workspace_id, id, now() - row_number() over () * interval '1 second' from made`,
  )
  const due = await database.query<{ run: string }>('select run from run_job order by due_at')
  const began: ClaimedRun[] = []
  const ends: (() => void)[] = []
  const queue = openQueue({ url: database.url, log })
  await queue.work({ worker: 8, workspace: 1 }, async (run) => {
    began.push(run)
    await new Promise<void>((resolve) => ends.push(resolve))
    await database.query('delete from run_job where run = $1', [run.run])
  })
  await vi.waitUntil(async () => began.length === 2 && (await parked()) === 6, { timeout: 20_000 })
  // Otherwise they would come back by themselves.
  await database.query(`update run_job set parked_until = 'infinity' where parked_until is not null`)
  for (let count = 3; count <= 8; count++) {
    ends.shift()?.()
    await vi.waitUntil(() => began.length === count, { timeout: 20_000, interval: 5 })
  }
  for (const end of ends) end()
  await queue.close()
  for (const id of ['acme', 'globex']) {
    const order = began.flatMap(({ workspace, run }) => (workspace === id ? [run] : []))
    expect(order).toEqual(due.map(({ run }) => run).filter((run) => order.includes(run)))
  }
})

/** A run of a workspace that waits. */
const queue = async (workspace: string): Promise<string> => {
  const [row] = await database.query<{ run: string }>(
    `with made as (insert into run (workspace_id, id, steps, status, created_at)
       values ($1, gen_random_uuid(), '[]', 'QUEUED', now()) returning workspace_id, id)
     insert into run_job (workspace_id, run, due_at) select workspace_id, id, now() from made returning run`,
    [workspace],
  )
  return row?.run ?? ''
}

/** A dispatcher that has made a fetch for each thing it was told of, and what it asked the database. */
async function openDispatcher(limits: QueueLimits) {
  const [worker] = await database.query<{ id: string }>(
    `insert into run_worker values (gen_random_uuid(), now() + interval '1 minute') returning id`,
  )
  const pool = openHotPool(database.url)
  const asked: string[] = []
  const query: typeof pool.query = (name, text, values) => {
    asked.push(name)
    return pool.query(name, text, values)
  }
  const began: string[] = []
  const ends: (() => void)[] = []
  const dispatcher = new Dispatcher({
    pool: { ...pool, query },
    worker: worker?.id ?? '',
    limits,
    async handle({ run }) {
      began.push(run)
      await new Promise<void>((resolve) => ends.push(resolve))
      await database.query('delete from run_job where run = $1', [run])
    },
    began: () => undefined,
    log,
    reach: new Reach(log),
    mayWork: () => true,
  })
  const close = async () => {
    for (const end of ends) end()
    await dispatcher.close(10_000)
    await pool.close()
  }
  return { dispatcher, asked, began, ends, close }
}

test('a run that takes the last place of its workspace costs no statement when it ends', async () => {
  const { dispatcher, asked, began, ends, close } = await openDispatcher({ worker: 8, workspace: 1 })
  const first = await queue('acme')
  dispatcher.look()
  await vi.waitUntil(() => ends.length === 1)
  ends.shift()?.()
  await vi.waitUntil(async () => (await database.query('select 1 from run_job')).length === 0)
  const second = await queue('acme')
  dispatcher.look()
  await vi.waitUntil(() => ends.length === 1)
  await close()
  expect(began).toEqual([first, second])
  expect(asked).toEqual(['claim-runs', 'claim-runs'])
})

test('what another worker has parked begins when a run ends here, although nothing was parked when that began', async () => {
  const { dispatcher, began, ends, close } = await openDispatcher({ worker: 1, workspace: 1 })
  await queue('acme')
  dispatcher.look()
  await vi.waitUntil(() => ends.length === 1)
  const other = await queue('acme')
  expect(await next()).toEqual({ runs: 0, isCrowded: true })
  // Otherwise it would come back by itself.
  await database.query(`update run_job set parked_until = 'infinity' where parked_until is not null`)
  // This worker has no place: it looks when it has one.
  dispatcher.look()
  ends.shift()?.()
  await vi.waitUntil(() => ends.length === 1, { timeout: 20_000 })
  expect(began.at(-1)).toBe(other)
  await close()
})
