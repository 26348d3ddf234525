import { type Read, statement } from '../statements.ts'
import type { HotPool } from './hot-pool.ts'

// How long a count is believed (milliseconds), and of how many workspaces at once.
const KEPT_FOR = 1000
const KEPT = 1000

// Those that have not ended and have no worker: they wait for a place, for a time, or for the next attempt.
const COUNT = `
select count(*)::int as count
  from (select 1 from run_job where workspace_id = $1 and worker is null limit $2) as waiting`

const countStatement = statement(COUNT)

/** How many runs of a workspace wait. @param most what is beyond is not counted. */
export async function countWaiting(read: Read, workspace: string, most: number): Promise<number> {
  const [row] = await read<{ count: number }>(countStatement, [workspace, most])
  return row?.count ?? 0
}

interface Known {
  count: number
  until: number
}

/** Counts the runs that wait, at most once a second for a workspace; those that are added here in between are added. */
export class WaitingRuns {
  readonly #pool: HotPool
  readonly #known = new Map<string, Promise<Known>>()

  constructor(pool: HotPool) {
    this.#pool = pool
  }

  /** Counts one more. @returns whether there are fewer than `most` without it. */
  async take(workspace: string, most: number): Promise<boolean> {
    const known = await this.#read(workspace, most)
    if (known.count >= most) return false
    known.count++
    return true
  }

  async #read(workspace: string, most: number): Promise<Known> {
    const kept = this.#known.get(workspace)
    const known = await kept
    if (known && known.until > performance.now()) return known
    // Another call may have asked meanwhile.
    const current = this.#known.get(workspace)
    if (current && current !== kept) return current
    const asked = this.#ask(workspace, most)
    this.#known.delete(workspace)
    this.#known.set(workspace, asked)
    asked.catch(() => this.#known.get(workspace) === asked && this.#known.delete(workspace))
    const oldest = this.#known.size > KEPT ? this.#known.keys().next().value : undefined
    if (oldest !== undefined) this.#known.delete(oldest)
    return asked
  }

  async #ask(workspace: string, most: number): Promise<Known> {
    const [row] = await this.#pool.query<{ count: number }>('count-waiting-runs', COUNT, [workspace, most])
    return { count: row?.count ?? 0, until: performance.now() + KEPT_FOR }
  }
}
