import type { Reach } from '../reach.ts'
import { type Claimed, type ClaimedRun, type ClaimPlaces, claimRuns, claimRunsOf } from './claim.ts'
import type { HotPool } from './hot-pool.ts'

interface Next {
  workspaces: string[]
  is_crowded: boolean
}

/**
 * Fetches runs of all workspaces, or of those that can be reached while others cannot.
 *
 * @param isSplit whether rows of several workspaces are never locked by one statement.
 */
export async function claimReachable(
  pool: HotPool,
  worker: string,
  reach: Reach,
  wanted: ClaimPlaces,
  isSplit: boolean,
): Promise<Claimed> {
  if (isSplit) return claimEach(pool, worker, reach, wanted)
  const found = await reach.all(
    async () => [],
    () => claimRuns(pool, worker, wanted),
    async () => undefined,
  )
  return found[0] ?? claimEach(pool, worker, reach, wanted)
}

/** Workspace by workspace. The jobs of one that cannot be reached wait, so that the next fetch does not find them. */
async function claimEach(
  pool: HotPool,
  worker: string,
  reach: Reach,
  { places, workspace: most, after }: ClaimPlaces,
): Promise<Claimed> {
  const text = 'select workspaces, is_crowded from next_run_jobs($1, $2, $3)'
  const [next] = await pool.query<Next>('next-workspaces', text, [places, most, after])
  const runs: ClaimedRun[] = []
  let rest: Claimed['rest'] = next?.is_crowded ? 'crowded' : null
  for (const [workspace, jobs] of Map.groupBy(next?.workspaces ?? [], (it) => it)) {
    const claim = () => claimRunsOf(pool, worker, { places: jobs.length, most, workspace })
    const claimed = await reach.within(workspace, claim)
    if (!claimed) await setAside(pool, workspace, reach.pauseOf(workspace))
    if (!claimed || claimed.rest === 'again') rest = 'again'
    runs.push(...(claimed?.runs ?? []))
  }
  return { runs, rest }
}

async function setAside(pool: HotPool, workspace: string, seconds: number): Promise<void> {
  await pool.query(
    'set-aside',
    `update run_job set postponed = true, due_at = clock_timestamp() + make_interval(secs => $2::float8)
      where workspace_id = $1 and worker is null and due_at <= clock_timestamp()`,
    [workspace, seconds],
  )
}
