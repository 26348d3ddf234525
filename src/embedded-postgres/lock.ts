import { randomUUID } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { AppError } from '../errors.ts'
import { unavailable } from './binaries.ts'
import { CLUSTER_NAME, readPassword, readPostmaster, USER } from './cluster.ts'

// The lock is in the empty database `postgres`, so its number cannot collide with a lock of the application.
const LOCK_KEY = 1_802_072_939
/** Distinguishes this process from an earlier one with the same number. */
export const starter = `${process.pid}.${randomUUID()}`

/**
 * Takes the lock of a server that this process started. Another start may hold it briefly while it checks.
 *
 * @throws AppError DATABASE_UNAVAILABLE when the server belongs to another Lockstep.
 */
export async function lockOwnServer(client: pg.Client, folder: string): Promise<void> {
  const own = (await readStarter(client)) === starter
  for (let attempt = 0; own && attempt < 50; attempt += 1) {
    if (await tryLock(client)) return
    await delay(100)
  }
  await client.end()
  throw alreadyRuns(folder)
}

export async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    LOCK_KEY,
  ])
  return rows[0]?.locked === true
}

/**
 * Connects to the server of a folder. The folder may be a copy whose original server runs elsewhere, so the server
 * is asked for its folder too.
 *
 * @param options.refuse whether a server that rejects the connection is an error, and not a stranger.
 */
export async function connectToRunning(
  folder: string,
  options?: { refuse: boolean },
): Promise<pg.Client | undefined> {
  const postmaster = await readPostmaster(folder)
  if (!postmaster) return undefined
  const password = await readPassword(folder)
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      return await connect(folder, postmaster.port, password)
    } catch (error) {
      if (!mayPass(error, attempt)) {
        if (options?.refuse) checkRefusal(error, folder)
        return undefined
      }
    }
    await delay(300)
  }
  return undefined
}

/**
 * Whether the server may accept a connection later: it starts, recovers or ends, or has just cut the connection.
 */
function mayPass(error: unknown, attempt: number): boolean {
  const code = codeOf(error)
  if (code === '57P01' || code === '57P02' || code === '57P03') return true
  // A foreign program at the port cuts the connection too, at every attempt.
  return (code === undefined || code === 'ECONNRESET' || code === 'EPIPE') && attempt < 10
}

/** @throws AppError DATABASE_UNAVAILABLE when the server is there but rejects the connection. */
function checkRefusal(error: unknown, folder: string): void {
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return
  if (code !== '28P01') throw error
  throw unavailable(
    `The embedded PostgreSQL in ${folder} does not take the password in ${CLUSTER_NAME}/lockstep-password. ` +
      'Restore that file from a backup.',
    error,
  )
}

/** A superuser's connection to a database of the server that runs on a folder. */
export async function connectAsSuperuser(folder: string, port: number, database: string): Promise<pg.Client> {
  return openClient(port, await readPassword(folder), database)
}

async function openClient(port: number, password: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: USER, password, database },
    // Otherwise PGSSLMODE and PGOPTIONS would set both, and they may be meant for another server.
    ...{ ssl: false, options: '-c statement_timeout=0' },
    ...{ connectionTimeoutMillis: 10_000, keepAlive: true, application_name: 'lockstep lock' },
  })
  // Without a listener a broken connection would end the process. The event `end` reports the same.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function connect(folder: string, port: number, password: string): Promise<pg.Client | undefined> {
  const client = await openClient(port, password, 'postgres')
  try {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    const theirs = await realpath(rows[0]?.data_directory ?? '').catch(() => '')
    if (theirs === join(folder, CLUSTER_NAME)) return client
  } catch (error) {
    await client.end()
    throw error
  }
  await client.end()
  return undefined
}

export async function unlock(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_unlock($1)', [LOCK_KEY])
}

/** Whether some process holds the lock. Does not take it. */
export async function isLocked(client: pg.Client): Promise<boolean> {
  const held = `select 1 from pg_locks where locktype = 'advisory' and objid = $1 and granted`
  return (await client.query(held, [LOCK_KEY])).rowCount !== 0
}

/** Whether the process that started the server still lives, judging by its number. */
export async function isStarterAlive(client: pg.Client): Promise<boolean> {
  const by = await readStarter(client)
  const pid = Number.parseInt(by, 10)
  if (!(pid > 0)) return false
  if (pid === process.pid) return by === starter
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

async function readStarter(client: pg.Client): Promise<string> {
  const query = `select current_setting('lockstep.starter', true) as by`
  return (await client.query<{ by: string | null }>(query)).rows[0]?.by ?? ''
}

export function alreadyRuns(folder: string): AppError {
  return unavailable(
    `Lockstep already runs on ${folder}. Stop it first, or give this one another folder in LOCKSTEP_DATA.`,
  )
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
