import type { Config } from '../config.ts'
import { createStoredLimit } from '../domain/index.ts'
import { currentKey, type SignedWorkspaceKey } from '../domain/workspace-keys.ts'
import { createEgress, type EgressOptions } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import { installConsoleCapture, startExecutor } from '../executor/index.ts'
import type { RootKeyKeeper } from '../keys/root-key-keeper.ts'
import type { Logger } from '../log.ts'
import { createLargeValues } from '../off-loop/large-values.ts'
import { createThreads, type Threads } from '../off-loop/threads.ts'
import { createResolver } from '../resolver/resolver.ts'
import type { Sensitive } from '../sensitive.ts'
import type { Registry } from '../steps/index.ts'
import { openQueue } from '../store/queue.ts'
import { openFileRows } from '../store/run-files.ts'
import { openCacheRows } from '../store/step-cache.ts'
import type { Store } from '../store/store.ts'
import { findSealedWorkspaceKey } from '../store/workspace-key.ts'
import { createOpener, type RootKey } from '../vault/opening.ts'
import { createSealer, type GeneralJwe } from '../vault/sealing.ts'
import { TimedCache } from '../vault/timed-cache.ts'
import { countedOpener } from './counted-opener.ts'
import type { Releasers } from './releasers.ts'
import type { WorkerInstruments } from './worker-instruments.ts'

// A replaced key is kept for an hour at least, so that what was sealed with it a moment later still opens.
const CURRENT_KEYS = { seconds: 5, max: 1000 }
const MIB = 1024 * 1024

/** What a worker has once its database answers and its root key is open. */
export interface WorkerParts {
  config: Config
  log: Logger
  store: Store
  undo: Releasers
  /** Of the database. */
  url: Sensitive
  network: Pick<EgressOptions, 'allow' | 'proxy'>
  registry: Registry
  instruments: WorkerInstruments
  /** False while the clock is wrong, or the instance is paused. */
  mayWork(): boolean
  rootKey: RootKey
  keeper: RootKeyKeeper
}

export type WorkerRuns = Awaited<ReturnType<typeof openRuns>>

/** Takes runs from now on. The queue is closed first when the worker ends, and waits for the runs that it has. */
export async function openRuns(parts: WorkerParts) {
  const { config, log, store, undo, network, registry, instruments, mayWork } = parts
  const threads = createThreads()
  const keys = openKeys(parts, threads)
  const maxResponseBytes = config.maxResponseMib * MIB
  const egress = createEgress({ ...network, maxResponseBytes, ...instruments.ofEgress })
  undo.add(() => egress.close())
  undo.add(installConsoleCapture())
  undo.add(() => threads.close())
  const queue = openQueue({
    url: config.directDatabaseUrl ?? parts.url,
    log,
    metrics: instruments.counts,
    mayWork,
    commits: config.synchronousCommit,
  })
  undo.add(() => queue.close(config.drainSeconds))
  const stored = createStoredLimit(store.read, config.limits.storedMib)
  const caches = { rows: openCacheRows(store), ...keys }
  const files = { ...keys, ...filesOf(config, store), mayStore: stored.check }
  const resolver = createResolver({ store, opener: keys.opener })
  await startExecutor(
    { caches, files, resolver, egress, registry, ...keys, log, threads, ...instruments.ofExecutor },
    queue,
    { worker: config.workerConcurrency, workspace: config.workspaceConcurrency },
  )
  return { ...keys, queue, egress, stored }
}

function filesOf({ fileMaxMib, runFilesMaxMib }: Config, store: Store) {
  return { rows: openFileRows(store), limits: { file: fileMaxMib * MIB, run: runFilesMaxMib * MIB } }
}

function openKeys({ store, rootKey, keeper, instruments }: WorkerParts, threads: Threads) {
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
  return { opener: countedOpener(opener, instruments.counts), sealer }
}
