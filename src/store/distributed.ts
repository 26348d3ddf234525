import type { HotPool } from './runs/hot-pool.ts'

/**
 * Whether tables are spread over the nodes of a Citus cluster. Such a database locks rows of one workspace at a time: a statement
 * that locks those of several is refused, whatever node they are on.
 */
export async function isDistributed(pool: HotPool): Promise<boolean> {
  const [table] = await pool.query<{ known: boolean }>(
    'knows-nodes',
    `select to_regclass('pg_dist_partition') is not null as known`,
    [],
  )
  if (!table?.known) return false
  return (await pool.query('spread-tables', 'select 1 from pg_dist_partition limit 1', [])).length > 0
}
