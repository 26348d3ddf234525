import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Config, withKeySecrets } from '../config.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts'
import type { Logger } from '../log.ts'
import { Sensitive } from '../sensitive.ts'
import { migrate } from '../store/migrate.ts'
import { type Supervisor, superviseProcesses } from '../supervisor.ts'
import { clusterFolder, waitForDatabase } from './database.ts'
import { Releasers } from './releasers.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

// If the database has not been migrated by then, the processes start without it.
const PATIENCE_MS = 5000

export interface RunningInstance {
  /** Resolves with the exit code when nothing is left to run. */
  ended: Promise<number>
  stop(): Promise<void>
}

/**
 * A whole instance on one machine: the database unless DATABASE_URL names one, a worker and the API.
 *
 * @param stopping ends a start that is under way; the start then throws the signal's reason.
 */
export async function startInstance(
  config: Config,
  log: Logger,
  onReady: (role: string) => void = () => undefined,
  stopping?: AbortSignal,
): Promise<RunningInstance> {
  const undo = new Releasers()
  try {
    await prepareDatabase(config, log, undo, stopping)
    const supervisor = superviseInstance(config, log, onReady)
    undo.add(() => supervisor.stop())
    return { ended: supervisor.ended, stop: () => undo.release() }
  } catch (error) {
    await undo.release()
    throw error
  }
}

/**
 * The migrated database. If it cannot be reached yet, this waits for a moment, and then continues in the
 * background.
 */
export async function prepareDatabase(
  config: Config,
  log: Logger,
  undo: Releasers,
  stopping?: AbortSignal,
): Promise<void> {
  const ending = new AbortController()
  const url = config.databaseUrl ?? (await openDatabase(config, log, undo))
  stopping?.throwIfAborted()
  // An embedded database is ready here. For any other, the processes report themselves that they wait for it.
  const migrated = migrateWhenReachable(
    url,
    log,
    AbortSignal.any([ending.signal, ...(stopping ? [stopping] : [])]),
  )
  undo.add(() => migrated)
  undo.add(() => ending.abort())
  await Promise.race([migrated, delay(PATIENCE_MS, undefined, { ref: false })])
  stopping?.throwIfAborted()
}

/** Runs a worker and the API, each in its own process. Only the worker gets what opens the root key. */
export function superviseInstance(
  config: Config,
  log: Logger,
  onReady: (role: string) => void = () => undefined,
): Supervisor {
  const processes = [
    {
      role: 'worker',
      args: [...process.execArgv, main, 'worker'],
      env: withKeySecrets(process.env, config),
    },
    { role: 'api', args: [...process.execArgv, main, 'api'] },
  ]
  return superviseProcesses({ processes, log, onReady })
}

async function migrateWhenReachable(url: Sensitive, log: Logger, stopping: AbortSignal): Promise<void> {
  try {
    await waitForDatabase(url, log, stopping)
    await migrate(url, log)
  } catch (err) {
    // Without the schema, the processes wait and say why.
    if (!stopping.aborted) log.error({ err }, 'the database could not be migrated')
  }
}

async function openDatabase(config: Config, log: Logger, undo: Releasers): Promise<Sensitive> {
  const database = await startEmbeddedPostgres({ folder: clusterFolder(config), log })
  undo.add(() => database.stop())
  void database.lost.then(() => log.error('the embedded database ended and could not be brought back'))
  return new Sensitive(database.url)
}
