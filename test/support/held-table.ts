import pg from 'pg'
import type { TestDatabase } from './database.ts'

/** A table that nobody else can read or write until it is released. */
export interface HeldTable {
  /** How many statements wait for it. */
  waiting(): Promise<number>
  /** Ends the connections of those who wait, as a database does that shuts down. */
  endWaiting(): Promise<void>
  release(): Promise<void>
}

// The identifier of a table is the same in all databases that were copied from one.
const WAITING = `from pg_locks where not granted and relation = $1::regclass
  and database = (select oid from pg_database where datname = current_database())`

export async function holdTable({ url }: TestDatabase, table: string): Promise<HeldTable> {
  const client = new pg.Client({ connectionString: url.reveal() })
  await client.connect()
  await client.query(`begin; lock table ${table} in access exclusive mode`)
  return {
    async waiting() {
      const { rows } = await client.query(`select 1 ${WAITING}`, [table])
      return rows.length
    },
    endWaiting: async () => void (await client.query(`select pg_terminate_backend(pid) ${WAITING}`, [table])),
    release: () => client.end(),
  }
}
