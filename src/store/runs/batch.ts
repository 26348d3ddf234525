import { setImmediate } from 'node:timers/promises'
import { isNodeAway } from '../../database-words.ts'
import { isLockedByOther, isOutage } from '../outage.ts'

// What goes with one statement at most.
const MOST_ITEMS = 16
// And its length (characters): a single item may be longer.
const MOST_LENGTH = 1024 * 1024
// A write costs the database and both processes most of its time whatever it holds, so that under load fewer and larger ones
// get more done. From the beginning of one write to that of the next (milliseconds):
const APART = 3
// Runs that were written together come to their next write one after the other. So long (milliseconds) those that are there
// wait for as many as the last write had, or for this many.
const GATHER = 6
const ENOUGH = 8

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/** How items of one kind are written together. */
export interface BatchOptions<Item> {
  lengthOf(item: Item): number
  /** How many writes may be on their way; one, unless told. */
  atOnce?: number
  /** Whose it is. */
  workspaceOf?(item: Item): string
}

/** Told of each write: what it was of, and the error if it failed. */
type Settled<Item> = (items: readonly Item[], error?: unknown) => void

/**
 * Group commit: what comes while a write is on its way, or just after one of several has begun, is gathered and written
 * together, so that a single one waits for nobody and many share a commit.
 *
 * When a write of several fails, each is written alone: what is wrong with one, or locked, or on a node that is away, fails
 * no other. An outage fails all. What is of a workspace on a node that is away does not go with others' from then on, until
 * one of its writes succeeds.
 *
 * @param write the results in the order of the items; an error in the place of a result rejects that item alone.
 */
export function createBatch<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
  options: BatchOptions<Item>,
): (item: Item) => Promise<Result> {
  const { workspaceOf = () => '' } = options
  const away = new Set<string>()
  const settled: Settled<Item> = (items, error) => {
    for (const workspace of items.map(workspaceOf)) {
      if (isNodeAway(error)) away.add(workspace)
      else away.delete(workspace)
    }
  }
  const together = createLane(write, options, settled)
  const apart = createLane(write, { lengthOf: options.lengthOf }, settled)
  return (item) => (away.has(workspaceOf(item)) ? apart(item) : together(item))
}

function createLane<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
  { lengthOf, atOnce = 1 }: BatchOptions<Item>,
  settled: Settled<Item>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isGathering = false
  let writes = 0
  let last = { began: Number.NEGATIVE_INFINITY, count: 0 }
  let arrived: () => void = () => undefined

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    const items = batch.map(({ item }) => item)
    try {
      const results = await write(items)
      settled(items)
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index]
        if (result instanceof Error) reject(result)
        else resolve(result as Result)
      }
    } catch (error) {
      const isOfOne = isLockedByOther(error) || isNodeAway(error) || !isOutage(error)
      const isShared = batch.length > 1 && isOfOne
      if (!isShared) settled(items, error)
      for (const it of batch) {
        if (isShared) await settle([it])
        else it.reject(error)
      }
    }
  }
  const untilThereAre = (count: number, milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        arrived = () => undefined
        resolve()
      }
      const timer = setTimeout(finish, milliseconds)
      arrived = () => {
        if (waiting.length >= count) finish()
      }
      arrived()
    })
  const gather = async (): Promise<void> => {
    // What comes in the same turn of the event loop goes together.
    await setImmediate()
    if (last.count <= 1 && waiting.length <= 1) return
    const early = last.began + APART - performance.now()
    if (early > 0) await untilThereAre(MOST_ITEMS, early)
    await untilThereAre(Math.min(last.count, ENOUGH), GATHER)
  }
  const flush = async (): Promise<void> => {
    if (isGathering || writes >= atOnce || waiting.length === 0) return
    isGathering = true
    await gather()
    isGathering = false
    const count = countOf(waiting.map(({ item }) => lengthOf(item)))
    last = { began: performance.now(), count }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    writes++
    void settle(batch).then(() => {
      writes--
      void flush()
    })
    void flush()
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      arrived()
      void flush()
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
