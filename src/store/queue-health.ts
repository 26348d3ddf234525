import { isNodeAway } from '../database-words.ts'
import { listWorkspaces } from './reach.ts'
import type { Em } from './store.ts'

export interface QueueHealth {
  waiting: number
  active: number
  /** How long the oldest job has waited that could have begun; 0 for none. */
  oldestWaitingSeconds: number
  /** Jobs that the queue has given up. */
  failed: number
  /** Jobs whose worker has missed its heartbeats for so long that another one should have taken them over. */
  abandoned: number
  /** Runs that have not ended and have no job that would ever execute them. */
  orphanedRuns: number
  /** Workspaces whose rows cannot be reached: their runs without a job are not counted. */
  awayWorkspaces: number
}

/** How the queue of runs stands. */
export async function readQueueHealth(em: Em): Promise<QueueHealth> {
  const [row] = await em.execute<Omit<QueueHealth, 'orphanedRuns' | 'awayWorkspaces'>[]>(
    `select count(*) filter (where worker is null and given_up_at is null)::int as waiting,
            count(*) filter (where worker is not null)::int as active,
            count(*) filter (where given_up_at is not null)::int as failed,
            count(*) filter (where worker is not null and not exists (
              select 1 from run_worker where id = job.worker and seen_at > now() - interval '2 minutes'))::int as abandoned,
            coalesce(extract(epoch from now() - min(due_at)
              filter (where worker is null and due_at < now())), 0)::int as "oldestWaitingSeconds"
       from run_job as job`,
  )
  const none = { waiting: 0, active: 0, oldestWaitingSeconds: 0, failed: 0, abandoned: 0 }
  return { ...(row ?? none), ...(await countReachable(em)) }
}

async function countReachable(em: Em): Promise<Pick<QueueHealth, 'orphanedRuns' | 'awayWorkspaces'>> {
  const counted = { orphanedRuns: 0, awayWorkspaces: 0 }
  try {
    return { ...counted, orphanedRuns: await countOrphaned(em) }
  } catch (error) {
    if (!isNodeAway(error)) throw error
  }
  for (const workspace of await listWorkspaces(em)) {
    try {
      counted.orphanedRuns += await countOrphaned(em, workspace)
    } catch (error) {
      if (!isNodeAway(error)) throw error
      counted.awayWorkspaces++
    }
  }
  return counted
}

/** As where lost runs are looked for, the runs are read before they meet the jobs. */
async function countOrphaned(em: Em, workspace?: string): Promise<number> {
  const of = workspace === undefined ? 'true' : 'workspace_id = ?'
  const [row] = await em.execute<{ count: number }[]>(
    `with unfinished as materialized (select workspace_id, id from run where ${of} and finished_at is null)
     select count(*)::int as count from unfinished where not exists (
       select 1 from run_job as own where own.workspace_id = unfinished.workspace_id and own.run = unfinished.id
          and own.given_up_at is null)`,
    workspace === undefined ? [] : [workspace],
  )
  return row?.count ?? 0
}
