import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import type { WorkerMetrics } from '../../metrics/worker-metrics.ts'
import type { Reach } from '../reach.ts'
import type { ClaimedRun } from './claim.ts'
import { claimReachable } from './claim-reachable.ts'
import { findCancelled } from './heartbeat.ts'
import type { HotPool } from './hot-pool.ts'
import { releaseRun } from './release.ts'
import type { RunClaim, RunJob } from './run-job.ts'
import { unparkJobs } from './unpark.ts'

/** How many runs are worked on at once. */
export interface QueueLimits {
  /** In this process. */
  worker: number
  /** Of one workspace, in all processes: the others' runs do not wait behind its own. */
  workspace: number
}

export interface ClaimSignals {
  /** Aborts when this worker has lost the run. */
  lost: AbortSignal
  /** Aborts when somebody asks to cancel the run. */
  cancel: AbortSignal
  /** Told whether the run waits for its rows, which cannot be reached: it keeps no place from others meanwhile. */
  stranded(isStranded: boolean): void
}

export type HandleRun = (run: ClaimedRun, signals: ClaimSignals) => Promise<void>

interface DispatcherParts {
  pool: HotPool
  worker: string
  limits: QueueLimits
  handle: HandleRun
  /** Told of each run that begins. */
  began(run: RunJob): void
  log: Logger
  reach: Reach
  /** Whether rows of several workspaces are never locked by one statement. */
  isSplit?: boolean
  metrics?: Pick<WorkerMetrics, 'claimLost'> | undefined
  /** Whether runs may be taken now. */
  mayWork(): boolean
}

interface Active {
  run: ClaimedRun
  lost: AbortController
  cancel: AbortController
  isStranded: boolean
  done: Promise<void>
}

// Between two attempts while the database is away (milliseconds).
const PAUSE = 1000
// From the beginning of one fetch to that of the next (milliseconds): under load it gets more runs, and costs the same.
const APART = 3

const keyOf = ({ workspace, run }: RunJob): string => `${workspace}.${run}`

/** Fetches runs for all free places of a worker at once, and hands each to a place. */
export class Dispatcher {
  readonly #parts: DispatcherParts
  readonly #active = new Map<string, Active>()
  /** Claims that could not be given back, and whether the step that each has started is untouched. */
  readonly #unreleased = new Map<string, boolean>()
  readonly #stopping = new AbortController()
  /** The workspace that was served last: the next in turn comes first. */
  #after = ''
  /** Whether there may be runs to fetch: as soon as there is a place, or when a place of a full workspace is free. */
  readonly #rest: { isWanted: boolean; isCrowded: boolean } = { isWanted: false, isCrowded: false }
  /** How many places of each workspace were given back here since the last fetch. */
  #freed = new Map<string, number>()
  #looking: Promise<void> | undefined
  #isFailing = false
  /** When the last fetch began. */
  #began = Number.NEGATIVE_INFINITY
  /** Counts what was said of runs here: what came after a question began needs another one. */
  #said = 0
  #asking: Promise<void> | undefined
  /** Counts the fetches, whose answers may be on their way or lost. */
  #fetches = 0

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  /** Whether the last fetch failed. */
  get isFailing(): boolean {
    return this.#isFailing
  }

  /** Looks for runs, now or as soon as a place is free. */
  look(): void {
    this.#rest.isWanted = true
    if (this.#looking || this.#stopping.signal.aborted || this.#places() <= 0) return
    this.#looking = this.#lookOn().finally(() => {
      this.#looking = undefined
      // Asked for, or a place became free, after the last fetch.
      if (this.#rest.isWanted) this.look()
    })
  }

