import { AppError } from '../errors.ts'
import { type Job, Lane, type LaneSize } from './lane.ts'
import type { Result } from './requests.ts'

/** Threads for work that would block the event loop. */
export interface Threads {
  /**
   * Waits for the workspace's turn, then does the job.
   *
   * @throws AppError RESPONSE_TOO_LARGE | STEP_FAILED, the result of `tooLong`, or the reason of the job's signal.
   */
  run(job: Omit<Job, 'done'>): Promise<Result>
  /** Drops what the threads know about a run. */
  forget(run: string): void
  close(): Promise<void>
}

const MiB = 1024 * 1024

/**
 * There are two threads, since a job cannot be interrupted once it has begun. The second one accepts no job that
 * would delay the jobs behind it for long. The memory is what redacting the largest output needs.
 */
const lanes: readonly LaneSize[] = [
  { largest: Number.POSITIVE_INFINITY, memory: 224 },
  { largest: MiB, memory: 64 },
]

export function createThreads(sizes: readonly LaneSize[] = lanes): Threads {
  const waiting = new Queue()
  let closed = false
  const fill = () => {
    if (closed) return
    for (const lane of places) {
      const job = lane.isFree ? waiting.next((it) => lane.takes(it)) : undefined
      if (job) lane.start(job)
    }
  }
  // The small lane comes first, so that the large one stays free for jobs that only it can take.
  const places = sizes.map((size) => new Lane(size, fill)).reverse()
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(stopped())
        const { signal } = job
        if (signal?.aborted) return reject(signal.reason)
        const leave = () => waiting.remove(waits) && reject(signal?.reason)
        const waits: Job = {
          ...job,
          done: (outcome) => {
            signal?.removeEventListener('abort', leave)
            if ('error' in outcome) reject(outcome.error)
            else resolve(outcome.result)
          },
        }
        signal?.addEventListener('abort', leave)
        waiting.add(waits)
        fill()
      }),
    forget: (run) => {
      for (const lane of places) lane.forget(run)
    },
    close: async () => {
      closed = true
      waiting.drain((job) => job.done({ error: stopped() }))
      await Promise.all(places.map((lane) => lane.close(stopped())))
    },
  }
}

/** Jobs by workspace. Workspaces take turns, so the jobs of one do not delay the others. */
class Queue {
  readonly #jobs = new Map<string, Job[]>()

  add(job: Job): void {
    this.#jobs.set(job.workspace, [...(this.#jobs.get(job.workspace) ?? []), job])
  }

  /** Takes the first fitting job of the workspace that has waited longest. That workspace then goes to the end. */
  next(fits: (job: Job) => boolean): Job | undefined {
    for (const [workspace, jobs] of this.#jobs) {
      const job = jobs.find(fits)
      if (!job) continue
      this.#jobs.delete(workspace)
      const left = jobs.filter((it) => it !== job)
      if (left.length > 0) this.#jobs.set(workspace, left)
      return job
    }
    return undefined
  }

  /** @returns whether the job was still waiting. */
  remove(job: Job): boolean {
    return this.next((it) => it === job) !== undefined
  }

  drain(each: (job: Job) => void): void {
    const all = [...this.#jobs.values()].flat()
    this.#jobs.clear()
    for (const job of all) each(job)
  }
}

function stopped(): AppError {
  return new AppError('INTERRUPTED', 'The worker stops.')
}
