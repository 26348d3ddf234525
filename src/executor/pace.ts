import { setTimeout as sleep } from 'node:timers/promises'

/** Lets the runs of a worker hand large data on one after the other, with time for all other runs in between. */
export interface Pace {
  /**
   * Waits until its turn is over. To hand data on (as JSON, to a thread, to the database) takes the event loop some
   * 10 ms for a megabyte, in pieces; whoever has just done so lets the others go first.
   *
   * @param length of the data (characters); small data waits for nothing.
   */
  wait(length: number, signal: AbortSignal): Promise<void>
}

// What is smaller (characters) passes at once.
const LARGE = 256 * 1024
// Of all runs of the worker together: so they take about a sixth of the event loop's time.
const CHARACTERS_PER_MS = 16 * 1024

export function createPace(): Pace {
  let free = 0
  return {
    async wait(length, signal) {
      if (length < LARGE) return
      const now = performance.now()
      free = Math.max(free, now) + length / CHARACTERS_PER_MS
      // Whoever is told to stop finds that out by itself.
      await sleep(free - now, undefined, { signal }).catch(() => undefined)
    },
  }
}
