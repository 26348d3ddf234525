import { type HotPool, within } from './hot-pool.ts'
import type { RunClaim, RunJob } from './run-job.ts'

/** A worker that has not reported for so long (seconds) is taken for dead. */
export const DEAD_AFTER_SECONDS = 10

export interface Heartbeat {
  /** What this worker has, as the database knows it. */
  held: RunClaim[]
  /** How many jobs of dead workers wait again. */
  freed: number
  /** How long the current minute goes on (milliseconds). */
  minuteLeft: number
  /** Whether this minute has not been struck, or whoever struck it has died. */
  isClockDue: boolean
}

interface Row extends Omit<Heartbeat, 'held'> {
  workspace: string | null
  run: string
  claim: string
}

/**
 * Says that this worker lives, and, when it may judge, gives back what dead workers had. All times are the database's.
 *
 * @param judges false while the others may not have had the time to report.
 */
export async function reportHeartbeat(pool: HotPool, worker: string, judges: boolean): Promise<Heartbeat> {
  const rows = await pool.query<Row>(
    'heartbeat',
    `with reported as (
       insert into run_worker (id, seen_at) values ($1, clock_timestamp())
       on conflict (id) do update set seen_at = excluded.seen_at),
     dead as (
       delete from run_worker
        where $2::boolean and id <> $1 and seen_at < clock_timestamp() - interval '${DEAD_AFTER_SECONDS} seconds'
       returning id),
     freed as (
       update run_job set worker = null, claim = null
        where $2::boolean and worker is not null and worker <> $1
          and (worker in (select id from dead) or not exists (select 1 from run_worker where id = run_job.worker))
       returning 1),
     clock as (
       select coalesce(bool_and(minute < date_trunc('minute', now())
                or (worker is not null and not exists (select 1 from run_worker where id = run_clock.worker))), true) as due
         from run_clock),
     facts as (
       select (select count(*)::int from freed) as freed, clock.due as "isClockDue",
              (60000 - extract(epoch from now() - date_trunc('minute', now())) * 1000)::float8 as "minuteLeft"
         from clock)
     select facts.*, run_job.workspace_id as workspace, run_job.run, run_job.claim
       from facts left join run_job on run_job.worker = $1`,
    [worker, judges],
  )
  const [{ freed = 0, isClockDue = false, minuteLeft = 60_000 } = {}] = rows
  const held = rows.flatMap(({ workspace, run, claim }) => (workspace ? [{ workspace, run, claim }] : []))
  return { held, freed, isClockDue, minuteLeft }
}

/** Which of these runs somebody has asked to cancel. @param workspace whose all of them are; absent: of any. */
export function findCancelled(pool: HotPool, runs: readonly RunJob[], workspace?: string): Promise<RunJob[]> {
  const text = () => `select run.workspace_id as workspace, run.id as run
       from unnest($1::text[], $2::uuid[]) as it (workspace, run)
       join run on run.workspace_id = it.workspace and run.id = it.run
      where run.cancel_requested_at is not null`
  const values = [runs.map((it) => it.workspace), runs.map(({ run }) => run)]
  return pool.query<RunJob>(...within(workspace, 'find-cancelled', text, values))
}

/** The worker ends: what it has waits again, and nobody has to find out that it is gone. */
export async function removeRunWorker(pool: HotPool, worker: string): Promise<void> {
  await pool.query(
    'remove-worker',
    `with gone as (delete from run_worker where id = $1),
          clock as (update run_clock set worker = null where worker = $1)
     update run_job set worker = null, claim = null where worker = $1`,
    [worker],
  )
}

/**
 * Makes this minute's stroke of the clock this worker's.
 *
 * @returns false when it is another's, or was already struck by a worker that lives.
 */
export async function strikeClock(pool: HotPool, worker: string): Promise<boolean> {
  const rows = await pool.query<unknown>(
    'strike-clock',
    `insert into run_clock (id, minute, worker)
     select 1, date_trunc('minute', clock_timestamp()), $1::uuid where instance_may_work()
     on conflict (id) do update set minute = excluded.minute, worker = excluded.worker
      where run_clock.minute < excluded.minute or (run_clock.worker is not null
            and not exists (select 1 from run_worker where id = run_clock.worker))
     returning 1`,
    [worker],
  )
  return rows.length > 0
}

/** What was due this minute is done: nobody has to do it again if this worker dies. */
export async function restClock(pool: HotPool, worker: string): Promise<void> {
  await pool.query('rest-clock', 'update run_clock set worker = null where worker = $1', [worker])
}
