import { AppError } from '../errors.ts'
import type { Ending } from './ending.ts'

/** The longest time that a timer takes; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1

export interface DeadlineOptions {
  /** Aborting one of them aborts the deadline, with its reason if that is an AppError, else with CANCELLED. */
  parents: readonly Ending[]
  /** Without it, only the parents end it. */
  ms?: number | undefined
  onTimeout: () => AppError
}

/**
 * An AbortSignal whose reason is always an AppError. `dispose` must be called when the work is done:
 * its parents live as long as the step or the worker.
 */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #parents: readonly Ending[]
  readonly #ms: number | undefined
  readonly #onTimeout: () => AppError
  #timer: NodeJS.Timeout | undefined
  #endsAt: number
  #restarts = 0
  readonly #onAbort = () => this.#follow()

  constructor(options: DeadlineOptions) {
    const ms = Math.min(options.ms ?? Number.POSITIVE_INFINITY, LONGEST)
    this.#parents = options.parents
    this.#endsAt = performance.now() + ms
    this.#onTimeout = options.onTimeout
    if (options.ms !== undefined) this.#ms = ms
    this.#start(this.#ms)
    for (const parent of this.#parents) parent.add(this.#onAbort)
    this.#follow()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Milliseconds until the time is over. Not changed by {@link restart}. */
  get remaining(): number {
    return this.#endsAt - performance.now()
  }

  /** Starts the time anew: something has happened. */
  readonly restart = (): void => {
    this.#restarts++
    if (!this.signal.aborted) this.#timer?.refresh()
  }

  /** Stops the clock. @returns what lets it go on. */
  suspend(): () => void {
    clearTimeout(this.#timer)
    const from = performance.now()
    return () => {
      this.#endsAt += performance.now() - from
      if (this.#ms !== undefined && !this.signal.aborted)
        this.#start(this.#restarts > 0 ? this.#ms : this.remaining)
    }
  }

  dispose(): void {
    clearTimeout(this.#timer)
    for (const parent of this.#parents) parent.delete(this.#onAbort)
  }

  #start(ms: number | undefined): void {
    if (ms !== undefined) this.#timer = setTimeout(() => this.#controller.abort(this.#onTimeout()), ms)
  }

  #follow(): void {
    const aborted = this.#parents.find((it) => it.signal.aborted)
    if (!aborted) return
    const { reason } = aborted.signal
    clearTimeout(this.#timer)
    this.#controller.abort(
      reason instanceof AppError ? reason : new AppError('CANCELLED', 'The request was cancelled.'),
    )
  }
}

/** The promise's result, or the signal's reason if that comes first. For work that cannot be aborted. */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Waits, unless the signal ends it with its reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    await raceAbort(promise, signal)
  } finally {
    clearTimeout(timer)
  }
}
