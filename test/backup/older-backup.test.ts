import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { zstdCompressSync } from 'node:zlib'
import tar from 'tar-stream'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { FIRST_RESTORABLE, type Header } from '../../src/backup/format.ts'
import { restoreInto } from '../../src/backup/into-database.ts'
import { makeBackup } from '../../src/backup/make-backup.ts'
import { openBackup } from '../../src/backup/restore-backup.ts'
import { createLogger } from '../../src/log.ts'
import { openTables } from '../../src/store/backed-tables.ts'
import { knownMigrations } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/store.ts'
import {
  createTestDatabase,
  type TestDatabase,
  withOldDatabase,
  withTestDatabase,
} from '../support/database.ts'
import { createEmptyDatabase, expectEmpty } from './backup-world.ts'

vi.setConfig({ testTimeout: 120_000 })

const log = createLogger('silent', 'test')

const all = await knownMigrations()
const restorable = all.filter((it) => it >= FIRST_RESTORABLE)

// Goes up migration by migration, from test to test, and each gets a copy. To begin at the first takes three times as long.
let ladder: TestDatabase
beforeAll(async () => {
  ladder = await createTestDatabase('template0')
})
afterAll(() => ladder.drop())

/** A database as that migration left it. */
async function databaseAt(last: string): Promise<TestDatabase> {
  const store = await openStore(ladder.url)
  await store.orm.migrator.up({ to: last })
  await store.close()
  const copy = await createTestDatabase(new URL(ladder.url.reveal()).pathname.slice(1))
  onTestFinished(() => copy.drop())
  return copy
}

/** A value for a column: the first that a check allows, or the same for all of a type, so that references hold. */
const ALLOWED = `(select substring(pg_get_constraintdef(oid) from $re$'([^']*)'$re$) from pg_constraint
   where contype = 'c' and conrelid = to_regclass(table_name::text) and conkey = array[ordinal_position::int2] limit 1)`
const VALUE = `case when data_type in ('text', 'character varying') then coalesce(${ALLOWED}, 'acme')
                    when data_type = 'uuid' then '01900000-0000-7000-8000-000000000001'
                    when data_type like 'timestamp%' then '2026-01-02T03:04:05.678Z'
                    when data_type = 'boolean' then 'true'
                    when data_type in ('integer', 'smallint', 'bigint', 'double precision', 'numeric') then '1'
                    when data_type in ('json', 'jsonb') then '[]' when data_type = 'ARRAY' then '{a}'
                    else 'no value for ' || data_type end`

/** One row in every table that a backup has, with a value in every column. */
async function fill(database: TestDatabase): Promise<void> {
  const session = await openTables(database.url, 'snapshot')
  const tables = await session.tables()
  await session.close()
  for (const { name, columns } of tables) {
    const [row] = await database.query<{ values: string }>(
      `select string_agg(quote_literal(${VALUE}), ', ' order by ordinal_position) as values
         from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
      [name],
    )
    await database.query(
      `insert into "${name}" (${columns.map((it) => `"${it}"`).join(', ')}) values (${row?.values})`,
    )
  }
}

/** Writes a backup of a database whose schema is older, as a program of that version wrote it. */
async function backUp(database: TestDatabase): Promise<Buffer> {
  const tables = await openTables(database.url, 'snapshot')
  const target = new PassThrough()
  const stopping = new AbortController().signal
  const options = { version: '0.0.9', createdAt: new Date(0), certificates: [], stopping }
  const [bytes] = await Promise.all([buffer(target), makeBackup(tables, target, options)])
  await tables.close()
  return bytes
}

async function restore(bytes: Buffer, database: TestDatabase): Promise<number> {
  const backup = await openBackup(
    (async function* () {
      yield bytes
    })(),
    () => Promise.reject(new Error('it is not encrypted')),
  )
  return restoreInto(backup, database.url, undefined, log)
}

/** The rows of every table of a backup, each with the columns that the older schema had. */
async function rowsOf(database: TestDatabase, columnsFrom: TestDatabase): Promise<Record<string, unknown>> {
  const session = await openTables(columnsFrom.url, 'snapshot')
  const tables = await session.tables()
  await session.close()
  const found: Record<string, unknown> = {}
  for (const { name, columns } of tables) {
    const named = columns.map((it) => `"${it}"::text`).join(', ')
    found[name] = await database.query(`select ${named} from "${name}"`)
  }
  return found
}

test.each(restorable)('a backup of the schema of %s restores into that of today', async (last) => {
  const old = await databaseAt(last)
  await fill(old)
  const rows = await rowsOf(old, old)
  const database = await createEmptyDatabase()
  expect(await restore(await backUp(old), database)).toBe(Object.keys(rows).length)
  expect(await rowsOf(database, old)).toEqual(rows)
  const done = await database.query<{ name: string }>('select name from mikro_orm_migrations order by name')
  expect(done.map(({ name }) => name)).toEqual(all)
  expect(await database.query('select paused_because as why from instance')).toEqual([{ why: 'RESTORED' }])
})

/** A backup that ends behind its header. */
async function withHeader(changed: Partial<Header>): Promise<Buffer> {
  const header = {
    format: 1,
    lockstep: '0.0.9',
    createdAt: new Date(0).toISOString(),
    migrations: all,
    ...changed,
  }
  const archive = tar.pack()
  archive.entry({ name: 'lockstep-backup.json' }, JSON.stringify(header))
  archive.finalize()
  return zstdCompressSync(await buffer(archive))
}

test('a backup whose tables are not those of its schema is refused, and the message names what is wrong', async () => {
  const session = await openTables((await withTestDatabase()).url, 'snapshot')
  const tables = await session.tables()
  await session.close()
  const without = (column: string) =>
    tables.map((it) => ({ ...it, columns: it.columns.filter((one) => one !== column) }))
  const cases: [string, Header['tables']][] = [
    ['it has no table secret', tables.filter(({ name }) => name !== 'secret')],
    ['it has no column secret.sealed_policy', without('sealed_policy')],
    ['it has "table extra" besides', [...tables, { name: 'extra', columns: [] }]],
    [
      'it has "column secret.extra" besides',
      tables.map((it) => (it.name === 'secret' ? { ...it, columns: [...it.columns, 'extra'] } : it)),
    ],
    ['it has "table secret" besides', [...tables, { name: 'secret', columns: [] }]],
  ]
  const database = await createEmptyDatabase()
  for (const [what, changed] of cases) {
    await expect(restore(await withHeader({ tables: changed }), database)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: `This backup cannot be restored: its tables are not those of its migrations, ${what}. Nothing was changed.`,
    })
  }
  await expectEmpty(database)
})

test('a schema that cannot be paused after a restore is not backed up, and its backup is refused', async () => {
  const old = await withOldDatabase(all[all.indexOf(FIRST_RESTORABLE) - 1] as string)
  await fill(old)
  await expect(backUp(old)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(
      /^The schema of this database is older than backups.*pg_dump.*lockstep migrate/,
    ),
  })
  const database = await createEmptyDatabase()
  const older = await withHeader({ tables: [], migrations: all.slice(0, all.indexOf(FIRST_RESTORABLE)) })
  await expect(restore(older, database)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: 'This backup cannot be restored: its schema is older than backups. Nothing was changed.',
  })
  await expectEmpty(database)
})
