import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { type Launcher, type PostgresPrograms, unavailable } from './binaries.ts'
import {
  type Cluster,
  cannotRun,
  disownStalePid,
  openCluster,
  readPassword,
  readPostmaster,
  removeLeftovers,
  startServer,
  stopServer,
  USER,
} from './cluster.ts'
import {
  alreadyRuns,
  codeOf,
  connectAsSuperuser,
  connectToRunning,
  isLocked,
  isStarterAlive,
  lockOwnServer,
  starter,
  tryLock,
  unlock,
} from './lock.ts'
import { DATABASE_ROLES, type DatabaseRole, makeRoles, type Passwords, roleName } from './roles.ts'

export interface EmbeddedPostgres {
  /** The superuser's, for what no other role may do. It contains the password, as each of these addresses does. */
  readonly url: string
  /** One for each role. */
  readonly urls: Readonly<Record<DatabaseRole, string>>
  /** Resolves when the server ended without {@link stop} and could not be restarted at this URL. */
  readonly lost: Promise<void>
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  folder: string
  log: Logger
  /** False only in tests, because then a crash of the machine loses the database. */
  fsync?: boolean
  /** Only for tests of how root starts it. */
  launcher?: Launcher
  /** Only for tests on other versions. */
  programs?: PostgresPrograms | undefined
}

const DATABASE_NAME = 'lockstep'
/** The file with the address for a role. */
const urlFile = (role: DatabaseRole): string => (role === 'owner' ? 'database-url' : `${role}-database-url`)

/**
 * Starts the database of a data folder, creating it the first time. It first stops a server that a killed Lockstep
 * left running.
 *
 * @throws AppError DATABASE_UNAVAILABLE when another Lockstep runs on the folder, or PostgreSQL cannot.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, log, fsync = true, ...chosen } = options
  try {
    const cluster = await openCluster(folder, fsync, chosen)
    const held = await acquire(cluster)
    try {
      await createDatabase(held.lock)
      const passwords = await makeRolesIn(cluster, held.port)
      await removeLeftovers(cluster)
      return await Server.open(cluster, held, passwords, log)
    } catch (error) {
      await stopServer(cluster, held.pid)
      throw error
    }
  } catch (error) {
    throw explain(error, folder)
  }
}

/** A role's URL of the database that another Lockstep process runs in this folder; undefined when none runs. */
export async function findEmbeddedPostgres(
  folder: string,
  role: DatabaseRole = 'owner',
): Promise<string | undefined> {
  try {
    const url = await readFile(join(folder, urlFile(role)), 'utf8')
    const client = await connectToRunning(await realpath(folder))
    if (!client) return undefined
    const locked = await isLocked(client).finally(() => client.end())
    return locked ? url.trim() : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw explain(error, folder)
  }
}

/** A server that this process started, and the connection that holds the lock on it. */
interface Held {
  port: number
  pid: number
  lock: pg.Client
}

class Server implements EmbeddedPostgres {
  readonly url: string
  readonly urls: EmbeddedPostgres['urls']
  readonly lost: Promise<void>
  readonly #cluster: Cluster
  readonly #log: Logger
  readonly #reportLoss: () => void
  #held: Held
  #stopped: Promise<void> | undefined
  #recovery: Promise<void> = Promise.resolve()

