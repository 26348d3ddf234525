import { setImmediate } from 'node:timers/promises'
import { isLockedByOther, isOutage } from '../outage.ts'

// What goes with one statement at most.
const MOST_ITEMS = 16
// And its length (characters): a single item may be longer.
const MOST_LENGTH = 1024 * 1024

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Group commit: what comes while a write is on its way is gathered and written together when that is done, so that a
 * single one waits for nobody and many share a commit.
 *
 * When a write of several fails, each is written alone: what is wrong with one, or locked, fails no other. An
 * outage fails all.
 *
 * @param write the results in the order of the items; an error in the place of a result rejects that item alone.
 */
export function createBatch<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
  lengthOf: (item: Item) => number,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let busy = false

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await write(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index]
        if (result instanceof Error) reject(result)
        else resolve(result as Result)
      }
    } catch (error) {
      const isShared = batch.length > 1 && (isLockedByOther(error) || !isOutage(error))
      for (const it of batch) {
        if (isShared) await settle([it])
        else it.reject(error)
      }
    }
  }
  const flush = async (): Promise<void> => {
    busy = true
    // What comes in the same turn of the event loop goes together.
    await setImmediate()
    while (waiting.length > 0) {
      const count = countOf(waiting.map(({ item }) => lengthOf(item)))
      const batch = waiting.slice(0, count)
      waiting = waiting.slice(count)
      await settle(batch)
    }
    busy = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!busy) void flush()
    })
}

/** How many of the first go together. */
function countOf(lengths: readonly number[]): number {
  let sum = 0
  const end = lengths.slice(0, MOST_ITEMS).findIndex((length, index) => {
    sum += length
    return index > 0 && sum > MOST_LENGTH
  })
  return end < 0 ? Math.min(MOST_ITEMS, lengths.length) : end
}
