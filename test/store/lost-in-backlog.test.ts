import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue } from '../../src/store/queue.ts'
import { openHotPool } from '../../src/store/runs/hot-pool.ts'
import { findLostRuns } from '../../src/store/runs/lost.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

// Of so many runs one call looks at a part.
const BACKLOG = 10_000

const log = createLogger('silent', 'test')
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  for (const id of ['acme', 'globex'])
    await database.query(`insert into workspace (id, name, created_at) values ($1, 'Name', now())`, [id])
})
beforeEach(() => database.query('truncate run, run_job'))
afterAll(() => database.drop())

/** Runs that wait, each with its job. @returns their ids, in the order of their workspaces and ids. */
async function fill(count = BACKLOG): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `with made as (insert into run (workspace_id, id, steps, status, created_at)
       select w, gen_random_uuid(), '[]', 'QUEUED', now() - interval '1 hour'
         from unnest(array['acme', 'globex']) as w, generate_series(1, $1::int / 2) returning workspace_id, id),
     jobs as (insert into run_job (workspace_id, run, due_at) select workspace_id, id, now() from made)
     select id from made order by workspace_id, id`,
    [count],
  )
  await database.query('vacuum analyze run, run_job')
  return rows.map(({ id }) => id)
}

// The first one: entries of rows that other tests have deleted would count.
test('a call reads few pages, whatever waits', async () => {
  await fill()
  const texts: [text: string, values: readonly unknown[]][] = []
  const pool = openHotPool(database.url)
  const recording: typeof pool = {
    ...pool,
    query: (_name, text, values) => {
      texts.push([typeof text === 'string' ? text : text(), values])
      return Promise.resolve([])
    },
  }
  await findLostRuns(recording, new Map())
  const pages = await Promise.all(
    texts.map(async ([text, values], at) => {
      const [row] = await pool.query<{ 'QUERY PLAN': { Plan: { 'Shared Hit Blocks': number } }[] }>(
        `explain-${at}`,
        `explain (analyze, buffers, format json) ${text}`,
        values,
      )
      return row?.['QUERY PLAN'][0]?.Plan['Shared Hit Blocks'] ?? Number.NaN
    }),
  )
  await pool.close()
  // Comparing each of 4,000 runs with its job by itself takes three pages for each.
  expect(Math.max(...pages)).toBeLessThan(1000)
})

test.each([0, 3999, 4000, BACKLOG - 1])(
  'of a big backlog the run at place %s that has lost its job is found, once in each round',
  async (place) => {
    const lost = (await fill())[place]
    await database.query('delete from run_job where run = $1', [lost])
    const queue = openQueue({ url: database.url, log })
    const found: string[][] = []
    for (let call = 0; call < 6; call++) found.push((await queue.findLost()).map(({ run }) => run))
    await queue.close()
    expect(found.flat()).toEqual([lost, lost])
    expect(found.slice(0, 3)).toEqual(found.slice(3))
  },
)

test('what was given up is found at once, wherever it is', async () => {
  const given = (await fill()).at(-1)
  await database.query(
    `update run_job set given_up_at = now() - interval '1 hour', due_at = 'infinity' where run = $1`,
    [given],
  )
  const queue = openQueue({ url: database.url, log })
  expect((await queue.findLost()).map(({ run }) => run)).toEqual([given])
  await queue.close()
})
