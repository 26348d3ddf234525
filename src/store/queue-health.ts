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
    `select count(*) filter (where state in ('created', 'retry'))::int as waiting,
            count(*) filter (where state = 'active')::int as active,
            count(*) filter (where state = 'failed')::int as failed,
            count(*) filter (where state = 'active' and heartbeat_on < now() - interval '2 minutes')::int as abandoned,
            coalesce(extract(epoch from now() - min(start_after)
              filter (where state in ('created', 'retry') and start_after < now())), 0)::int as "oldestWaitingSeconds",
            (select count(*)::int from run where finished_at is null and not exists (
               select 1 from pgboss.job as own where own.name = 'runs' and own.id = run.id
                  and own.state in ('created', 'retry', 'active'))) as "orphanedRuns"
       from pgboss.job where name = 'runs'`,
  )
  const none = { waiting: 0, active: 0, oldestWaitingSeconds: 0, failed: 0, abandoned: 0, orphanedRuns: 0 }
  return row ?? none
}