  private constructor(cluster: Cluster, held: Held, password: string, passwords: Passwords, log: Logger) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.lost = promise
    this.#reportLoss = resolve
    this.#cluster = cluster
    this.#held = held
    this.#log = log
    const urlOf = (user: string, its: string) =>
      `postgres://${user}:${its}@127.0.0.1:${held.port}/${DATABASE_NAME}`
    this.url = urlOf(USER, password)
    this.urls = {
      owner: urlOf(roleName('owner'), passwords.owner),
      api: urlOf(roleName('api'), passwords.api),
      worker: urlOf(roleName('worker'), passwords.worker),
    }
    this.#watch()
  }

  static async open(cluster: Cluster, held: Held, passwords: Passwords, log: Logger): Promise<Server> {
    const server = new Server(cluster, held, await readPassword(cluster.folder), passwords, log)
    for (const role of DATABASE_ROLES) {
      const file = join(cluster.folder, urlFile(role))
      await writeFile(`${file}.new`, `${server.urls[role]}\n`, { mode: 0o600 })
      await rename(`${file}.new`, file)
    }
    return server
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.#recovery
    // After a loss, both the files and the server may belong to another Lockstep.
    for (const role of DATABASE_ROLES) {
      const file = join(this.#cluster.folder, urlFile(role))
      const url = (await readFile(file, 'utf8').catch(() => '')).trim()
      if (url === this.urls[role]) await rm(file, { force: true })
    }
    await stopServer(this.#cluster, this.#held.pid)
  }

  #watch(): void {
    this.#held.lock.once('end', () => {
      if (!this.#stopped) this.#recovery = this.#recover()
    })
  }

  /** The lock's connection ends together with the server, or when one of the server's processes crashes. */
  async #recover(): Promise<void> {
    const { folder } = this.#cluster
    this.#log.warn({ folder }, 'The embedded PostgreSQL ended by itself; bringing it back')
    try {
      this.#held = await this.#reacquire()
      this.#watch()
      this.#log.info({ folder }, 'The embedded PostgreSQL runs again')
    } catch (error) {
      this.#log.error({ err: explain(error, folder) }, 'The embedded PostgreSQL is lost')
      this.#reportLoss()
    }
  }

  async #reacquire(): Promise<Held> {
    const running = await connectToRunning(this.#cluster.folder)
    // The server restarted its processes by itself, or never ended.
    if (running) {
      await lockOwnServer(running, this.#cluster.folder)
      return { ...this.#held, lock: running }
    }
    return await acquire(this.#cluster, this.#held.port)
  }
}

/** Starts the server and takes the lock that a Lockstep holds as long as it runs. */
async function acquire(cluster: Cluster, samePort?: number): Promise<Held> {
  let failure = ''
  for (let attempt = 0; attempt < 5; attempt += 1) {
    // Another process may take the port meanwhile, and the remains of a killed server may need a moment to end.
    await delay(attempt * 300)
    await makeWay(cluster)
    const port = samePort ?? (await freePort())
    const problem = await startServer(cluster, port, starter)
    if (problem === undefined) return await lockStarted(cluster, port)
    failure = problem
  }
  throw cannotRun(cluster, 'does not start', failure)
}

/** Refuses when another Lockstep runs the server, and stops a server without a living Lockstep. */
async function makeWay(cluster: Cluster): Promise<void> {
  const client = await connectToRunning(cluster.folder)
  if (!client) return await disownStalePid(cluster)
  try {
    for (let attempt = 0; attempt < 40; attempt += 1) {
      if (!(await tryLock(client))) throw alreadyRuns(cluster.folder)
      if (!(await isStarterAlive(client))) break
      // The starting process may be about to take the lock. Or another process has its number now.
      await unlock(client)
      await delay(250)
    }
    await stopServer(cluster, (await readPostmaster(cluster.folder))?.pid)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function lockStarted(cluster: Cluster, port: number): Promise<Held> {
  const pid = (await readPostmaster(cluster.folder))?.pid
  try {
    const lock = await connectToRunning(cluster.folder, { refuse: true })
    if (!lock || pid === undefined) throw cannotRun(cluster, 'ended right after its start', '')
    await lockOwnServer(lock, cluster.folder)
    return { port, pid, lock }
  } catch (error) {
    await stopServer(cluster, pid)
    throw error
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE_NAME])
  if (rowCount === 0) await client.query(`create database ${DATABASE_NAME}`)
}

async function makeRolesIn(cluster: Cluster, port: number): Promise<Passwords> {
  const client = await connectAsSuperuser(cluster.folder, port, DATABASE_NAME)
  try {
    return await makeRoles(client)
  } finally {
    await client.end()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw unavailable('No free port on 127.0.0.1.')
  return address.port
}

/**
 * File system errors say little to the person who starts Lockstep, so they are explained. Our own errors stay as
 * they are.
 */
function explain(error: unknown, folder: string): AppError {
  if (error instanceof AppError) return error
  const code = codeOf(error) ?? 'unknown'
  const message =
    `Cannot keep a database in ${folder} (${code}). Check that this user may write there, or set LOCKSTEP_DATA ` +
    'to another folder or DATABASE_URL to a PostgreSQL of your own.'
  return isLasting(code)
    ? new AppError('INVALID_CONFIG', message, { cause: error })
    : unavailable(message, error)
}

/** Whether the folder cannot be used at any time. A full disk, for one, may have room later. */
const isLasting = (code: string): boolean => ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)
