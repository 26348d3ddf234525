import type { Logger } from '../../log.ts'
import { type Heartbeat, restClock, strikeClock } from './heartbeat.ts'
import type { HotPool } from './hot-pool.ts'

/** What is due every minute. What it throws is told in the log. */
export type EachMinute = (stopping: AbortSignal) => Promise<void>

// A stroke within the next heartbeats (milliseconds) is waited for, so that it comes with the minute.
const SOON = 7000
// How much later than the minute it is (milliseconds), for a timer may be early.
const MARGIN = 50

interface ClockParts {
  pool: HotPool
  worker: string
  log: Logger
  /** Whether what is due may be done now. */
  mayWork(): boolean
}

/** Strikes every full minute, by the database's clock, in one of the workers. */
export class Clock {
  readonly #pool: HotPool
  readonly #worker: string
  readonly #log: Logger
  readonly #mayWork: () => boolean
  readonly #stopping = new AbortController()
  #handle: EachMinute | undefined
  #busy: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor({ pool, worker, log, mayWork }: ClockParts) {
    this.#pool = pool
    this.#worker = worker
    this.#log = log
    this.#mayWork = mayWork
  }

  /** Calls `handle` now, whoever has struck this minute, and then whenever this worker is the one that strikes. */
  start(handle: EachMinute): void {
    this.#handle = handle
    if (!this.#mayWork()) return
    this.#busy = this.#work(async () => {
      await strikeClock(this.#pool, this.#worker)
      return true
    })
  }

  /** What the database says with each heartbeat. */
  hear({ isClockDue, minuteLeft }: Heartbeat): void {
    if (isClockDue) this.#strike()
    if (isClockDue || minuteLeft > SOON) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#strike(), minuteLeft + MARGIN)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#busy
  }

  /** A worker that is still at it leaves the stroke to others, and takes it later if there are none. */
  #strike(): void {
    if (this.#busy || !this.#handle || this.#stopping.signal.aborted || !this.#mayWork()) return
    this.#busy = this.#work(() => strikeClock(this.#pool, this.#worker))
  }

  async #work(isMine: () => Promise<boolean>): Promise<void> {
    try {
      if (!(await isMine())) return
      await this.#handle?.(this.#stopping.signal)
      await restClock(this.#pool, this.#worker)
    } catch (err) {
      this.#log.warn({ err }, 'what is due each minute could not be done, it will be tried again')
    } finally {
      this.#busy = undefined
    }
  }
}
