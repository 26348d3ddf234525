import { afterAll, beforeAll, expect, test } from 'vitest'
import { statement } from '../../src/store/statements.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { openStatementLine, type StatementLine } from '../support/statement-line.ts'

let database: TestDatabase
let line: StatementLine
let store: Store

beforeAll(async () => {
  database = await createTestDatabase()
  line = await openStatementLine(database.url)
  // Of one connection, so that the next query has the one that the last one had.
  store = await openStore(line.url, 1)
})
afterAll(async () => {
  await store.close()
  await line.close()
  await database.drop()
})

const twice = statement('select $1::int * 2 as twice')
const prepared = () =>
  store.em().execute<{ statement: string }[]>('select statement from pg_prepared_statements')

test('a statement is prepared once and used again', async () => {
  expect(await store.read(twice, [2])).toEqual([{ twice: 4 }])
  expect(await store.read(twice, [3])).toEqual([{ twice: 6 }])
  expect(await prepared()).toEqual([{ statement: twice.text }])
})

test('of two texts, neither can be taken for the other', () => {
  expect(statement('select 1').name).toBe(statement('select 1').name)
  expect(statement('select 1').name).not.toBe(statement('select 2').name)
})

test('times are times to the millisecond, in any time zone of the connection', async () => {
  const time = new Date('2026-02-03T04:05:06.789Z')
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
    await store.em().execute(`set timezone to '${zone}'`)
    const read = statement('select $1::timestamptz as time, null::timestamptz as none')
    expect(await store.read(read, [time])).toEqual([{ time, none: null }])
  }
})

// As when a pooler has taken the next query to another connection.
test.each([
  ['there is no prepared statement', 'deallocate all'],
  ['there is one of the name already', `prepare ${statement('select 7 as seven').name} as select 8`],
])('behind a pooler, where %s, a query is sent whole', async (_what, trouble) => {
  const pooled = await openStore(line.url, 1)
  try {
    expect(await pooled.read(twice, [2])).toEqual([{ twice: 4 }])
    await pooled.em().execute(trouble)
    expect(await pooled.read(statement('select 7 as seven'), [])).toEqual([{ seven: 7 }])
    expect(await pooled.read(twice, [5])).toEqual([{ twice: 10 }])
  } finally {
    await pooled.close()
  }
})

test('where a pooler is known to be, nothing is prepared', async () => {
  const pooled = await openStore(line.url, 1, { prepared: false })
  try {
    expect(await pooled.read(twice, [2])).toEqual([{ twice: 4 }])
    expect(await pooled.em().execute('select 1 from pg_prepared_statements')).toEqual([])
  } finally {
    await pooled.close()
  }
})

test('another error of a query is what it is', async () => {
  await expect(store.read(statement('select 1 / $1::int'), [0])).rejects.toMatchObject({ code: '22012' })
})
