import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'

export const templateName = 'lockstep_template'

/** Makes a database as a copy of another. @returns its URL. */
export async function createDatabase(serverUrl: string, name: string, template: string): Promise<string> {
  await execute(serverUrl, `create database "${name}" template "${template}"`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

export interface TestDatabase {
  url: Sensitive
  query<Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]>
  drop(): Promise<void>
}

/** A migrated database of the test file's own. */
export async function createTestDatabase(template = templateName): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = await createDatabase(serverUrl, name, template)
  return {
    url: new Sensitive(url),
    query: (sql, params) => execute(url, sql, params),
    drop: async () => {
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

async function execute<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql, params)).rows
  } finally {
    await client.end()
  }
}
