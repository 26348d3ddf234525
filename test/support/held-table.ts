import pg from 'pg'
import type { TestDatabase } from './database.ts'

/** A table that nobody else can read or write until it is released. */
export interface HeldTable {
  /** How many statements wait for it. */
  waiting(): Promise<number>
  release(): Promise<void>
}

export async function holdTable({ url }: TestDatabase, table: string): Promise<HeldTable> {
  const client = new pg.Client({ connectionString: url.reveal() })
  await client.connect()
  await client.query(`begin; lock table ${table} in access exclusive mode`)
  return {
    async waiting() {
      // The identifier of a table is the same in all databases that were copied from one.
      const { rows } = await client.query(
        `select 1 from pg_locks where not granted and relation = $1::regclass
           and database = (select oid from pg_database where datname = current_database())`,
        [table],
      )
      return rows.length
    },
    release: () => client.end(),
  }
}
