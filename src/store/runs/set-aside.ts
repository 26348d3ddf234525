import type { Reach } from '../reach.ts'
import type { HotPool } from './hot-pool.ts'

/**
 * Has the jobs wait that would be handed out next and are of workspaces that cannot be reached, so that the next fetch
 * hands out those of the others.
 *
 * @returns of how many workspaces.
 */
export async function setAside(
  pool: HotPool,
  reach: Reach,
  { places, workspace: most, after }: { places: number; workspace: number; after: string },
): Promise<number> {
  const text = 'select workspaces from next_run_jobs($1, $2, $3)'
  const rows = await pool.query<{ workspaces: string[] }>('next-workspaces', text, [places, most, after])
  let count = 0
  for (const workspace of new Set(rows.flatMap(({ workspaces }) => workspaces))) {
    // Nothing has to be found: the node that would have it answers.
    const probe = 'select 1 from run where workspace_id = $1 limit 1'
    if (await reach.within(workspace, () => pool.query('reach-workspace', probe, [workspace]))) continue
    count++
    await pool.query(
      'set-aside',
      `update run_job set postponed = true, due_at = clock_timestamp() + make_interval(secs => $2::float8)
        where workspace_id = $1 and worker is null and due_at <= clock_timestamp()`,
      [workspace, reach.pauseOf(workspace)],
    )
  }
  return count
}
