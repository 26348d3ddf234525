import type { Store } from './store.ts'

/** The oldest PostgreSQL that Lockstep works with: the suite runs on it. */
const LOWEST_POSTGRES = 14

/**
 * Why the server's version is not one to work with; undefined when it is.
 *
 * @param lowest its major version.
 */
export async function refuseOldServer(store: Store, lowest = LOWEST_POSTGRES): Promise<string | undefined> {
  const [row] = await store
    .em()
    .execute<{ version: string; number: number }[]>(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
    )
  if (!row || row.number >= lowest * 10_000) return undefined
  return `this is PostgreSQL ${row.version}, and Lockstep needs ${lowest} or newer: upgrade the server`
}
