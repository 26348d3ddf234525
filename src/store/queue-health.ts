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
}

/** How the queue of runs stands. */
export async function readQueueHealth(em: Em): Promise<QueueHealth> {
  const [row] = await em.execute<QueueHealth[]>(
    // As where lost runs are looked for, the runs are read before they meet the jobs.
    `with unfinished as materialized (select workspace_id, id from run where finished_at is null),
     orphaned as (
       select count(*)::int as count from unfinished where not exists (
         select 1 from run_job as own where own.workspace_id = unfinished.workspace_id and own.run = unfinished.id
            and own.given_up_at is null))
     select count(*) filter (where worker is null and given_up_at is null)::int as waiting,
            count(*) filter (where worker is not null)::int as active,
            count(*) filter (where given_up_at is not null)::int as failed,
            count(*) filter (where worker is not null and not exists (
              select 1 from run_worker where id = job.worker and seen_at > now() - interval '2 minutes'))::int as abandoned,
            coalesce(extract(epoch from now() - min(due_at)
              filter (where worker is null and due_at < now())), 0)::int as "oldestWaitingSeconds",
            (select count from orphaned) as "orphanedRuns"
       from run_job as job`,
  )
  const none = { waiting: 0, active: 0, oldestWaitingSeconds: 0, failed: 0, abandoned: 0, orphanedRuns: 0 }
  return row ?? none
}
