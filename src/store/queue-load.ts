import { DEAD_AFTER_SECONDS } from './runs/heartbeat.ts'
import type { Em } from './store.ts'

/** How the queue stands, by the database's clock. */
export interface QueueLoad {
  waiting: number
  later: number
  active: number
  givenUp: number
  oldestSeconds: number
  workers: number
  /** Null before a worker has looked for due schedules for the first time. */
  clockSeconds: number | null
}

/** How the queue stands, from the tables of the queue alone: they hold only what has not ended. */
export async function readQueueLoad(em: Em): Promise<QueueLoad> {
  const [row] = await em.execute<QueueLoad[]>(
    `select count(*) filter (where worker is null and due_at <= now())::int as waiting,
            count(*) filter (where worker is null and due_at > now() and given_up_at is null)::int as later,
            count(*) filter (where worker is not null)::int as active,
            count(*) filter (where given_up_at is not null)::int as "givenUp",
            coalesce(extract(epoch from now() - min(due_at) filter (where worker is null and due_at <= now())), 0)::float8
              as "oldestSeconds",
            (select count(*)::int from run_worker
              where seen_at > now() - interval '${DEAD_AFTER_SECONDS} seconds') as workers,
            (select extract(epoch from now() - minute)::float8 from run_clock) as "clockSeconds"
       from run_job`,
  )
  const none = {
    waiting: 0,
    later: 0,
    active: 0,
    givenUp: 0,
    oldestSeconds: 0,
    workers: 0,
    clockSeconds: null,
  }
  return row ?? none
}
