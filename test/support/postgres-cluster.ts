import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  CLUSTER_NAME,
  disownStalePid,
  openCluster,
  readPassword,
  readPostmaster,
  startServer,
  stopServer,
  USER,
} from '../../src/embedded-postgres/cluster.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { migrate } from '../../src/store/migrate.ts'
import { copyFolder } from './copy-folder.ts'
import { createDatabase } from './database.ts'
import { freePort } from './free-port.ts'

const DATABASE = 'lockstep'

/** A PostgreSQL of one test's own, with a migrated database: it can be stopped, copied, configured and filled. */
export interface PostgresCluster {
  folder: string
  port: number
  password: string
  url: Sensitive
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>
  start(): Promise<void>
  stop(): Promise<void>
  /** Adds lines to its settings, for the next start. */
  configure(lines: string): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** @param folder where its files are; a new folder by default. It has to be empty, or hold a stopped cluster. */
export async function createPostgresCluster(folder?: string): Promise<PostgresCluster> {
  const cluster = await openPostgresCluster(folder ?? (await mkdtemp(join(tmpdir(), 'lockstep-cluster-'))))
  await cluster.start()
  const server = new URL(cluster.url.reveal())
  server.pathname = '/postgres'
  await createDatabase(server.href, DATABASE, 'template0')
  await migrate(cluster.url, createLogger('silent', 'test'))
  return cluster
}

/**
 * A standby of `primary` that streams from it, made as a copy of its stopped files. Restarts the primary.
 *
 * @param name how the primary knows it (`synchronous_standby_names`).
 */
export async function createStandby(primary: PostgresCluster, name: string): Promise<PostgresCluster> {
  await primary.stop()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-standby-'))
  copyFolder(primary.folder, folder)
  await primary.start()
  const standby = await openPostgresCluster(folder)
  const from = `host=127.0.0.1 port=${primary.port} user=${USER} password=${primary.password}`
  await standby.configure(`primary_conninfo = '${from} application_name=${name}'`)
  await writeFile(join(folder, CLUSTER_NAME, 'standby.signal'), '', { mode: 0o600 })
  await standby.start()
  return standby
}

async function openPostgresCluster(folder: string): Promise<PostgresCluster> {
  await mkdir(folder, { recursive: true })
  const cluster = await openCluster(folder, false)
  const port = await freePort()
  const password = await readPassword(folder)
  const url = new Sensitive(`postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`)
  const stop = async () => stopServer(cluster, (await readPostmaster(cluster.folder))?.pid)
  return {
    folder,
    port,
    password,
    url,
    query: (sql) => queryOnce(url, sql),
    async start() {
      await disownStalePid(cluster)
      const wrong = await startServer(cluster, port, 'test')
      if (wrong !== undefined) throw new Error(wrong)
    },
    stop,
    configure: (lines) => appendFile(join(folder, CLUSTER_NAME, 'postgresql.auto.conf'), `${lines}\n`),
    async remove() {
      await stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function queryOnce<Row extends pg.QueryResultRow>(url: Sensitive, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url.reveal() })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
