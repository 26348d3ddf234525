import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts'
import type { DatabaseRole } from '../embedded-postgres/roles.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { Sensitive } from '../sensitive.ts'
import { checkReachable, checkReadiness, type Readiness } from '../store/readiness.ts'
import { openStore, type Store } from '../store/store.ts'
import { announceWaiting } from '../supervisor.ts'
import { clusterFolder } from './cluster-folder.ts'
import type { Releasers } from './releasers.ts'

/**
 * The address for a process: its own, DATABASE_URL, or that of its role in the embedded database that a `lockstep start`
 * runs on the same data folder.
 *
 * @throws AppError INVALID_CONFIG when there is none.
 */
export async function databaseUrl(config: Config, role: DatabaseRole): Promise<Sensitive> {
  const own = { owner: undefined, api: config.apiDatabaseUrl, worker: config.workerDatabaseUrl }[role]
  const given = own ?? config.databaseUrl
  if (given) return given
  const url = await findEmbeddedPostgres(clusterFolder(config), role)
  if (url) return new Sensitive(url)
  const advice = 'Set DATABASE_URL, or use `lockstep start`, which brings its own database.'
  throw new AppError('INVALID_CONFIG', `There is no database. ${advice}`)
}

/**
 * The database for one command, as its owner: that of {@link databaseUrl}, or the embedded one of an instance that does not run.
 * The latter is started for the command.
 *
 * @throws AppError INVALID_CONFIG when there is none; none is made.
 */
export async function databaseForCommand(config: Config, log: Logger, undo: Releasers): Promise<Sensitive> {
  const folder = clusterFolder(config)
  const idle = !config.databaseUrl && !(await findEmbeddedPostgres(folder)) && (await exists(folder))
  if (!idle) return databaseUrl(config, 'owner')
  try {
    const database = await startEmbeddedPostgres({ folder, log })
    undo.add(() => database.stop())
    return new Sensitive(database.urls.owner)
  } catch (error) {
    // An instance that is just starting is recognised by the URL that it writes.
    for (let attempt = 0; attempt < STARTING_ATTEMPTS; attempt++) {
      const url = await findEmbeddedPostgres(folder)
      if (url) return new Sensitive(url)
      await delay(LOOK_AGAIN_MS)
    }
    throw error
  }
}

/** The database for a command that fills one: that of {@link databaseUrl}, or the embedded one, which is made if need be. */
export async function databaseToFill(config: Config, log: Logger, undo: Releasers): Promise<Sensitive> {
  const folder = clusterFolder(config)
  if (config.databaseUrl || (await exists(folder))) return databaseForCommand(config, log, undo)
  const database = await startEmbeddedPostgres({ folder, log })
  undo.add(() => database.stop())
  return new Sensitive(database.urls.owner)
}

async function exists(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  )
}

const STARTING_ATTEMPTS = 10
const LOOK_AGAIN_MS = 1000
// Usually another process brings the schema up to date at this moment: that is nothing to tell anybody.
const QUIET_MS = 2000
const LOOK_AGAIN_SOON_MS = 50

/**
 * Waits until the database is there and its schema is up to date. Logs the reason for the wait whenever it
 * changes.
 */
export async function waitForStore(store: Store, log: Logger, stopping: AbortSignal): Promise<void> {
  await waitUntil(() => checkReadiness(store), log, stopping)
}

/** Waits until the database answers, whatever its schema. Logs once that it does not. */
export async function waitForDatabase(url: Sensitive, log: Logger, stopping?: AbortSignal): Promise<void> {
  const store = await openStore(url, 1)
  try {
    await waitUntil(() => checkReachable(store), log, stopping)
  } finally {
    await store.close()
  }
}

async function waitUntil(
  check: () => Promise<Readiness>,
  log: Logger,
  stopping?: AbortSignal,
): Promise<void> {
  const beganAt = performance.now()
  let said: string | undefined
  for (;;) {
    const { ready, reason } = await check()
    if (ready) return
    const isSoon = performance.now() - beganAt < QUIET_MS
    if (!isSoon && reason !== said) {
      log.warn(`waiting: ${reason}`)
      if (said === undefined) announceWaiting()
      said = reason
    }
    await delay(isSoon ? LOOK_AGAIN_SOON_MS : LOOK_AGAIN_MS, undefined, stopping && { signal: stopping })
  }
}
