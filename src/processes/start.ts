import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type Config, withDatabase, withKeySecrets, withoutKeyPlaces } from '../config.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { packageFiles } from '../package-files.ts'
import { Sensitive } from '../sensitive.ts'
import { SUPERVISED, type Supervisor, superviseProcesses } from '../supervisor.ts'
import { clusterFolder } from './cluster-folder.ts'
import { confineApi } from './confine-api.ts'
import { answerAbout } from './parent-plugins.ts'
import { openPlugins, PLUGIN_IDLE_MS, type Plugins, pluginNames } from './plugins.ts'
import { Releasers } from './releasers.ts'

// How long a worker may take, once the API answers, to notice that the schema is there.
const WORKER_LOOKS_AGAIN_MS = 10_000

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
    const addresses = await prepareDatabase(config, log, undo, stopping)
    const [api, worker] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const supervisor = superviseInstance(config, addresses, log, (role) =>
      (role === 'api' ? api : worker).resolve(),
    )
    undo.add(() => supervisor.stop())
    // The API is ready before the first worker has made the root key, and nothing could be stored until then. A worker
    // that waited for the schema looks for it again a moment later.
    const taken = api.promise.then(() =>
      Promise.race([worker.promise, delay(WORKER_LOOKS_AGAIN_MS, undefined, { ref: false })]),
    )
    void Promise.all([taken, supervisor.started]).then(onReady)
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
): Promise<Addresses> {
  const addresses = config.databaseUrl
    ? given(config, config.databaseUrl)
    : await runDatabase(config, log, undo)
  stopping?.throwIfAborted()
  undo.add(startMigration(log))
  return addresses
}

/** How the processes of an instance reach its database, each as a role of its own if there is one. */
export interface Addresses {
  api: Sensitive
  worker: Sensitive
  /** Whether the database is ours to run. */
  embedded: boolean
}

const given = (config: Config, url: Sensitive): Addresses => ({
  api: config.apiDatabaseUrl ?? url,
  worker: config.workerDatabaseUrl ?? url,
  embedded: false,
})

/** @returns what ends the migration, and waits for its end. */
function startMigration(log: Logger): () => Promise<void> {
  const args = [...process.execArgv, packageFiles.main, 'migrate', '--wait', SUPERVISED]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    windowsHide: true,
  })
  let reason: string | undefined
  child.on('message', (message: { reason?: string }) => {
    reason = message.reason
  })
  // Its channel has given its last message then.
  const ended = once(child, 'close').then(([code]) => {
    // Without its schema, the processes wait and say why.
    if (code) log.error({ code, reason }, 'the database could not be migrated')
  })
  ended.catch((err: unknown) => log.error({ err }, 'the database could not be migrated'))
  return async () => {
    child.kill('SIGTERM')
    await ended.catch(() => undefined)
  }
}

/**
 * Runs a worker and the API, each in its own process. Only the worker gets what opens the root key. The API gets nothing
 * that leads there, and Node lets it read code alone.
 */
export function superviseInstance(
  config: Config,
  { api, worker, embedded }: Addresses,
  log: Logger,
  onReady: (role: string) => unknown = () => undefined,
): Supervisor {
  // Without DATABASE_URL a process knows that the database is that of the data folder.
  const named = <T extends string>(name: T) => (embedded ? name : 'DATABASE_URL')
  const plugins = pluginNames(config).length > 0 ? pluginsForApi(config, log) : undefined
  const processes = [
    {
      role: 'worker',
      args: [...process.execArgv, packageFiles.main, 'worker', SUPERVISED],
      env: withDatabase(withKeySecrets(process.env, config), named('LOCKSTEP_WORKER_DATABASE_URL'), worker),
    },
    {
      role: 'api',
      args: [...process.execArgv, ...confineApi(config, api), packageFiles.main, 'api', SUPERVISED],
      env: withDatabase(withoutKeyPlaces(process.env), named('LOCKSTEP_API_DATABASE_URL'), api),
      ...(plugins && { answer: plugins.answer }),
    },
  ]
  const supervisor = superviseProcesses({ processes, log, onReady, drainSeconds: config.drainSeconds })
  const stop = async () => void (await Promise.all([supervisor.stop(), plugins?.close()]))
  return { ...supervisor, stop }
}

/** The processes of plugins that the API asks, which may start none itself. */
function pluginsForApi(config: Config, log: Logger) {
  let opened: Plugins | undefined
  const open = () => {
    opened ??= openPlugins(config, log, PLUGIN_IDLE_MS)
    return opened
  }
  return { answer: answerAbout(open), close: async () => opened?.close() }
}

async function runDatabase(config: Config, log: Logger, undo: Releasers): Promise<Addresses> {
  if (config.apiDatabaseUrl || config.workerDatabaseUrl) {
    const advice = 'Set DATABASE_URL to the address of the same database as its owner, which migrates.'
    const names = 'LOCKSTEP_API_DATABASE_URL or LOCKSTEP_WORKER_DATABASE_URL'
    throw new AppError('INVALID_CONFIG', `${names} is set, and DATABASE_URL is not. ${advice}`)
  }
  const database = await startEmbeddedPostgres({ folder: clusterFolder(config), log })
  undo.add(() => database.stop())
  void database.lost.then(() => log.error('the embedded database ended and could not be brought back'))
  const { api, worker } = database.urls
  return { api: new Sensitive(api), worker: new Sensitive(worker), embedded: true }
}
