import { AppError } from '../errors.ts'

const MiB = 1024 * 1024

/** Data from this size on (bytes) counts. What is smaller, 200 runs at once may hold. */
const LARGE = MiB
/**
 * How many bytes of the heap a byte of a large answer takes at the worst moment: as a text of two bytes a character, as
 * data that were read from it, and as their JSON. Measured with rows of short fields.
 */
const HEAP_OF_A_BYTE = 7
/** What the worker needs of its heap besides (bytes). */
const RESERVED = 80 * MiB

/** The part of the worker's memory that one run has for large data. All sizes are bytes of the data itself. */
export interface MemoryShare {
  /**
   * Waits until there is memory for so much more, or gives so much back when it is negative.
   *
   * @throws AppError RESPONSE_TOO_LARGE when the worker could not hold it even alone; the reason of `signal`.
   */
  take(bytes: number, signal: AbortSignal): Promise<void>
  /** Waits until there is memory for so much in all. @throws as {@link MemoryShare.take}. */
  cover(bytes: number, signal: AbortSignal): Promise<void>
  /** Gives back all but so much. */
  keep(bytes: number): void
  /** Gives everything back. */
  close(): void
}

/** The memory that the runs of a worker share for large data. */
export interface WorkerMemory {
  open(): MemoryShare
}

/** @param heapLimit of the process, in bytes (`v8.getHeapStatistics().heap_size_limit`). */
export function createWorkerMemory(heapLimit: number): WorkerMemory {
  const total = Math.max(0, heapLimit - RESERVED) / HEAP_OF_A_BYTE
  const shares = new Set<Share>()
  const used = () => [...shares].reduce((sum, it) => sum + it.held, 0)

  /**
   * Grants those who hold something first, for they give it back the sooner, and the others in the order of asking: nobody
   * overtakes, so that a large answer has its turn.
   */
  const grant = (): void => {
    for (;;) {
      const all = [...shares]
      const isHolder = (it: Share) => it.held > 0
      const byAsking = all.filter((it) => it.wants > 0).sort((a, b) => a.askedAt - b.askedAt)
      const [first] = [...byAsking.filter(isHolder), ...byAsking]
      // When everybody who holds something waits for more, nobody would give anything back: one of them goes beyond.
      const isStuck = all.filter(isHolder).every((it) => it.wants > 0)
      if (!first || (!isStuck && used() + first.wants > total)) return
      first.grant()
    }
  }
  return {
    open() {
      const share = new Share(total, grant)
      shares.add(share)
      return {
        take: (bytes, signal) => share.take(bytes, signal),
        cover: (bytes, signal) => share.take(Math.max(0, bytes - share.held), signal),
        keep: (bytes) => share.keep(bytes),
        close() {
          shares.delete(share)
          grant()
        },
      }
    },
  }
}

let asked = 0

class Share {
  held = 0
  wants = 0
  askedAt = 0
  readonly #total: number
  readonly #change: () => void
  #resolve: () => void = () => undefined

  constructor(total: number, change: () => void) {
    this.#total = total
    this.#change = change
  }

  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (bytes < 0) return this.keep(this.held + bytes)
    if (bytes < LARGE) return
    if (this.held + bytes > this.#total) throw tooLarge(this.held + bytes, this.#total)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    Object.assign(this, { wants: bytes, askedAt: asked++ })
    this.#resolve = resolve
    const stop = () => {
      this.wants = 0
      this.#change()
      reject(signal.reason)
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    this.#change()
    await promise.finally(() => signal.removeEventListener('abort', stop))
  }

  keep(bytes: number): void {
    this.held = bytes < LARGE ? 0 : Math.min(this.held, bytes)
    this.#change()
  }

  grant(): void {
    this.held += this.wants
    this.wants = 0
    this.#resolve()
  }
}

function tooLarge(bytes: number, total: number): AppError {
  const [needed, most] = [bytes, total].map((it) => (it / MiB).toFixed(1))
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `The step has ${needed} MiB of data, and the memory of this worker is enough for ${most} MiB. ` +
      'Let it ask for less, or start the workers with more (NODE_OPTIONS=--max-old-space-size).',
  )
}
