import type { Logger } from '../../log.ts'
import { isOutage } from '../outage.ts'
import { DEAD_AFTER_SECONDS, type Heartbeat, reportHeartbeat } from './heartbeat.ts'
import type { HotPool } from './hot-pool.ts'

/** How often a worker reports (milliseconds). Two reports that do not arrive are no death yet. */
const BEAT_MS = 3000
// A report that took longer (milliseconds) has waited for a database that did not answer.
const SLOW = 3000

/**
 * Reports that a worker lives, and judges others.
 *
 * While the database is away nobody's heartbeat arrives, and whoever looks at them right afterwards would take every
 * living worker for dead and end its steps as interrupted. So a process judges others only once it has had the
 * database for a whole heartbeat without a break.
 */
export class Heart {
  readonly #pool: HotPool
  readonly #worker: string
  readonly #log: Logger
  #since = performance.now()
  #timer: NodeJS.Timeout | undefined
  #last: Promise<void> = Promise.resolve()
  #isFailing = false
  #reportedAt = performance.now()

  constructor(pool: HotPool, worker: string, log: Logger) {
    this.#pool = pool
    this.#worker = worker
    this.#log = log
  }

  async report(): Promise<Heartbeat> {
    const from = performance.now()
    try {
      const beat = await reportHeartbeat(
        this.#pool,
        this.#worker,
        from - this.#since >= DEAD_AFTER_SECONDS * 1000,
      )
      this.#reportedAt = performance.now()
      if (performance.now() - from > SLOW) this.#since = performance.now()
      return beat
    } catch (error) {
      if (isOutage(error)) this.#since = performance.now()
      throw error
    }
  }

  /** How long ago the last report arrived (milliseconds). */
  silentFor(): number {
    return performance.now() - this.#reportedAt
  }

  /** Does `work`, which reports, again and again. */
  start(work: () => Promise<void>): void {
    const beat = async () => {
      try {
        await work()
        this.#isFailing = false
      } catch (err) {
        if (!this.#isFailing)
          this.#log.warn({ err }, 'the worker cannot report that it lives, it goes on trying')
        this.#isFailing = true
      }
    }
    const next = () => {
      this.#timer = setTimeout(() => {
        this.#last = beat().then(() => void (this.#timer && next()))
      }, BEAT_MS)
    }
    next()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#last
  }
}
