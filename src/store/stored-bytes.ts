import { STORED_BYTES_LOCK } from './locks.ts'
import { type Read, statement } from './statements.ts'
import type { Store, Tx } from './store.ts'

/** What grows with the use of a workspace, and the columns that hold most of it. */
const measured = [
  { table: 'run', columns: ['input', 'output', 'sealed_input', 'steps'] },
  { table: 'step_run', columns: ['output', 'sealed_output', 'log'] },
  { table: 'run_file_chunk', columns: ['sealed'] },
  { table: 'automation', columns: ['steps'] },
  { table: 'automation_version', columns: ['steps'] },
  { table: 'automation_draft', columns: ['steps'] },
  { table: 'secret', columns: ['sealed'] },
  { table: 'audit_event', columns: ['detail'] },
] as const

// Pages of a table that are looked at (of 8 KiB each). A larger table is measured by a sample of so many, which costs the
// same however much there is.
const PAGES = 20_000
// What a row takes besides the measured columns, with its entries in indexes (bytes).
const ROW = 300

export interface StoredSize {
  bytes: number
  measuredAt: Date
}

const sizeOf = statement(
  'select bytes, measured_at as "measuredAt" from stored_bytes where workspace_id = $1',
)

/** About how much a workspace stores; undefined when it was not measured yet, or stores nothing. */
export async function storedSize(read: Read, workspace: string): Promise<StoredSize | undefined> {
  const [row] = await read<StoredSize>(sizeOf, [workspace])
  return row
}

/**
 * Measures what every workspace stores, in bytes as they are on disk: what is compressed counts as compressed. Any number of
 * workers may call it: one of them at a time measures.
 */
export async function measureStoredBytes(store: Store): Promise<void> {
  await store.inTransaction(async (tx) => {
    const [lock] = await tx.execute<{ held: boolean }[]>('select pg_try_advisory_xact_lock(?) as held', [
      STORED_BYTES_LOCK,
    ])
    if (!lock?.held) return
    const parts: string[] = []
    for (const it of measured) parts.push(sampleOf(it, await percentOf(tx, it.table)))
    const rows = await tx.execute<{ workspace: string; bytes: number }[]>(
      `select workspace_id as workspace, sum(bytes)::float8 as bytes
         from (${parts.join(' union all ')}) as part group by workspace_id`,
    )
    const [names, bytes] = [rows.map(({ workspace }) => workspace), rows.map((row) => row.bytes)]
    await tx.execute(
      `insert into stored_bytes (workspace_id, bytes, measured_at)
       select workspace_id, bytes, now() from unnest(?::text[], ?::float8[]) as found (workspace_id, bytes)
           on conflict (workspace_id) do update set bytes = excluded.bytes, measured_at = excluded.measured_at`,
      [`{${names.join(',')}}`, `{${bytes.join(',')}}`],
    )
    await tx.execute('delete from stored_bytes where measured_at < now()')
  })
}

/** How much of a table is looked at, in percent. It is known from statistics, so that nothing is read for it. */
async function percentOf(tx: Tx, table: string): Promise<number> {
  const [row] = await tx.execute<{ pages: number }[]>(
    `select coalesce(sum(greatest(relpages, 0)), 0)::float8 as pages from pg_class
      where oid = ?::regclass or oid in (select relid from pg_partition_tree(?::regclass))`,
    [table, table],
  )
  return Math.min(100, (PAGES / Math.max(row?.pages ?? 0, 1)) * 100)
}

function sampleOf({ table, columns }: (typeof measured)[number], percent: number): string {
  const sizes = columns.map((it) => `coalesce(pg_column_size(${it}), 0)`).join(' + ')
  const sample = percent < 100 ? `tablesample system (${percent})` : ''
  const all = (100 / percent).toFixed(6)
  return `select workspace_id, sum(${ROW} + ${sizes}) * ${all} as bytes from ${table} ${sample} group by 1`
}
