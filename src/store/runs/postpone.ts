import type { StoredError } from '../entities/index.ts'
import type { StoredOutput } from './end-step.ts'
import { MOMENT } from './ended.ts'
import type { HotPool } from './hot-pool.ts'
import type { RunClaim } from './run-job.ts'
import { recordUses, type SecretUse, usesJson } from './secret-use.ts'

/** What is stored when a step waits. */
export interface WaitingStep {
  position: number
  /** What it failed with, before its next attempt; null: it has begun, and goes on. */
  error: StoredError | null
  /** How long it waits. */
  seconds: number
  /** What it did with secrets, for the audit log. */
  uses?: readonly SecretUse[]
}

/**
 * Gives the job back while a step waits: it is handed out again after so many seconds, and its place is free meanwhile.
 * Giving it back costs it none of its attempts.
 *
 * @param error that the step failed with, which waits for its next attempt. Null: the step has begun, and goes on.
 *
 * @returns false when somebody wants the run to end, so that the job stays; undefined when the run is another worker's, or
 * its row is locked.
 */
export async function postponeRun(
  pool: HotPool,
  { workspace, run, claim }: RunClaim,
  { position, error, seconds, uses }: WaitingStep,
): Promise<boolean | undefined> {
  const [row] = await pool.query<{ cancelled: boolean }>(
    'postpone-run',
    `with ${MOMENT},
     held as materialized (
       select workspace_id as workspace, id as run, cancel_requested_at is not null as cancelled from run
        where workspace_id = $1 and id = $2 and claim = $3 for update skip locked),
     failed as (
       update step_run set status = 'QUEUED', output = null, error = $5, finished_at = moment.at from held, moment
        where step_run.workspace_id = $1 and step_run.run = $2 and position = $4 and $5::json is not null),
     waiting as (
       update run_job set worker = null, claim = null, postponed = true, attempts = attempts - 1,
              due_at = clock_timestamp() + make_interval(secs => $6::float8) from held
        where workspace_id = $1 and run_job.run = $2 and claim = $3 and not held.cancelled),
     ${recordUses('$7::json')}
     select cancelled from held`,
    [workspace, run, claim, position, error && JSON.stringify(error), seconds, usesJson(uses)],
  )
  return row && !row.cancelled
}

/** Stores the output of a finished step anew; null hides it. @returns false when the run is another worker's, or its row is locked. */
export async function storeOutput(
  pool: HotPool,
  { workspace, run, claim }: RunClaim,
  position: number,
  output: StoredOutput,
): Promise<boolean> {
  const isAsEarlier = typeof output === 'object' && output !== null
  const rows = await pool.query<unknown>(
    'store-output',
    `with held as materialized (
       select 1 from run where workspace_id = $1 and id = $2 and claim = $3 for update skip locked),
     stored as (
       update step_run set output = coalesce($5::json, (
                select earlier.output from step_run as earlier
                 where earlier.workspace_id = $1 and earlier.run = $2 and earlier.position = $6::int))
         from held where workspace_id = $1 and run = $2 and position = $4)
     select 1 from held`,
    [workspace, run, claim, position, isAsEarlier ? null : output, isAsEarlier ? output.ofStep : null],
  )
  return rows.length > 0
}
