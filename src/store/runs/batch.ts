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
// For so long after a failure (milliseconds) a workspace on a node that is away is kept apart from the others.
const KEPT_APART = 10_000
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
  workspaceOf(item: Item): string
  /** Whether what is of several workspaces is never written together; it may be, unless told. */
  isSplit?: () => boolean
}

/**
 * Writes items. @param workspace whose they all are, so that nothing of another one may be touched; absent: of any.
 *
 * @returns the results in the order of the items; an error in the place of a result rejects that item alone.
 */
type Write<Item, Result> = (
  items: readonly Item[],
  workspace?: string,
) => Promise<readonly (Result | Error)[]>

/**
 * Group commit: what comes while a write is on its way, or just after one of several has begun, is gathered and written
 * together, so that a single one waits for nobody and many share a commit.
 *
 * When a write of several fails, each is written alone: what is wrong with one, or locked, fails no other. An outage
 * fails all. While a node of a distributed database is away, each workspace's items are written by themselves, and those
 * of a workspace on that node keep no others waiting.
 */
export function createBatch<Item, Result>(
  write: Write<Item, Result>,
  options: BatchOptions<Item>,
): (item: Item) => Promise<Result> {
  const { workspaceOf, lengthOf, isSplit = () => false } = options
  const away = new Map<string, number>()
  const isAway = (workspace: string) => (away.get(workspace) ?? 0) > performance.now()
  const lanes: LaneParts = {
    isPartial: () => isSplit() || [...away.keys()].some(isAway),
    settled(workspace, error) {
      if (isNodeAway(error)) away.set(workspace, performance.now() + KEPT_APART)
      else away.delete(workspace)
    },
  }
  const together = createLane(write, options, lanes)
  const apart = createLane(write, { lengthOf, workspaceOf }, lanes)
  return (item) => (isAway(workspaceOf(item)) ? apart(item) : together(item))
}

interface LaneParts {
  /** Whether what is of several workspaces would fail: always, or because one is on a node that is away. */
  isPartial(): boolean
  /** Told of each write of one workspace, with the error if it failed. */
  settled(workspace: string, error?: unknown): void
}

function createLane<Item, Result>(
  write: Write<Item, Result>,
  { lengthOf, workspaceOf, atOnce = 1 }: BatchOptions<Item>,
  { isPartial, settled }: LaneParts,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isGathering = false
  let writes = 0
  let last = { began: Number.NEGATIVE_INFINITY, count: 0 }
  let arrived: () => void = () => undefined

  /** @param workspace whose all of them are; absent: of any. */
  const settle = async (batch: readonly Waiting<Item, Result>[], workspace?: string): Promise<void> => {
    try {
      const results = await write(
        batch.map(({ item }) => item),
        workspace,
      )
      if (workspace !== undefined) settled(workspace)
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index]
        if (result instanceof Error) reject(result)
        else resolve(result as Result)
      }
    } catch (error) {
      if (workspace === undefined && isNodeAway(error)) return settleEach(batch)
      const isShared = batch.length > 1 && (isLockedByOther(error) || !isOutage(error))
      if (workspace !== undefined && !isShared) settled(workspace, error)
      for (const it of batch) {
        if (isShared) await settle([it], workspace)
        else it.reject(error)
      }
    }
  }
  const settleEach = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    const groups = Map.groupBy(batch, ({ item }) => workspaceOf(item))
    await Promise.all([...groups].map(([workspace, of]) => settle(of, workspace)))
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
    void (isPartial() ? settleEach(batch) : settle(batch)).then(() => {
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
