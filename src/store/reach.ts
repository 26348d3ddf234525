import { isNodeAway } from '../database-words.ts'
import type { Logger } from '../log.ts'
import type { Em } from './store.ts'

// For so long (seconds) a workspace is left alone that cannot be reached: twice as long each time.
const FIRST_PAUSE = 2
const LONGEST_PAUSE = 60

/** Every workspace, from a table that is whole on each node. */
export async function listWorkspaces(em: Em): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>('select id from workspace order by id')
  return rows.map(({ id }) => id)
}

/**
 * Which workspaces cannot be reached, because a node of a distributed database is away. A statement over many workspaces
 * then fails for all of them, so they are asked one by one, and those that cannot be reached are left alone for a while.
 */
export class Reach {
  readonly #log: Logger
  readonly #away = new Map<string, { until: number; pause: number }>()

  constructor(log: Logger) {
    this.#log = log
  }

  /** Whether some workspace is left alone now. */
  get isPartial(): boolean {
    return [...this.#away.keys()].some((it) => this.pauseOf(it) > 0)
  }

  /** How long a workspace is still left alone (seconds). */
  pauseOf(workspace: string): number {
    return Math.max(0, (this.#away.get(workspace)?.until ?? 0) - performance.now()) / 1000
  }

  /**
   * Does work for one workspace, unless that is left alone.
   *
   * @returns undefined: it cannot be reached.
   */
  async within<T>(workspace: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.pauseOf(workspace) > 0) return undefined
    try {
      const result = await work()
      this.#away.delete(workspace)
      return result
    } catch (err) {
      if (!isNodeAway(err)) throw err
      this.#leaveAlone(workspace)
      this.#log.warn({ err, workspace }, 'a workspace cannot be reached, it is left alone for a while')
      return undefined
    }
  }

  #leaveAlone(workspace: string): void {
    const now = performance.now()
    const before = this.#away.get(workspace)
    const isLongAgo = before === undefined || before.until < now - LONGEST_PAUSE * 1000
    const pause = isLongAgo ? FIRST_PAUSE : Math.min(before.pause * 2, LONGEST_PAUSE)
    this.#away.set(workspace, { until: now + pause * 1000, pause })
  }

  /**
   * Does work for all workspaces at once, or for each by itself while one of them cannot be reached.
   *
   * @param list the workspaces that `all` is about.
   * @returns what `all` returned, or `each` for those that can be reached.
   */
  async all<T>(
    list: () => Promise<readonly string[]>,
    all: () => Promise<T>,
    each: (workspace: string) => Promise<T>,
  ): Promise<T[]> {
    if (!this.isPartial) {
      try {
        return [await all()]
      } catch (error) {
        if (!isNodeAway(error)) throw error
      }
    }
    const results: T[] = []
    for (const workspace of await list()) {
      const result = await this.within(workspace, () => each(workspace))
      if (result !== undefined) results.push(result)
    }
    return results
  }
}
