import type { Config } from '../config.ts'
import { parseEgressAllow, parseProxySettings } from '../egress/index.ts'
import { openRootKey } from '../keys/root-key.ts'
import { keepRootKey } from '../keys/root-key-keeper.ts'
import type { Logger } from '../log.ts'
import type { Health } from '../server/health.ts'
import { startHttpServer } from '../server/http-server.ts'
import { ClockWatch } from '../store/clock-watch.ts'
import { notePause } from '../store/pause.ts'
import { PauseWatch } from '../store/pause-watch.ts'
import type { RunQueue } from '../store/queue.ts'
import { databaseChecks } from '../store/readiness.ts'
import { openStore, type Store } from '../store/store.ts'
import type { RunningProcess } from './api.ts'
import { embeddedFolder } from './cluster-folder.ts'
import { databaseUrl, waitForStore } from './database.ts'
import { watchReadiness } from './readiness-watch.ts'
import { refuseToListen } from './refuse-to-listen.ts'
import { Releasers } from './releasers.ts'
import { loadConfiguredStepTypes } from './step-types.ts'
import { startCompanions, startHousekeeping } from './worker-housekeeping.ts'
import { openWorkerInstruments, type WorkerInstruments } from './worker-instruments.ts'
import { openRuns } from './worker-runs.ts'

/**
 * The worker process: the only one that opens values. It is alive at once and ready once it takes runs.
 *
 * @param stopping ends a start that waits for the database; it then throws the signal's reason.
 * @throws AppError INVALID_CONFIG, INVALID_STEP_TYPE, KEY_MISMATCH
 */
export async function startWorker(
  config: Config,
  log: Logger,
  stopping = new AbortController().signal,
): Promise<RunningProcess> {
  const undo = new Releasers()
  try {
    const { port, lost } = await openWorker(config, log, undo, stopping)
    return { port, ready: Promise.resolve(), lost, stop: () => undo.release() }
  } catch (error) {
    await undo.release()
    throw error
  }
}

async function openWorker(
  config: Config,
  log: Logger,
  undo: Releasers,
  stopping: AbortSignal,
): Promise<{ port: number; lost: Promise<never> }> {
  const network = {
    allow: parseEgressAllow(config.egressAllow),
    proxy: parseProxySettings(config.proxy ?? {}),
  }
  const { registry, close } = await loadConfiguredStepTypes(config, log, process.env)
  undo.add(close)
  const url = await databaseUrl(config, 'worker')
  const store = await openStore(url, undefined, { commits: config.synchronousCommit })
  undo.add(() => store.close())

  const work: Work = {}
  const { clock, pause, check } = await watchWork({ config, log, store, undo, work })
  const instruments = await openWorkerInstruments(config, log)
  undo.add(() => instruments.close())
  const port = await listen({ config, log, undo, check, instruments })

  await waitForStore(store, log, stopping)
  await clock.start()
  undo.add(() => clock.stop())
  await pause.start()
  undo.add(() => pause.stop())
  const mayWork = () => clock.problem() === undefined && pause.problem() === undefined
  const rootKey = await openRootKey(store, config, log)
  const keeper = await keepRootKey({ store, config, log, skewSeconds: () => clock.skewSeconds }, rootKey)
  undo.add(() => keeper.stop())

  const parts = { config, log, store, undo, url, network, registry, instruments, mayWork, rootKey, keeper }
  const runs = await openRuns(parts)
  instruments.read({ store, check, pools: () => ({ runs: runs.queue.poolUse() }) })
  startHousekeeping(parts, runs)
  await startCompanions(parts, runs)
  work.queue = runs.queue
  undo.add(() => delete work.queue)
  const began = mayWork() ? 'worker takes runs' : 'worker started, and takes no runs yet'
  log.info({ port, fingerprint: rootKey.certificate.fingerprint }, began)
  return { port, lost: keeper.lost }
}

/** `queue` is set while the worker takes runs, with the keys open. */
interface Work {
  queue?: RunQueue
}

interface WatchParts {
  config: Config
  log: Logger
  store: Store
  undo: Releasers
  work: Work
}

/** What says whether this worker may begin a run: the clock and the pause, which the caller starts, and the readiness. */
async function watchWork({ config, log, store, undo, work }: WatchParts) {
  const clock = new ClockWatch(store, log)
  const folder = await embeddedFolder(config)
  const pause = new PauseWatch(() => notePause(store, folder), log)
  const clocks = { name: 'clock', find: async () => clock.problem() }
  const runs = {
    name: 'runs',
    find: async () => (work.queue ? work.queue.fault() : 'the worker is starting, or stopping'),
  }
  const watch = watchReadiness({
    store,
    checks: [...databaseChecks, clocks, runs],
    log,
    paused: () => pause.problem(),
  })
  undo.add(() => watch.close())
  return { clock, pause, check: watch.check }
}

interface DoorParts {
  config: Config
  log: Logger
  undo: Releasers
  check(): Promise<Health>
  instruments: WorkerInstruments
}

/** @returns the port. */
async function listen({ config, log, undo, check, instruments: { metrics } }: DoorParts): Promise<number> {
  const { accessLog, metricsToken, host, workerPort } = config
  const parts = { check, metrics, metricsToken, log, accessLog }
  const server = await startHttpServer(parts, host, workerPort).catch(
    refuseToListen('LOCKSTEP_WORKER_PORT', host, workerPort),
  )
  undo.add(() => server.close())
  return server.port
}
