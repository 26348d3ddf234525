import { randomUUID } from 'node:crypto'
import type { SynchronousCommit } from '../config.ts'
import type { Logger } from '../log.ts'
import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import type { Sensitive } from '../sensitive.ts'
import { isDistributed } from './distributed.ts'
import { listen } from './listen.ts'
import type { PoolUse } from './pool.ts'
import { Reach } from './reach.ts'
import { Clock, type EachMinute } from './runs/clock.ts'
import { Dispatcher, type HandleRun, type QueueLimits } from './runs/dispatcher.ts'
import { type EnqueuedRun, enqueueRunIn, JOB_CHANNEL, wakeRun } from './runs/enqueue.ts'
import { Heart } from './runs/heart.ts'
import { DEAD_AFTER_SECONDS, removeRunWorker } from './runs/heartbeat.ts'
import { createHookChecks, DOOR_CHANNEL, type HookChecks } from './runs/hook-checks.ts'
import { openHotPool } from './runs/hot-pool.ts'
import { findReachableLostRuns, type LostPlaces } from './runs/lost.ts'
import type { RunJob } from './runs/run-job.ts'
import { createRunWrites, type RunWrites } from './runs/run-writes.ts'
import { createProgress } from './runs/tell-progress.ts'
import type { Tx } from './store.ts'

export type { HandleRun, QueueLimits, RunJob }

/** What adds runs and wakes them, in the caller's transaction. */
export interface RunProducer {
  /** Adds a run with its job and its audit event. @returns whether it was added. */
  enqueue(tx: Tx, run: EnqueuedRun): Promise<boolean>
  /** Hands a job that waits out now, even when its workspace has all the places it may have, or ends its run. */
  wake(tx: Tx, job: RunJob): Promise<void>
}

export const runProducer: RunProducer = { enqueue: enqueueRunIn, wake: wakeRun }

export interface RunQueue extends RunProducer {
  /** What a run writes on its way. */
  readonly writes: RunWrites
  /** Requests at the doors of webhooks. */
  readonly hookChecks: HookChecks
  /**
   * Hands runs to `handle` until {@link RunQueue.close}. A run whose worker died, or whose `handle` threw,
   * is handed out again, until it has been given up after many attempts.
   *
   * @param knock called when a request may wait at the door of a webhook.
   * @throws when the database is away.
   */
  work(limits: QueueLimits, handle: HandleRun, knock?: () => void): Promise<void>
  /** Calls `handle` now and every minute, in one of the workers that ask for it, until {@link RunQueue.close}. */
  everyMinute(handle: EachMinute): void
  /** Runs that no job would ever execute: the given up ones, and a part of the others. The next call has the next part. */
  findLost(): Promise<RunJob[]>
  /** How its connections are used. */
  poolUse(): PoolUse
  /** Why it takes no runs, or takes them late, in words; `undefined` when all is well. */
  fault(): string | undefined
  /** Waits for the runs that it works on, at most so long, and lets go of the rest. */
  close(graceSeconds?: number): Promise<void>
}

/** What is counted of a worker's claims and reports. */
export type ClaimMetrics = Pick<WorkerMetrics, 'claimLost' | 'claimsFreed' | 'heartbeatFailed'>

// How often a worker looks for runs by itself (milliseconds): a run whose time has come notifies nobody.
const LOOK_MS = 2000
/** How much earlier than asked a postponed run is handed out at most, and how much later (seconds). */
export const LOOK_SECONDS = LOOK_MS / 1000

interface QueueParts {
  url: Sensitive
  log: Logger
  metrics?: ClaimMetrics
  /** What a commit waits for. */
  commits?: SynchronousCommit | undefined
  /** Whether runs may be taken and the clock may strike now; always, unless told. */
  mayWork?: () => boolean
}

/** The queue of a worker: it holds a few connections of its own, and one that listens. */
export function openQueue({ url, log, metrics, commits, mayWork = () => true }: QueueParts): RunQueue {
  const worker = randomUUID()
  const pool = openHotPool(url, commits)
  const reach = new Reach(log)
  const lostPlaces: LostPlaces = new Map()
  const progress = createProgress(pool, log)
  const heart = new Heart(pool, worker, log, metrics)
  const clock = new Clock({ pool, worker, log, mayWork })
  let dispatcher: Dispatcher | undefined
  let timer: NodeJS.Timeout | undefined
  let stopListening: (() => Promise<void>) | undefined
  let isListening = false
  let isSplit = false

  const beat = async () => {
    let freed = 0
    await dispatcher?.compare(async () => {
      const report = await heart.report()
      clock.hear(report)
      freed = report.freed
      return report.held
    })
    if (freed === 0) return
    metrics?.claimsFreed(freed)
    dispatcher?.look()
  }
  const close = async (graceSeconds = 20) => {
    clearInterval(timer)
    await Promise.all([clock.stop(), stopListening?.(), dispatcher?.close(graceSeconds * 1000)])
    await heart.stop()
    progress.close()
    await removeRunWorker(pool, worker).catch((err) =>
      log.warn({ err }, 'others find out later that the worker ended'),
    )
    await pool.close()
  }
  return {
    ...runProducer,
    writes: createRunWrites(pool, progress, () => isSplit),
    hookChecks: createHookChecks(pool),
    async work(limits, handle, knock = () => undefined) {
      isSplit = await isDistributed(pool)
      const shared = { pool, worker, log, reach, isSplit, metrics, mayWork }
      const next = new Dispatcher({ ...shared, limits, handle, began: progress.changed })
      dispatcher = next
      await beat()
      heart.start(beat)
      const heard = (run: string) => {
        next.heard(run)
        next.look()
      }
      const listening = () => {
        isListening = true
        next.look()
        knock()
      }
      const deaf = () => {
        isListening = false
      }
      stopListening = listen(url, { [JOB_CHANNEL]: heard, [DOOR_CHANNEL]: knock }, log, listening, deaf)
      timer = setInterval(() => next.look(), LOOK_MS)
      next.look()
    },
    everyMinute: (handle) => clock.start(handle),
    findLost: () => findReachableLostRuns(pool, reach, lostPlaces),
    poolUse: () => pool.use(),
    fault() {
      if (heart.silentFor() > DEAD_AFTER_SECONDS * 1000) return 'the worker cannot report that it lives'
      if (dispatcher?.isFailing) return 'the worker cannot fetch runs'
      return isListening ? undefined : 'the worker does not hear of new runs: its LISTEN connection is down'
    },
    close,
  }
}
