import type { Em } from './store.ts'

export interface LargeTable {
  name: string
  /** With its indexes and large values. */
  megabytes: number
}

export interface Sizes {
  /** Where the server has its files; null when this role may not know it. */
  folder: string | null
  /** Of this database, in megabytes. */
  database: number
  /** The largest first. */
  tables: LargeTable[]
}

/** What takes the room on the disk of the database. */
export async function readSizes(em: Em): Promise<Sizes> {
  const [sizes] = await em.execute<Omit<Sizes, 'tables'>[]>(
    `select (select setting from pg_settings where name = 'data_directory') as folder,
            pg_database_size(current_database())::float8 / 1e6 as database`,
  )
  const tables = await em.execute<LargeTable[]>(
    `select relname as name, round(pg_total_relation_size(oid)::numeric / 1e6, 1)::float8 as megabytes
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      order by pg_total_relation_size(oid) desc limit 3`,
  )
  return { folder: sizes?.folder ?? null, database: Math.round(sizes?.database ?? 0), tables }
}
