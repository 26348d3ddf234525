import { startAlerts } from '../alerts/send-alerts.ts'
import { cutChains } from '../audit/checkpoints.ts'
import { startAuditKeeper } from '../audit/keeper.ts'
import type { Config } from '../config.ts'
import { createScheduler, createStoredLimit } from '../domain/index.ts'
import { currentKey, type SignedWorkspaceKey } from '../domain/workspace-keys.ts'
import { createEgress, parseEgressAllow, parseProxySettings } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import {
  endLostRuns,
  installConsoleCapture,
  startExecutor,
  startRetention,
  startStorageMeter,
} from '../executor/index.ts'
import { createPolicySealer } from '../keys/policy-sealer.ts'
import { openRootKey } from '../keys/root-key.ts'
import { keepRootKey, type RootKeyKeeper } from '../keys/root-key-keeper.ts'
import type { Logger } from '../log.ts'
import { openMailer } from '../mail/mailer.ts'
import { createLargeValues } from '../off-loop/large-values.ts'
import { createThreads, type Threads } from '../off-loop/threads.ts'
import { createResolver } from '../resolver/resolver.ts'
import { startHttpServer } from '../server/http-server.ts'
import { ClockWatch } from '../store/clock-watch.ts'
import { notePause } from '../store/pause.ts'
import { PauseWatch } from '../store/pause-watch.ts'
import { purgeWorkspaces } from '../store/purge-workspaces.ts'
import { openQueue, type RunQueue } from '../store/queue.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import { databaseChecks } from '../store/readiness.ts'
import { openFileRows } from '../store/run-files.ts'
import { openCacheRows, pruneStepCache } from '../store/step-cache.ts'
import { openStore, type Store } from '../store/store.ts'
import { findSealedWorkspaceKey } from '../store/workspace-key.ts'
import { createOpener, type RootKey } from '../vault/opening.ts'
import { createSealer, type GeneralJwe } from '../vault/sealing.ts'
import { TimedCache } from '../vault/timed-cache.ts'
import type { RunningProcess } from './api.ts'
import { openAuditStream, withoutSecrets } from './audit-stream.ts'
import { embeddedFolder } from './cluster-folder.ts'
import { countedOpener } from './counted-opener.ts'
import { databaseUrl, waitForStore } from './database.ts'
import { watchReadiness } from './readiness-watch.ts'
import { refuseToListen } from './refuse-to-listen.ts'
import { Releasers } from './releasers.ts'
import { loadConfiguredStepTypes } from './step-types.ts'
import { openWorkerInstruments } from './worker-instruments.ts'

