import { expect, test, vi } from 'vitest'
import { checkReadiness } from '../../src/store/readiness.ts'
import { openStore } from '../../src/store/store.ts'
import { withTestDatabase } from '../support/database.ts'

test('readiness commits a write and needs a megabyte of the disk, and leaves no row', async () => {
  const database = await withTestDatabase()
  const store = await openStore(database.url, 1)
  const read = async () => {
    const [row] = await database.query<{ bytes: string; wal: string }>(
      `select temp_bytes as bytes, pg_current_wal_flush_lsn()::text as wal from pg_stat_database
        where datname = current_database()`,
    )
    return { bytes: Number(row?.bytes), wal: row?.wal }
  }
  const before = await read()
  const rows = () => database.query('select sum(n_tup_ins)::int as n from pg_stat_user_tables')
  const rowsBefore = await rows()
  expect(await checkReadiness(store)).toEqual({ ready: true })
  await store.close()
  await vi.waitFor(async () => expect((await read()).bytes - before.bytes).toBeGreaterThan(1_000_000), {
    timeout: 20_000,
  })
  expect((await read()).wal).not.toBe(before.wal)
  expect(await rows()).toEqual(rowsBefore)
})

test('a check that finds a fault gives the reason, and those behind it are not asked', async () => {
  const database = await withTestDatabase()
  const store = await openStore(database.url, 1)
  const asked: string[] = []
  const check = (name: string, fault?: string) => ({
    name,
    async find() {
      asked.push(name)
      return fault
    },
  })
  const checks = [check('first'), check('second', 'the second is wrong'), check('third')]
  expect(await checkReadiness(store, checks)).toEqual({ ready: false, reason: 'the second is wrong' })
  expect(asked).toEqual(['first', 'second'])
  await store.close()
})

test('a role without a right is told so, in words', async () => {
  const database = await withTestDatabase()
  const store = await openStore(database.url, 1)
  const refused = {
    name: 'right',
    find: async () => Promise.reject(Object.assign(new Error(), { code: '42501' })),
  }
  expect((await checkReadiness(store, [refused])).reason).toMatch(/lacks a right/)
  await store.close()
})
