import type { TestDatabase } from './database.ts'

export const PARTITIONED = ['run', 'step_run', 'run_file', 'run_file_chunk', 'audit_event']

const DAY = 24 * 3600 * 1000

/** Gives the empty tables partitions of ten days each, of which the last begins now and has no end. */
export async function partitionPast(database: TestDatabase, daysAgo: number): Promise<void> {
  const now = Date.now()
  const idAt = async (day: number) => {
    const rows = await database.query<{ id: string }>('select first_id_at($1) as id', [
      new Date(now - day * DAY),
    ])
    return rows[0]?.id ?? ''
  }
  for (const table of PARTITIONED) {
    await database.query(`drop table ${table}_first`)
    for (let day = daysAgo; day > 0; day -= 10) {
      const since = day === daysAgo ? 'minvalue' : `'${await idAt(day)}'`
      await database.query(
        `create table ${table}_day_${day} partition of ${table} for values from (${since}) to ('${await idAt(day - 10)}')`,
      )
    }
    await database.query('select add_partition($1, $2)', [table, await idAt(0)])
  }
}