  /**
   * Somebody says that a run is to end. Every role that may connect to the database can say so: if the run is worked on
   * here, its row is asked, one question at a time however often it is said.
   */
  heard(key: string): void {
    if (!this.#active.has(key)) return
    this.#said++
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined
    })
  }

  /**
   * Compares what is worked on here with what the database says.
   *
   * @param report gives what this worker has, by the database.
   */
  async compare(report: () => Promise<RunClaim[]>): Promise<void> {
    const before = [...this.#active.values()]
    const fetches = this.#looking ? undefined : this.#fetches
    const held = await report()
    const claims = new Set(held.map(({ claim }) => claim))
    for (const { run, lost } of before) {
      if (claims.has(run.claim) || lost.signal.aborted) continue
      // One that has ended meanwhile is not lost.
      if (this.#active.has(keyOf(run))) this.#parts.metrics?.claimLost()
      lost.abort()
    }
    // The answer to a fetch can be lost on its way; nobody would ever work on what it gave.
    if (fetches === this.#fetches) {
      const known = new Set([...before, ...this.#active.values()].map(({ run }) => run.claim))
      // Those of a node that is away stay for the next time.
      for (const it of held)
        if (!known.has(it.claim))
          await this.#release(it, this.#unreleased.get(it.claim) ?? true).catch(() => undefined)
      for (const claim of this.#unreleased.keys()) if (!claims.has(claim)) this.#unreleased.delete(claim)
    }
    await this.#askWhatIsCancelled()
  }

  /** Takes no more, waits for what it has at most so long, and lets go of the rest. */
  async close(graceMs: number): Promise<void> {
    this.#stopping.abort()
    await this.#looking
    const all = () => Promise.allSettled([...this.#active.values()].map(({ done }) => done))
    const { log } = this.#parts
    const seconds = graceMs / 1000
    const setting = `LOCKSTEP_DRAIN_SECONDS is ${seconds}`
    if (this.#active.size > 0) log.info({ runs: this.#active.size }, `waits for its runs: ${setting}`)
    await atMost(all(), graceMs)
    if (this.#active.size > 0) {
      const end = 'a step that may not be repeated ends as INTERRUPTED'
      log.warn({ runs: this.#active.size }, `lets go of runs that take longer, and ${end}: ${setting}`)
    }
    for (const { lost } of this.#active.values()) lost.abort()
    await atMost(all(), PAUSE)
  }

  async #release(it: RunClaim, isUntouched: boolean): Promise<void> {
    // Until it is done: what was worked on here is told from a fetch whose answer was lost.
    this.#unreleased.set(it.claim, isUntouched)
    await releaseRun(this.#parts.pool, it, isUntouched)
    this.#unreleased.delete(it.claim)
  }

  async #askAll(): Promise<void> {
    for (let asked = 0; asked < this.#said; ) {
      asked = this.#said
      // The next heartbeat asks again.
      await this.#askWhatIsCancelled().catch(() => undefined)
    }
  }

  async #askWhatIsCancelled(): Promise<void> {
    const runs = [...this.#active.values()].map(({ run }) => run)
    if (runs.length === 0) return
    const { pool, reach } = this.#parts
    const found = await reach.all(
      async () => [...new Set(runs.map(({ workspace }) => workspace))],
      () => findCancelled(pool, runs),
      (workspace) =>
        findCancelled(
          pool,
          runs.filter((it) => it.workspace === workspace),
          workspace,
        ),
    )
    for (const it of found.flat()) this.#active.get(keyOf(it))?.cancel.abort(cancelled())
  }

  async #lookOn(): Promise<void> {
    const { pool, worker, limits, log, reach, isSplit = false } = this.#parts
    while (this.#rest.isWanted && !this.#stopping.signal.aborted) {
      const early = this.#began + APART - performance.now()
      if (early > 0 && this.#active.size > 1) await sleep(early)
      this.#began = performance.now()
      const places = this.#places()
      if (places <= 0) break
      this.#rest.isWanted = false
      this.#fetches++
      const freed = this.#freed
      this.#freed = new Map()
      const wasCrowded = this.#rest.isCrowded
      try {
        // After a failure they come back by themselves a little later.
        if (wasCrowded) await unparkJobs(pool, freed)
        const wanted = { ...limits, places, after: this.#after }
        const { runs, rest } = await claimReachable(pool, worker, reach, wanted, isSplit)
        this.#after = runs.at(-1)?.workspace ?? this.#after
        for (const run of runs) this.#begin(run)
        this.#rest.isCrowded = rest === 'crowded'
        this.#rest.isWanted ||= rest === 'again' || runs.length === places
        // What another worker has parked meanwhile may have the places that were free before it was.
        if (this.#rest.isCrowded) this.#free(wasCrowded ? [] : freed)
        this.#isFailing = false
      } catch (err) {
        if (!this.#isFailing) log.warn({ err }, 'runs could not be fetched, it will be tried again')
        this.#isFailing = true
        this.#rest.isWanted = true
        await sleep(PAUSE, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      }
    }
  }

  #free(places: Iterable<readonly [workspace: string, count: number]>): void {
    for (const [workspace, count] of places)
      this.#freed.set(workspace, (this.#freed.get(workspace) ?? 0) + count)
    this.#rest.isWanted ||= this.#rest.isCrowded && this.#freed.size > 0
  }

  #places(): number {
    const { limits, mayWork } = this.#parts
    const stranded = [...this.#active.values()].filter(({ isStranded }) => isStranded)
    return mayWork() ? limits.worker - this.#active.size + stranded.length : 0
  }

  #begin(run: ClaimedRun): void {
    const { handle, began } = this.#parts
    const [lost, cancel] = [new AbortController(), new AbortController()]
    if (run.cancelled) cancel.abort(cancelled())
    const active: Active = { run, lost, cancel, isStranded: false, done: Promise.resolve() }
    const stranded = (isStranded: boolean) => {
      active.isStranded = isStranded
    }
    const work = async () => {
      try {
        await handle(run, { lost: lost.signal, cancel: cancel.signal, stranded })
      } catch {
        // While the database is away the next heartbeat finds that nobody works on it.
        await this.#release(run, run.started !== null).catch(() => undefined)
      } finally {
        this.#active.delete(keyOf(run))
        this.#free([[run.workspace, 1]])
        if (this.#rest.isWanted) this.look()
      }
    }
    this.#active.set(keyOf(run), active)
    active.done = work()
    began(run)
  }
}

async function atMost(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const late = new AbortController()
  await Promise.race([work, sleep(milliseconds, undefined, { signal: late.signal }).catch(() => undefined)])
  late.abort()
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The run was cancelled.')
}
