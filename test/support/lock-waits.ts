import pg from 'pg'
import { onTestFinished } from 'vitest'
import type { TestDatabase } from './database.ts'

/**
 * Looks again and again who waits for a row that somebody else holds.
 *
 * @returns ends it, and gives the statements that waited.
 */
export function watchLockWaits(database: TestDatabase): () => Promise<string[]> {
  const waited = new Set<string>()
  let isWatching = true
  const watch = async () => {
    while (isWatching) {
      const rows = await database.query<{ query: string }>(
        `select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            and wait_event in ('transactionid', 'tuple')`,
      )
      for (const { query } of rows) waited.add(query)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const watching = watch()
  onTestFinished(async () => {
    isWatching = false
    await watching
  })
  return async () => {
    isWatching = false
    await watching
    return [...waited]
  }
}

/** Locks rows on a connection of its own. @returns lets go of them. */
export async function lockRows(
  database: TestDatabase,
  select: string,
  values: unknown[],
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: database.url.reveal() })
  await client.connect()
  await client.query('begin')
  const { rowCount } = await client.query(`${select} for update`, values)
  if (!rowCount) throw new Error('There is no such row.')
  return () => client.end()
}
