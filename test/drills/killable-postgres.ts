import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  disownStalePid,
  openCluster,
  readPassword,
  readPostmaster,
  startServer,
  USER,
} from '../../src/embedded-postgres/cluster.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { processesOf, untilGone } from '../support/instance.ts'

/** The drill's own PostgreSQL, with a migrated database. */
export interface KillablePostgres {
  url: Sensitive
  query<Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]>
  /** `kill -9` of the server and all its processes. */
  kill(): Promise<void>
  /** Restarts it on the same files. It recovers from its log. */
  start(): Promise<void>
  /** Ends every connection except the one that asks. */
  dropConnections(): Promise<void>
  /** Lines of the server's log. */
  log(): Promise<string[]>
  close(): Promise<void>
}

export async function startKillablePostgres(): Promise<KillablePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-drill-db-'))
  // A kill is not a power failure: written data stay in the system's cache.
  const cluster = await openCluster(folder, false)
  const port = await freePort()
  const start = async () => {
    await disownStalePid(cluster)
    const wrong = await startServer(cluster, port, 'drill')
    if (wrong !== undefined) throw new Error(wrong)
  }
  await start()
  const server = `postgres://${USER}:${await readPassword(folder)}@127.0.0.1:${port}`
  const url = new Sensitive(await createDatabase(`${server}/postgres`, 'lockstep', 'template0'))
  await migrate(url, createLogger('silent', 'drill'))
  const kill = async () => {
    const pid = (await readPostmaster(cluster.folder))?.pid ?? 0
    const all = [...(await processesOf(pid, '')), { pid, parent: 0, command: 'postgres' }]
    // The parent is killed first, because it would restart the others.
    for (const it of all.reverse()) killIfThere(it.pid)
    await untilGone(all)
  }
  const query: KillablePostgres['query'] = (sql, params) => queryOnce(url, sql, params)
  return {
    url,
    query,
    kill,
    start,
    async dropConnections() {
      const others = 'datname = current_database() and pid <> pg_backend_pid()'
      await query(`select pg_terminate_backend(pid) from pg_stat_activity where ${others}`)
    },
    async log() {
      const names = await readdir(join(folder, 'log'))
      const texts = await Promise.all(names.map((name) => readFile(join(folder, 'log', name), 'utf8')))
      return texts.flatMap((text) => text.split('\n'))
    },
    async close() {
      await kill()
      await rm(folder, { recursive: true, maxRetries: 5 })
    },
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself together with its parent.
  }
}

async function queryOnce<Row extends pg.QueryResultRow>(
  url: Sensitive,
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url.reveal() })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql, params)).rows
  } finally {
    await client.end()
  }
}
