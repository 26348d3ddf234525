import { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import { packageFiles } from '../package-files.ts'
import type { Answer, Learned, Result, Work } from './requests.ts'

/** A task for one thread, with its callbacks. */
export interface Job {
  /** The workspace in whose turn it runs. */
  workspace: string
  /** Characters or bytes; the cost grows with it. */
  size: number
  /** How long it may take once it has begun, in milliseconds. */
  limit: number
  /** Stops the job, even while it waits. */
  signal: AbortSignal | undefined
  /** The run that the thread has to know, with everything it has learned. */
  knows?: { run: string; learned: readonly Learned[] }
  /** @param learned the part that the thread does not know yet. */
  work(learned: readonly Learned[]): Work
  /** Called with the time it took, in milliseconds, whatever the result. */
  spent(milliseconds: number): void
  /** The error of a job that takes longer than its limit. */
  tooLong(): AppError
  done(outcome: Outcome): void
}

export type Outcome = { result: Result } | { error: unknown }

export interface LaneSize {
  /** The largest job that it accepts, in characters. */
  largest: number
  /** The limit for the JavaScript heap of its thread, in MiB. */
  memory: number
}

// An idle thread ends after this time (milliseconds) and so frees its memory.
const IDLE = 5000

/** Runs one job at a time. Its thread is started for the first job. */
export class Lane {
  readonly #size: LaneSize
  readonly #free: () => void
  #thread: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #end: ((outcome: Outcome) => void) | undefined
  /** How many of the learned values of each run were sent. */
  readonly #sent = new Map<string, number>()

  /** @param free is called when the lane can take the next job. */
  constructor(size: LaneSize, free: () => void) {
    this.#size = size
    this.#free = free
  }

  takes(job: Job): boolean {
    return job.size <= this.#size.largest
  }

  get isFree(): boolean {
    return this.#end === undefined
  }

  start(job: Job): void {
    const began = performance.now()
    const limit = setTimeout(() => void this.close(job.tooLong()), job.limit)
    const abort = () => void this.close(job.signal?.reason)
    job.signal?.addEventListener('abort', abort)
    this.#end = (outcome) => {
      this.#end = undefined
      clearTimeout(limit)
      job.signal?.removeEventListener('abort', abort)
      this.#idle = setTimeout(() => this.#drop(), IDLE).unref()
      job.spent(performance.now() - began)
      job.done(outcome)
      this.#free()
    }
    clearTimeout(this.#idle)
    const thread = this.#thread ?? this.#launch()
    thread.postMessage(job.work(this.#unknown(job)))
  }

  forget(run: string): void {
    if (this.#sent.delete(run)) this.#thread?.postMessage({ kind: 'forget', run } satisfies Work)
  }

  /** Ends the thread. A running job fails with `reason`. */
  async close(reason: unknown): Promise<void> {
    const dropped = this.#drop()
    this.#end?.({ error: reason })
    await dropped
  }

  async #drop(): Promise<void> {
    clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = undefined
    this.#sent.clear()
    await thread?.terminate()
  }

  #unknown({ knows }: Job): readonly Learned[] {
    if (!knows) return []
    const { run, learned } = knows
    const sent = this.#sent.get(run) ?? 0
    this.#sent.set(run, learned.length)
    return learned.slice(sent)
  }

  #launch(): Worker {
    const thread = new Worker(packageFiles.thread, {
      // The thread needs no setting. Its output could contain only values.
      env: {},
      argv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: this.#size.memory },
    })
    thread.unref()
    thread.stdout.resume()
    thread.stderr.resume()
    thread.on('message', (answer: Answer) => {
      if (thread !== this.#thread) return
      this.#end?.('result' in answer ? answer : { error: unable() })
    })
    // The error of a dead thread may quote a value. Only the fact and an out-of-memory error are reported.
    thread.on('error', (error: unknown) => this.#died(thread, isOutOfMemory(error)))
    thread.on('exit', () => this.#died(thread, false))
    this.#thread = thread
    return thread
  }

  #died(thread: Worker, outOfMemory: boolean): void {
    if (thread !== this.#thread) return
    void this.close(outOfMemory ? tookTooMuch(this.#size.memory) : unable())
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function tookTooMuch(memory: number): AppError {
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `To search the data for secrets took over ${memory} MiB of memory. Let the step handle less data.`,
  )
}

function unable(): AppError {
  return new AppError('STEP_FAILED', 'The data could not be searched for secrets, and so not be kept.')
}
