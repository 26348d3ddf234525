import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createStoredLimit } from '../../src/domain/index.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { measureStoredBytes, storedSize } from '../../src/store/stored-bytes.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const MIB = 1024 * 1024

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  await database.query(
    `insert into workspace (id, name, created_at) values ('acme', 'Acme', now()), ('globex', 'Globex', now())`,
  )
})
beforeEach(() => database.query('truncate run, step_run, stored_bytes'))
afterAll(async () => {
  await store.close()
  await database.drop()
})

/** Ended runs, each with an output of so many random bytes, which no compression makes smaller. */
const addRuns = (workspace: string, count: number, bytes: number) =>
  database.query(
    `insert into run (workspace_id, id, steps, status, created_at, finished_at, output)
     select $1, gen_random_uuid(), '[]', 'SUCCEEDED', now(), now(),
            (select to_json(string_agg(md5(concat(each, part, random())), '')) from generate_series(1, $3::int / 32) part)
       from generate_series(1, $2::int) each`,
    [workspace, count, bytes],
  )

const bytesOf = async (workspace: string) => (await storedSize(store.read, workspace))?.bytes

describe('what a workspace stores', () => {
  test('is measured for each, and again when it changes', async () => {
    await addRuns('acme', 100, 32_000)
    await addRuns('globex', 5, 320)
    await measureStoredBytes(store)
    const acme = (await bytesOf('acme')) ?? 0
    expect(acme).toBeGreaterThan(3_200_000)
    expect(acme).toBeLessThan(3_400_000)
    expect(await bytesOf('globex')).toBeLessThan(10_000)
    await database.query(`delete from run where workspace_id = 'acme'`)
    await measureStoredBytes(store)
    expect(await bytesOf('acme')).toBeUndefined()
  })

  test('of a large table is estimated by a part of it', async () => {
    await addRuns('acme', 20_000, 0)
    await addRuns('globex', 2000, 0)
    // The statistics say that the tables are ten times as large as what is looked at.
    await database.query(`analyze run; update pg_class set relpages = 200000 where relname = 'run_first'`)
    await measureStoredBytes(store)
    const [acme = 0, globex = 0] = [await bytesOf('acme'), await bytesOf('globex')]
    expect(acme / globex).toBeGreaterThan(3)
    expect(acme).toBeGreaterThan(20_000 * 300 * 0.3)
    expect(acme).toBeLessThan(20_000 * 320 * 3)
  })

  test('is measured by one worker at a time, and the others go on', async () => {
    await addRuns('acme', 1, 320)
    await Promise.all([1, 2, 3].map(() => measureStoredBytes(store)))
    expect(await bytesOf('acme')).toBeGreaterThan(300)
  })
})

describe('a limit on it', () => {
  test('refuses a run where so much is stored, and says how much', async () => {
    await addRuns('acme', 100, 32_000)
    await measureStoredBytes(store)
    const limit = createStoredLimit(store.read, 1)
    await expect(limit.check('acme')).rejects.toMatchObject({
      code: 'LIMIT_REACHED',
      message: expect.stringMatching(
        /^This workspace stores about 4 MiB, and may store 1 \(LOCKSTEP_WORKSPACE/,
      ),
      retryAfterSeconds: 300,
    })
    expect(await limit.isFull('acme')).toBe(true)
    await limit.check('globex')
  })

  test('has a share, and without a limit nothing is refused', async () => {
    await addRuns('acme', 100, 32_000)
    await measureStoredBytes(store)
    expect(await createStoredLimit(store.read, 1).find('acme')).toMatchObject({ maxBytes: MIB })
    const none = createStoredLimit(store.read, 0)
    expect(await none.find('acme')).toMatchObject({ maxBytes: null })
    await none.check('acme')
    expect(await none.isFull('acme')).toBe(false)
  })
})
