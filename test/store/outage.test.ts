import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isOutage, outlast } from '../../src/store/outage.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type DatabaseLine, openDatabaseLine } from '../support/database-line.ts'

let database: TestDatabase
let line: DatabaseLine
let store: Store

beforeAll(async () => {
  database = await createTestDatabase()
  line = await openDatabaseLine(database.url)
  store = await openStore(line.url, 2)
})
afterAll(async () => {
  await store.close()
  await line.close()
  await database.drop()
})

const never = new AbortController().signal
const select = () => store.inTransaction((tx) => tx.execute<{ one: number }[]>('select 1 as one'))
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )

test('transactions with a broken connection return their places to the pool', async () => {
  for (let round = 0; round < 6; round++) {
    const error = await failure(
      store.inTransaction(async (tx) => {
        await tx.execute('select 1')
        line.cut()
        await tx.execute('select 2')
      }),
    )
    expect(isOutage(error)).toBe(true)
    expect(isOutage(await failure(select()))).toBe(true)
    line.mend()
  }
  expect(await select()).toEqual([{ one: 1 }])
})

test('work that meets an outage is repeated until the database is back', async () => {
  line.cut()
  let tries = 0
  const outages: unknown[] = []
  const work = outlast(
    () => {
      tries++
      return select()
    },
    never,
    (error) => outages.push(error),
  )
  await vi.waitUntil(() => tries > 2, { timeout: 20_000 })
  line.mend()
  expect(await work).toEqual([{ one: 1 }])
  expect(outages).toHaveLength(1)
})

test('the repetition ends when the caller has lost the right to the work', async () => {
  line.cut()
  const lost = new AbortController()
  const work = failure(outlast(select, lost.signal))
  lost.abort()
  expect(isOutage(await work)).toBe(true)
  line.mend()
})

test.each([
  ['admin_shutdown', `select pg_terminate_backend(pg_backend_pid())`, true],
  ['serialization_failure', `do $$ begin raise exception using errcode = '40001'; end $$`, true],
  ['disk_full', `do $$ begin raise exception using errcode = '53100'; end $$`, true],
  ['read-only', `set transaction read only; create table t ()`, true],
  ['a wrong name', 'select * from nothing_of_that_name', false],
  ['a value that does not fit', `select 'x'::int`, false],
  ['a time-out of its own', `do $$ begin raise exception using errcode = '57014'; end $$`, false],
  [
    'a message that speaks of connections',
    `do $$ begin raise exception 'Connection terminated unexpectedly'; end $$`,
    false,
  ],
])('%s: whether the error is temporary', async (_what, sql, passes) => {
  const error = await failure(store.inTransaction((tx) => tx.execute(sql)))
  expect(isOutage(error)).toBe(passes)
  if (!passes) await expect(outlast(() => Promise.reject(error), never)).rejects.toBe(error)
})
