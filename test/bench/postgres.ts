import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { showProgress } from '../../src/commands/progress.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'

const CHUNK = 100_000

/** A database on the server that ours and the floor share, and a connection to it for what the benchmark puts in. */
export interface Database {
  url: string
  client: pg.Client
}

export async function temporaryFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the embedded PostgreSQL as `lockstep start` does, with fsync. @returns what makes a database in it. */
export async function startPostgres(
  stack: AsyncDisposableStack,
): Promise<(name: string) => Promise<Database>> {
  const folder = join(await temporaryFolder(stack), 'postgres')
  const server = await startEmbeddedPostgres({ folder, log: createLogger('warn', 'bench') })
  stack.defer(() => server.stop())
  return async (name) => {
    const admin = await connect(stack, server.url)
    await admin.query(`create database "${name}"`)
    const url = new URL(server.url)
    url.pathname = `/${name}`
    return { url: url.href, client: await connect(stack, url.href) }
  }
}

export async function connect(stack: AsyncDisposableStack, connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  stack.defer(() => client.end())
  return client
}

/**
 * A select list that copies the row `t` of a table, with other expressions for some columns: whatever columns a
 * later schema has, the copies are as real as the row.
 */
export async function copyOf(
  client: pg.Client,
  table: string,
  others: Readonly<Record<string, string>>,
): Promise<{ columns: string; values: string }> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  )
  const names = rows.map(({ name }) => name)
  const unknown = Object.keys(others).find((it) => !names.includes(it))
  if (unknown !== undefined) throw new Error(`The table ${table} has no column ${unknown}.`)
  return {
    columns: names.map((it) => `"${it}"`).join(', '),
    values: names.map((it) => others[it] ?? `t."${it}"`).join(', '),
  }
}

/**
 * Runs a statement again and again, of which each makes the rows from `$1` to `$2`, and leaves the tables as
 * autovacuum does. Foreign keys are not checked: the rows they ask for are there.
 *
 * @param range the numbers of the first and of the last row.
 */
export async function fill(
  client: pg.Client,
  what: string,
  [first, last]: readonly [number, number],
  statement: string,
): Promise<void> {
  const progress = showProgress(what, last - first + 1)
  await client.query('set session_replication_role = replica')
  for (let from = first; from <= last; from += CHUNK) {
    const to = Math.min(last, from + CHUNK - 1)
    await client.query(statement, [from, to])
    progress.advance(to - from + 1)
  }
  progress.stop()
  await client.query('reset session_replication_role')
  await client.query('vacuum analyze')
  await client.query('checkpoint')
}
