import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { setDatabaseTime } from '../../src/database-time.ts'
import { createLogger } from '../../src/log.ts'
import { CallCounts } from '../../src/store/runs/call-counts.ts'
import { type HotPool, openHotPool } from '../../src/store/runs/hot-pool.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const MINUTE = 60_000
const log = createLogger('silent', 'test')
const at = (milliseconds: number) => setDatabaseTime(milliseconds, performance.now(), 0)

let database: TestDatabase
let pool: HotPool
let counts: CallCounts[]

beforeAll(async () => {
  database = await createTestDatabase()
  pool = openHotPool(database.url)
})
beforeEach(async () => {
  at(1000 * MINUTE)
  await database.query('delete from call_count')
  counts = []
})
afterEach(async () => {
  await Promise.all(counts.map((it) => it.close()))
  at(Date.now())
})
afterAll(async () => {
  await pool.close()
  await database.drop()
})

function open(of: HotPool = pool): CallCounts {
  const opened = new CallCounts(of, log)
  counts.push(opened)
  return opened
}

const call = (most: number, subject = 'starts', workspace = 'acme') => ({ workspace, subject, most })
const rows = () =>
  database.query(
    `select workspace_id as workspace, subject, count, (extract(epoch from minute) / 60)::int as minute
       from call_count order by 1, 2, 4`,
  )

test('as many calls as may be are counted, and the next says how much of the minute is left', () => {
  const it = open()
  at(1000 * MINUTE + 20_000)
  expect([it.take([call(2)]), it.take([call(2)])]).toEqual([undefined, undefined])
  expect(it.take([call(2)])).toEqual({ call: call(2), retryAfterSeconds: 40 })
  expect(it.take([call(2, 'starts', 'globex')])).toBeUndefined()
  at(1001 * MINUTE)
  expect(it.take([call(2)])).toBeUndefined()
})

test('of several limits none counts a call that another one refuses', async () => {
  const it = open()
  it.take([call(1, 'hooks')])
  expect(it.take([call(5, 'hook a'), call(1, 'hooks')])?.call.subject).toBe('hooks')
  await it.close()
  expect(await rows()).toEqual([{ workspace: 'acme', subject: 'hooks', count: 1, minute: 1000 }])
})

test('processes add their counts, and read those of the others within a second or so', async () => {
  const [first, second] = [open(), open()]
  for (let n = 0; n < 3; n++) first.take([call(4)])
  await first.close()
  expect(second.take([call(4)])).toBeUndefined()
  await vi.waitFor(async () => expect(await rows()).toMatchObject([{ count: 4 }]), { timeout: 20_000 })
  await second.close()
  expect(second.take([call(4)])).toBeDefined()
})

test('counts of past minutes are removed', async () => {
  const it = open()
  it.take([call(4)])
  await it.close()
  at(1002 * MINUTE)
  const later = open()
  later.take([call(4)])
  await later.close()
  expect(await rows()).toEqual([{ workspace: 'acme', subject: 'starts', count: 1, minute: 1002 }])
})

test('while the database is away a process counts by itself, and tells all of it later', async () => {
  let query: HotPool['query'] = () => Promise.reject(new Error('away'))
  const it = open({ ...pool, query: (...sent) => query(...sent) })
  it.take([call(2)])
  it.take([call(2)])
  await it.close()
  expect(it.take([call(2)])).toBeDefined()
  expect(await rows()).toEqual([])
  query = pool.query
  await it.close()
  expect(await rows()).toMatchObject([{ count: 2 }])
})
