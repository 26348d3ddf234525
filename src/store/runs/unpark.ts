import type { HotPool } from './hot-pool.ts'

/**
 * Has jobs handed out again that are left aside because their workspace had all its places taken: of each workspace as many
 * as it has places free now, those first that are due first.
 *
 * @param freed how many places of each workspace.
 */
export async function unparkJobs(pool: HotPool, freed: ReadonlyMap<string, number>): Promise<void> {
  if (freed.size === 0) return
  await pool.query(
    'unpark-jobs',
    `with parked as materialized (
       select own.workspace_id, own.run from unnest($1::text[], $2::int[]) as it (workspace, places)
        cross join lateral (
          select workspace_id, run from run_job
           where worker is null and not woken and parked_until is not null and workspace_id = it.workspace
           order by due_at, run limit it.places for update skip locked) as own)
     update run_job set parked_until = null from parked
      where run_job.workspace_id = parked.workspace_id and run_job.run = parked.run`,
    [[...freed.keys()], [...freed.values()]],
  )
}