// A replaced key is kept for an hour at least, so that what was sealed with it a moment later still opens.
const CURRENT_KEYS = { seconds: 5, max: 1000 }

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
  const allow = parseEgressAllow(config.egressAllow)
  const proxy = parseProxySettings(config.proxy ?? {})
  const stepTypes = await loadConfiguredStepTypes(config, log, process.env)
  undo.add(stepTypes.close)
  const { registry } = stepTypes
  const url = await databaseUrl(config, 'worker')
  const store = await openStore(url, undefined, { commits: config.synchronousCommit })
  undo.add(() => store.close())

  const clock = new ClockWatch(store, log)
  const folder = await embeddedFolder(config)
  const pause = new PauseWatch(() => notePause(store, folder), log)
  const clocks = { name: 'clock', find: async () => clock.problem() }
  // Set while it takes runs, with the keys open.
  const work: { queue?: RunQueue } = {}
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
  const { check } = watch
  const instruments = await openWorkerInstruments(config, log)
  undo.add(() => instruments.close())
  const { metrics, counts } = instruments
  const { accessLog, metricsToken } = config
  const parts = { check, metrics, metricsToken, log, accessLog }
  const server = await startHttpServer(parts, config.host, config.workerPort).catch(
    refuseToListen('LOCKSTEP_WORKER_PORT', config.host, config.workerPort),
  )
  undo.add(() => server.close())

  await waitForStore(store, log, stopping)
  await clock.start()
  undo.add(() => clock.stop())
  await pause.start()
  undo.add(() => pause.stop())
  const mayWork = () => clock.problem() === undefined && pause.problem() === undefined
  const rootKey = await openRootKey(store, config, log)
  const keeper = await keepRootKey({ store, config, log, skewSeconds: () => clock.skewSeconds }, rootKey)
  undo.add(() => keeper.stop())
  const threads = createThreads()
  const { opener, sealer } = openKeys(store, rootKey, keeper, threads)
  const keys = { opener: countedOpener(opener, counts), sealer }
  const maxResponseBytes = config.maxResponseMib * 1024 * 1024
  const egress = createEgress({ allow, proxy, maxResponseBytes, ...instruments.ofEgress })
  undo.add(() => egress.close())
  undo.add(installConsoleCapture())
  undo.add(() => threads.close())
  const queue = openQueue({
    url: config.directDatabaseUrl ?? url,
    log,
    metrics: counts,
    mayWork,
    commits: config.synchronousCommit,
  })
  undo.add(() => queue.close(config.drainSeconds))
  instruments.read({ store, check, pools: () => ({ runs: queue.poolUse() }) })
  const resolver = createResolver({ store, opener: keys.opener })
  const limits = { worker: config.workerConcurrency, workspace: config.workspaceConcurrency }
  const watched = instruments.ofExecutor
  const caches = { rows: openCacheRows(store), ...keys }
  const stored = createStoredLimit(store.read, config.limits.storedMib)
  const files = { ...keys, ...filesOf(config, store), mayStore: stored.check }
  await startExecutor(
    { caches, files, resolver, egress, registry, ...keys, log, threads, ...watched },
    queue,
    limits,
  )
  const { scheduleStarted: started } = counts
  const scheduler = createScheduler({
    store,
    sealer,
    queue,
    registry,
    log,
    queuedRuns: config.limits.queuedRuns,
    stored,
    started,
  })
  const policies = createPolicySealer({ store, opener: keys.opener, isVouched: keeper.isVouched, log })
  const cacheReach = new Reach(log)
  queue.everyMinute(async (stopping) => {
    await scheduler.startDue(stopping)
    await endLostRuns({ store, queue, log, metrics: counts }, stopping)
    await policies.sealChanged(stopping)
    await queue.hookChecks.prune()
    await cacheReach.all(
      () => listWorkspaces(store.em()),
      () => pruneStepCache(store),
      (workspace) => pruneStepCache(store, workspace),
    )
    const gone = await purgeWorkspaces(store, stopping)
    if (gone > 0) log.info({ workspaces: gone }, 'deleted workspaces removed, with their keys')
  })
  const retention = { runDays: config.runRetentionDays, auditDays: config.auditRetentionDays }
  const signing = { store, log, signer: keeper.signer, known: new Map() }
  const cutAudit = (days: number) => cutChains(signing, days)
  undo.add(startRetention({ store, log, mayWork, cutAudit }, retention))
  undo.add(startAuditKeeper(signing))
  undo.add(startStorageMeter({ store, log }))
  const mailer = config.signIn.mail && (await openMailer(config.signIn.mail, log))
  undo.add(() => mailer?.close())
  const http = (workspace: string, signal: AbortSignal) => egress.forStep(withoutSecrets(workspace, signal))
  undo.add(startAlerts({ store, log, mailer, http, publicUrl: config.publicUrl, mayWork }))
  const stream = await openAuditStream({ config, store, log, egress, mayWork })
  if (stream) undo.add(stream)
  work.queue = queue
  undo.add(() => delete work.queue)
  const began = mayWork() ? 'worker takes runs' : 'worker started, and takes no runs yet'
  log.info({ port: server.port, fingerprint: rootKey.certificate.fingerprint }, began)
  return { port: server.port, lost: keeper.lost }
}

const MIB = 1024 * 1024

function filesOf({ fileMaxMib, runFilesMaxMib }: Config, store: Store) {
  return { rows: openFileRows(store), limits: { file: fileMaxMib * MIB, run: runFilesMaxMib * MIB } }
}

function openKeys(store: Store, rootKey: RootKey, keeper: RootKeyKeeper, threads: Threads) {
  const large = createLargeValues(threads)
  const opener = createOpener({
    rootKey,
    renewRootKey: () => keeper.renew(),
    rootFingerprint: () => keeper.fingerprint,
    decrypt: large.decrypt,
    // The vault checks the form of what the database holds.
    workspaceKey: async (workspace, kid) =>
      (await findSealedWorkspaceKey(store, workspace, kid)) as GeneralJwe | undefined,
  })
  const current = new TimedCache<SignedWorkspaceKey>(CURRENT_KEYS)
  // Stops a key that was written into the database from sealing what runs give back.
  const readKey = async (workspace: string) => {
    const known = current.get(workspace)
    if (known) return known
    const key = await currentKey(store.em(), workspace, keeper.isVouched).catch((error: unknown) => {
      throw error instanceof AppError ? new AppError('SECRET_UNREADABLE', error.message) : error
    })
    current.set(workspace, key)
    return key
  }
  const sealer = createSealer({ currentKey: readKey }, large.seal)
  return { opener, sealer }
}
