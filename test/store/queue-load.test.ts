import { afterAll, beforeAll, expect, test } from 'vitest'
import { readQueueLoad } from '../../src/store/queue-load.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

test('an empty queue has no run, no worker and no clock', async () => {
  expect(await readQueueLoad(store.em())).toEqual({
    waiting: 0,
    later: 0,
    active: 0,
    givenUp: 0,
    oldestSeconds: 0,
    workers: 0,
    clockSeconds: null,
  })
})

test('each run counts once, the oldest by when it could have begun, and a worker only while it reports', async () => {
  await database.query(`insert into run_job (workspace_id, run, due_at, worker, given_up_at) values
    ('a', gen_random_uuid(), now() - interval '100 seconds', null, null),
    ('b', gen_random_uuid(), now() - interval '20 seconds', null, null),
    ('a', gen_random_uuid(), now() + interval '1 hour', null, null),
    ('a', gen_random_uuid(), now() - interval '1 hour', gen_random_uuid(), null),
    ('a', gen_random_uuid(), 'infinity', null, now())`)
  await database.query(`insert into run_worker (id, seen_at) values
    (gen_random_uuid(), now()), (gen_random_uuid(), now() - interval '11 seconds')`)
  await database.query(`insert into run_clock (id, minute) values (1, now() - interval '90 seconds')`)
  const load = await readQueueLoad(store.em())
  expect(load).toMatchObject({ waiting: 2, later: 1, active: 1, givenUp: 1, workers: 1 })
  expect(Math.floor(load.oldestSeconds / 10)).toBe(10)
  expect(load.clockSeconds).toBeGreaterThanOrEqual(90)
})
