import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Config, withKeySecrets } from '../config.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts'
import type { Logger } from '../log.ts'
import { type Supervisor, superviseProcesses } from '../supervisor.ts'
import { clusterFolder } from './cluster-folder.ts'
import { Releasers } from './releasers.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface RunningInstance {
  /** Resolves with the exit code when nothing is left to run. */
  ended: Promise<number>
  stop(): Promise<void>
  /** Ends the worker and the API at once: {@link stop} then waits for the database alone. */
  kill(): void
}

/**
 * A whole instance on one machine: the database unless DATABASE_URL names one, a worker and the API.
 *
 * @param onReady called once, when the API answers and the worker takes runs, has ended or is late.
 * @param stopping ends a start that is under way; it then throws the signal's reason.
 */
export async function startInstance(
  config: Config,
  log: Logger,
  onReady: () => void = () => undefined,
  stopping?: AbortSignal,
): Promise<RunningInstance> {
  const undo = new Releasers()
  try {
    await prepareDatabase(config, log, undo, stopping)
    const ready = Promise.withResolvers<void>()
    const supervisor = superviseInstance(config, log, (role) => role === 'api' && ready.resolve())
    undo.add(() => supervisor.stop())
    // The API is ready before the first worker has made the root key, and nothing could be stored until then.
    void Promise.all([ready.promise, supervisor.started]).then(onReady)
    return { ended: supervisor.ended, stop: () => undo.release(), kill: supervisor.kill }
  } catch (error) {
    await undo.release()
    throw error
  }
}

/**
 * The database, if it is ours to run, and its schema. A process of its own brings the schema up to date, so that this
 * one, which only watches the others, stays small. API and worker start meanwhile and wait for it.
 */
export async function prepareDatabase(
  config: Config,
  log: Logger,
  undo: Releasers,
  stopping?: AbortSignal,
): Promise<void> {
  if (!config.databaseUrl) await runDatabase(config, log, undo)
  stopping?.throwIfAborted()
  undo.add(startMigration(log))
}

/** @returns what ends the migration, and waits for its end. */
function startMigration(log: Logger): () => Promise<void> {
  const args = [...process.execArgv, main, 'migrate', '--wait']
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    windowsHide: true,
  })
  const ended = once(child, 'exit').then(([code]) => {
    // Without its schema, the processes wait and say why.
    if (code) log.error({ code }, 'the database could not be migrated')
  })
  ended.catch((err: unknown) => log.error({ err }, 'the database could not be migrated'))
  return async () => {
    child.kill('SIGTERM')
    await ended.catch(() => undefined)
  }
}

/** Runs a worker and the API, each in its own process. Only the worker gets what opens the root key. */
export function superviseInstance(
  config: Config,
  log: Logger,
  onReady: (role: string) => unknown = () => undefined,
): Supervisor {
  const processes = [
    {
      role: 'worker',
      args: [...process.execArgv, main, 'worker'],
      env: withKeySecrets(process.env, config),
    },
    { role: 'api', args: [...process.execArgv, main, 'api'] },
  ]
  return superviseProcesses({ processes, log, onReady, drainSeconds: config.drainSeconds })
}

async function runDatabase(config: Config, log: Logger, undo: Releasers): Promise<void> {
  const database = await startEmbeddedPostgres({ folder: clusterFolder(config), log })
  undo.add(() => database.stop())
  void database.lost.then(() => log.error('the embedded database ended and could not be brought back'))
}
