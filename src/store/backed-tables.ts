import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { UnderscoreNamingStrategy } from '@mikro-orm/core'
import pg from 'pg'
import copy from 'pg-copy-streams'
import type { Sensitive } from '../sensitive.ts'
import { connectionTo } from './connection.ts'
import { entities } from './entities/index.ts'

/** A table as a backup has it. */
export interface BackedTable {
  name: string
  columns: string[]
}

/**
 * What no backup has. `instance` says which database this is and signs session cookies; a session's token would let
 * whoever finds the backup in; the others are about requests and processes of this moment, and attempts of the last minutes. What
 * callers' keys have made is hashed with a secret that no backup has.
 */
const leftOut: ReadonlySet<string> = new Set([
  'instance',
  'auth_session',
  'auth_verification',
  'call_count',
  // A restored instance would tell of old failures.
  'failure_alert',
  'hook_check',
  'idempotency_key',
  'run_clock',
  'run_worker',
  'sign_in_attempt',
  'app_grant',
  'device_request',
  'step_cache',
  'stored_bytes',
  'worker',
])

const MIGRATIONS = 'mikro_orm_migrations'

const naming = new UnderscoreNamingStrategy()
const ours: ReadonlySet<string> = new Set(
  entities.map(({ meta }) => meta.tableName ?? naming.classToTableName(meta.className)),
)
const isBacked = (name: string): boolean => ours.has(name) && !leftOut.has(name)

/** A connection with one transaction. */
export interface TableSession {
  /** The migrations that have run, in their order. */
  migrations(): Promise<string[]>
  /** Every table of ours that a backup has, each behind those that it refers to. */
  tables(): Promise<BackedTable[]>
  /** Names of tables that have rows, and are not about the schema. */
  filled(): Promise<string[]>
  /** The rows of a table in PostgreSQL's text format of COPY. */
  read(table: BackedTable): Readable
  /** Takes rows in the same format. Its `rowCount` is set when it has finished. */
  write(table: BackedTable): Writable & { rowCount: number }
  /** Lets nobody else at the tables until the end. @throws when others hold them for longer than ten seconds. */
  lockAll(): Promise<void>
  /** The row that makes this database an instance, which is paused, with a new secret that signs cookies. */
  makePausedInstance(folder: string | undefined): Promise<void>
  commit(): Promise<void>
  /** Undoes what was not committed. */
  close(): Promise<void>
}

/**
 * @param mode `snapshot` shows everything as it is at this moment, however long it is read; `load` changes.
 * @throws when the database is away.
 */
export async function openTables(url: Sensitive, mode: 'snapshot' | 'load'): Promise<TableSession> {
  const options = connectionTo(url)
  const client = new options.Client(options)
  // The statement that is under way fails by itself.
  client.on('error', () => undefined)
  await client.connect()
  await client.query(
    mode === 'snapshot' ? 'begin transaction isolation level repeatable read read only' : 'begin',
  )
  // A large table takes longer than a statement of a request may.
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
  return {
    migrations: async () => {
      const [{ exists } = { exists: false }] = (
        await client.query<{ exists: boolean }>(`select to_regclass('${MIGRATIONS}') is not null as exists`)
      ).rows
      if (!exists) return []
      const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS} order by name`)
      return rows.map(({ name }) => name)
    },
    tables: () => readTables(client),
    filled: () => findFilled(client),
    ...rowsOf(client),
    async lockAll() {
      const names = (await readTables(client)).map(({ name }) => pg.escapeIdentifier(name))
      await client.query(`set local lock_timeout = '10s'`)
      await client.query(`lock table instance, ${names.join(', ')} in access exclusive mode`)
    },
    async makePausedInstance(folder) {
      const secret = randomBytes(32).toString('base64url')
      await client.query(
        `insert into instance (id, auth_secret, identity, folder, paused_at, paused_because)
         values (1, $1, database_identity(), $2, now(), 'RESTORED')
         on conflict (id) do update set identity = excluded.identity, folder = excluded.folder,
            paused_at = excluded.paused_at, paused_because = excluded.paused_because`,
        [secret, folder],
      )
    },
    commit: async () => void (await client.query('commit')),
    close: () => client.end(),
  }
}

/** The rows of a table, out and in. */
function rowsOf(client: pg.Client): Pick<TableSession, 'read' | 'write'> {
  const named = ({ name, columns }: BackedTable) => ({
    table: pg.escapeIdentifier(name),
    columns: columns.map((it) => pg.escapeIdentifier(it)).join(', '),
  })
  return {
    read: (it) => {
      const { table, columns } = named(it)
      // A query, because a table that is partitioned cannot be copied as a whole.
      return client.query(copy.to(`copy (select ${columns} from ${table}) to stdout`))
    },
    write: (it) => {
      const { table, columns } = named(it)
      return client.query(copy.from(`copy ${table} (${columns}) from stdin`))
    },
  }
}

async function readTables(client: pg.Client): Promise<BackedTable[]> {
  const { rows } = await client.query<BackedTable & { needs: string[] }>(
    `select class.relname as name,
            (select array_agg(attname::text order by attnum) from pg_attribute
              where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
            array(select other.relname::text from pg_constraint join pg_class as other on other.oid = confrelid
                   where conrelid = class.oid and contype = 'f' and confrelid <> class.oid) as needs
       from pg_class as class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
      order by relname`,
  )
  const left = rows.filter(({ name }) => isBacked(name))
  const sorted: BackedTable[] = []
  while (left.length > 0) {
    const isFree = ({ needs }: { needs: string[] }) =>
      needs.every((it) => !left.some(({ name }) => name === it))
    const next = left.splice(Math.max(0, left.findIndex(isFree)), 1)
    sorted.push(...next.map(({ name, columns }) => ({ name, columns })))
  }
  return sorted
}

async function findFilled(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace
        and relkind in ('r', 'p') and not relispartition and relname <> '${MIGRATIONS}' order by relname`,
  )
  const filled: string[] = []
  for (const { name } of rows) {
    const { rowCount } = await client.query(`select 1 from ${pg.escapeIdentifier(name)} limit 1`)
    if (rowCount) filled.push(name)
  }
  return filled
}
