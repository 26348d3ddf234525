import { expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { type TestDatabase, withTestDatabase } from '../support/database.ts'
import { lockRows, watchLockWaits } from '../support/lock-waits.ts'

/** A job of each of so many workspaces, due in an hour. */
const postpone = (database: TestDatabase, prefix: string, count: number) =>
  database.query(
    `insert into run_job (workspace_id, run, postponed, due_at)
     select $1 || n, gen_random_uuid(), true, now() + interval '1 hour' from generate_series(1, $2::int) as n`,
    [prefix, count],
  )

const dueNow = (database: TestDatabase, workspace: string) =>
  database.query(`update run_job set due_at = now() where workspace_id = $1`, [workspace])

async function nextJobs(database: TestDatabase): Promise<string[]> {
  const [row] = await database.query<{ workspaces: string[] }>(
    `select workspaces from next_run_jobs(8, 4, '')`,
  )
  return row?.workspaces ?? []
}

/** How many pages a fetch looks at. */
async function pagesOfFetch(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ 'QUERY PLAN': { Plan: { 'Shared Hit Blocks': number } }[] }>(
    `explain (analyze, buffers, format json) select next_run_jobs(8, 4, '')`,
  )
  return row?.['QUERY PLAN'][0]?.Plan['Shared Hit Blocks'] ?? 0
}

test('what a fetch looks at does not grow with the workspaces whose runs are all postponed', async () => {
  const database = await withTestDatabase()
  await postpone(database, 'few', 10)
  await pagesOfFetch(database)
  const few = await pagesOfFetch(database)
  expect(few).toBeGreaterThan(0)
  await postpone(database, 'many', 2000)
  await database.query('analyze run_job')
  expect(await pagesOfFetch(database)).toBeLessThan(few + 200)
})

test('a postponed job is found when its time has come, and one whose row is locked keeps no other waiting', async () => {
  const database = await withTestDatabase()
  await postpone(database, 'w', 3)
  expect(await nextJobs(database)).toEqual([])
  await dueNow(database, 'w1')
  await dueNow(database, 'w2')
  const unlock = await lockRows(database, `select 1 from run_job where workspace_id = 'w1'`, [])
  const waits = watchLockWaits(database)
  expect(await nextJobs(database)).toEqual(['w2'])
  expect(await waits()).toEqual([])
  await unlock()
  await expect.poll(async () => new Set(await nextJobs(database))).toEqual(new Set(['w1', 'w2']))
})

test('jobs that wait for their time before the migration are postponed after it, and the way back is open', async () => {
  const database = await withTestDatabase()
  const store = await openStore(database.url)
  await postpone(database, 'later', 1)
  await store.orm.migrator.down({ to: 'Migration20261127105327_secret_list' })
  await database.query(
    `insert into run_job (workspace_id, run, due_at) values ('now', gen_random_uuid(), now() - interval '1 hour')`,
  )
  expect(await nextJobs(database)).toEqual(['now'])
  await store.orm.migrator.up()
  await store.close()
  const jobs = 'select workspace_id as workspace, postponed from run_job order by 1'
  expect(await database.query(jobs)).toEqual([
    { workspace: 'later1', postponed: true },
    { workspace: 'now', postponed: false },
  ])
  expect(await nextJobs(database)).toEqual(['now'])
})
