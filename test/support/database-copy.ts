import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { createDatabase, type TestDatabase } from './database.ts'

/**
 * A copy of a database beside it, as a dump that is loaded elsewhere: with all rows, and as another database. The
 * connections of the original are cut.
 */
export async function copyDatabase(original: TestDatabase): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl')
  const from = new URL(original.url.reveal()).pathname.slice(1)
  const name = `copy_${randomBytes(6).toString('hex')}`
  const server = new pg.Client({ connectionString: serverUrl })
  await server.connect()
  try {
    await server.query(`alter database "${from}" allow_connections false`)
    await server.query('select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1', [
      from,
    ])
    const url = await createDatabase(serverUrl, name, from)
    const pool = new pg.Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
    pool.on('error', () => undefined)
    const drop = async () => {
      await pool.end()
      const again = new pg.Client({ connectionString: serverUrl })
      await again.connect()
      await again.query(`drop database if exists "${name}" with (force)`).finally(() => again.end())
    }
    onTestFinished(drop)
    return {
      url: new Sensitive(url),
      query: async (sql, params) => (await pool.query(sql, params)).rows,
      drop,
    }
  } finally {
    await server.query(`alter database "${from}" allow_connections true`)
    await server.end()
  }
}
