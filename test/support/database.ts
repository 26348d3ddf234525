import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { openStore } from '../../src/store/store.ts'

export const templateName = 'lockstep_template'

/** Makes a database as a copy of another. @returns its URL. */
export async function createDatabase(serverUrl: string, name: string, template: string): Promise<string> {
  // The files are copied, and not every page by way of the log, which takes three times the processor time. PostgreSQL
  // 14 has no other way.
  const strategy = (await versionOf(serverUrl)) < 15 ? '' : 'strategy file_copy'
  await execute(serverUrl, `create database "${name}" template "${template}" ${strategy}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

export interface TestDatabase {
  url: Sensitive
  query<Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]>
  drop(): Promise<void>
}

/** A migrated database for the test file. */
export async function createTestDatabase(template = templateName): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = await createDatabase(serverUrl, name, template)
  const pool = new pg.Pool({ connectionString: url, max: 4, allowExitOnIdle: true })
  // A copy of a database is paused until somebody confirms it.
  if (template === templateName)
    await pool.query(
      'update instance set identity = database_identity(), paused_at = null, paused_because = null',
    )
  // A test may end its own connections; the pool opens new ones.
  pool.on('error', () => undefined)
  return {
    url: new Sensitive(url),
    query: async (sql, params) => (await pool.query(sql, params)).rows,
    drop: async () => {
      await pool.end()
      await execute(serverUrl, `drop database if exists "${name}" with (force)`)
    },
  }
}

/** The same, dropped when the running test has ended. */
export async function withTestDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return database
}

/** A database as an older version left it, dropped when the running test has ended. */
export async function withOldDatabase(lastMigration: string): Promise<TestDatabase> {
  const database = await createTestDatabase('template0')
  onTestFinished(() => database.drop())
  const store = await openStore(database.url)
  await store.orm.migrator.up({ to: lastMigration })
  await store.close()
  return database
}

/** By the URL of a server: its connections that the files of a process share. */
const servers = new Map<string, pg.Pool>()

async function versionOf(url: string): Promise<number> {
  const { rows } = await execute(url, "select current_setting('server_version_num')::int / 10000 as major")
  return rows[0].major
}

/** Runs a statement on a server's own database. */
export async function execute(url: string, sql: string): Promise<pg.QueryResult> {
  const server = servers.get(url) ?? new pg.Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
  if (!servers.has(url))
    servers.set(
      url,
      server.on('error', () => undefined),
    )
  return server.query(sql)
}
