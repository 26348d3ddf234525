import pg from 'pg'
import type { TestDatabase } from './database.ts'

/**
 * Runs changes of one row truly at once: the row is locked until all of them wait for it.
 *
 * @param row a query of the row that all of them change.
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
  while ((await database.query(waiting)).length < count)
    await new Promise((resolve) => setTimeout(resolve, 20))
}
