import { Pool } from 'pg'
import type { SynchronousCommit } from '../../config.ts'
import type { Sensitive } from '../../sensitive.ts'
import { connectionTo } from '../connection.ts'
import { ofOneWorkspace } from '../one-workspace.ts'
import { type PoolUse, poolUse } from '../pool.ts'

// How long a statement waits for a connection (milliseconds).
const CONNECTION_TIMEOUT = 15_000
const CONNECTIONS = 4
// Few rows meet large tables by their keys, whatever the statistics said when a statement was planned. A statement, also
// within a function, is planned once for each connection: planning takes longer than the rest.
const PLANS_BY_KEYS = `set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
  set plan_cache_mode = force_generic_plan`
// A statement gives its connection back when somebody else holds a lock for so long (milliseconds): the others' runs wait
// for it. What waits for the rows of runs skips them at once.
const LOCK_TIMEOUT = 5000

/**
 * The connections of what is done for every run. Its statements are written by hand and prepared under a name, once
 * for each connection: the database has to be reached without a pooler that changes servers between transactions.
 */
export interface HotPool {
  /** @param text or what makes it, which is asked once for each name. */
  query<Row>(name: string, text: string | (() => string), values: readonly unknown[]): Promise<Row[]>
  use(): PoolUse
  close(): Promise<void>
}

/** @param commits what a commit waits for; by default what the database says. */
export function openHotPool(url: Sensitive, commits?: SynchronousCommit): HotPool {
  const waits = commits ? `; set synchronous_commit = ${commits}` : ''
  const settings = `${PLANS_BY_KEYS}; set lock_timeout = ${LOCK_TIMEOUT}${waits}`
  const pool = new Pool({
    ...connectionTo(url),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    onConnect: (client) => client.query(settings),
  })
  // An idle connection that broke is replaced by the next statement.
  pool.on('error', () => undefined)
  const texts = new Map<string, string>()
  const textOf = (name: string, text: string | (() => string)): string => {
    if (typeof text === 'string') return text
    const known = texts.get(name) ?? text()
    texts.set(name, known)
    return known
  }
  return {
    query: async (name, text, values) =>
      (await pool.query({ name, text: textOf(name, text), values: [...values] })).rows,
    use: () => poolUse(pool),
    close: () => pool.end(),
  }
}

/**
 * A statement with its values, as {@link HotPool.query} takes it. With a workspace it is about that one alone, and touches no
 * row of others, which may be on a node that is away.
 */
export function within(
  workspace: string | undefined,
  name: string,
  text: () => string,
  values: readonly unknown[],
): [name: string, text: () => string, values: readonly unknown[]] {
  if (workspace === undefined) return [name, text, values]
  return [`${name}-of-one`, () => ofOneWorkspace(text(), `$${values.length + 1}`), [...values, workspace]]
}

/**
 * `values` rows for so many items, the first of them with its types: `($1::int, $2::text), ($3, $4)`. Parameters of
 * their own are sent as they are, where an array would have megabytes escaped character by character.
 */
export function valueRows(types: readonly string[], count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const columns = types.map((type, column) => `$${row * types.length + column + 1}::${type}`)
    return `(${columns.join(', ')})`
  })
  return rows.join(', ')
}
