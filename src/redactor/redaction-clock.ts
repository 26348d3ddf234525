import { AppError } from '../errors.ts'
import type { Learned, Result, Work } from '../off-loop/requests.ts'
import type { Threads } from '../off-loop/threads.ts'

/** Where something was redacted or searched, and what it cost. */
export type RedactionNote = (where: 'loop' | 'thread', seconds: number, characters: number) => void

export interface RunRedactorOptions {
  workspace: string
  run: string
  threads: Threads
  note?: RedactionNote | undefined
  /** Told when the run has used up its time. */
  refused?: (() => void) | undefined
  /** Told of each text and each output in which a value was masked. */
  masked?: (() => void) | undefined
}

/** Larger texts (characters) go to a thread: the slowest one that we know costs the event loop 20 ms then. */
export const OFF_LOOP_OVER = 64 * 1024
// How long one run may have its data searched (milliseconds): 12 outputs of 5 MiB take some 4 s.
const TIME = 60_000

export type OfRun = { run: string; learned: readonly Learned[] }

/** Has a run's texts searched, on the event loop or in a thread, and keeps account of the time that takes. */
export class RedactionClock {
  readonly #options: RunRedactorOptions | undefined
  readonly #learned: readonly Learned[]
  #used = 0

  /** @param learned all that threads have to be told, which grows. */
  constructor(options: RunRedactorOptions | undefined, learned: readonly Learned[]) {
    this.#options = options
    this.#learned = learned
  }

  /** Whether so much is better done elsewhere. */
  isLarge(size: number): boolean {
    return this.#options !== undefined && size > OFF_LOOP_OVER
  }

  here<T>(size: number, work: () => T): T {
    const began = performance.now()
    const result = work()
    this.#spend('loop', performance.now() - began, size)
    return result
  }

  /** @throws AppError TIMEOUT | RESPONSE_TOO_LARGE | STEP_FAILED; the reason of `signal`. */
  async there(size: number, signal: AbortSignal | undefined, work: (it: OfRun) => Work): Promise<Result> {
    if (!this.#options) throw new AppError('INTERNAL', 'There is no thread to redact in.')
    const { threads, workspace, run } = this.#options
    const limit = this.left()
    const knows = { run, learned: this.#learned }
    const spent = (milliseconds: number) => this.#spend('thread', milliseconds, size)
    const job = { workspace, size, limit, signal, knows, spent, tooLong: () => this.#usedUp() }
    return threads.run({ ...job, work: (learned) => work({ run, learned }) })
  }

  /** Milliseconds. @throws AppError TIMEOUT when there are none. */
  left(): number {
    if (this.#options && this.#used >= TIME) throw this.#usedUp()
    return TIME - this.#used
  }

  #usedUp(): AppError {
    this.#options?.refused?.()
    const advice = 'Let its steps handle less data.'
    return new AppError(
      'TIMEOUT',
      `To search this run's data for secrets took over ${TIME / 1000} s. ${advice}`,
    )
  }

  #spend(where: 'loop' | 'thread', milliseconds: number, size: number): void {
    this.#used += milliseconds
    this.#options?.note?.(where, milliseconds / 1000, size)
  }
}
