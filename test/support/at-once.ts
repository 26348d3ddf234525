import pg from 'pg'
import { vi } from 'vitest'
import type { TestDatabase } from './database.ts'

/**
 * Runs changes of one row truly at once: the row is locked until all of them wait for it.
 *
 * @param row a query of the row that all of them change.
 * @throws when one of them does not wait for the row: it does not lock what it must.
 */
export async function atOnce<T>(
  database: TestDatabase,
  row: string,
  changes: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.url.reveal() })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`${row} for update`)
    const running = changes.map((change) => change())
    await untilWaiting(database, changes.length)
    await client.query('commit')
    return await Promise.all(running)
  } finally {
    await client.end()
  }
}

async function untilWaiting(database: TestDatabase, count: number): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  const message = `Of ${count} changes not all wait for the row that they change.`
  await vi
    .waitUntil(async () => (await database.query(waiting)).length >= count, { timeout: 20_000, interval: 20 })
    .catch(() => Promise.reject(new Error(message)))
}
