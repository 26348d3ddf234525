import { beforeEach, expect, test } from 'vitest'
import { type TestDatabase, withTestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await withTestDatabase()
})

/** Jobs of these workspaces that wait, in this order. */
const wait = (...workspaces: string[]) =>
  database.query(
    `insert into run_job (workspace_id, run, due_at)
     select workspace, gen_random_uuid(), now() - interval '1 minute' + at * interval '1 ms'
       from unnest($1::text[]) with ordinality as it (workspace, at)`,
    [workspaces],
  )

async function next(places: number, most: number, after = '') {
  const [row] = await database.query<{ workspaces: string[]; is_crowded: boolean }>(
    'select workspaces, is_crowded from next_run_jobs($1, $2, $3)',
    [places, most, after],
  )
  return { workspaces: row?.workspaces, isCrowded: row?.is_crowded }
}

test.each([
  ['there is room for all', 8],
  ['all of them take the last place', 5],
])('workspaces take turns from behind the one that was served last, and %s', async (_it, places) => {
  await wait('a', 'b', 'b', 'c', 'a')
  expect(await next(places, 8, 'a')).toEqual({
    workspaces: ['b', 'c', 'a', 'b', 'a'],
    isCrowded: false,
  })
})

test('workspaces take turns from behind the one that was served last, and some wait on', async () => {
  await wait('a', 'b', 'b', 'c', 'a')
  expect((await next(4, 8, 'a')).workspaces).toEqual(['b', 'c', 'a', 'b'])
})

test('the jobs of one workspace come in the order in which they are due', async () => {
  await wait('a', 'a', 'a')
  const due = await database.query<{ run: string }>('select run from run_job order by due_at')
  const [row] = await database.query<{ runs: string[] }>(`select runs from next_run_jobs(8, 8, '')`)
  expect(row?.runs).toEqual(due.map(({ run }) => run))
})

test('a workspace in which more waits than it has places is told of, and one that has all it may have gets none', async () => {
  await wait('a', 'a', 'b')
  expect(await next(8, 3)).toEqual({ workspaces: ['a', 'b', 'a'], isCrowded: false })
  expect(await next(8, 2)).toEqual({ workspaces: ['a', 'b', 'a'], isCrowded: false })
  expect(await next(8, 1)).toEqual({ workspaces: ['a', 'b'], isCrowded: true })
  await database.query(
    `update run_job set worker = gen_random_uuid() where run = (select run from run_job where workspace_id = 'a' limit 1)`,
  )
  expect(await next(8, 1)).toEqual({ workspaces: ['b'], isCrowded: true })
})

test('without a place nothing is handed out, and a job that was woken comes before all others', async () => {
  await wait('a', 'b')
  expect((await next(0, 8)).workspaces).toEqual([])
  await wait('c')
  await database.query(`update run_job set woken = true where workspace_id = 'c'`)
  expect((await next(8, 8)).workspaces).toEqual(['c', 'a', 'b'])
})
