import { randomUUID } from 'node:crypto'
import type { StoredError } from '../entities/index.ts'
import type { Em, Tx } from '../store.ts'
import { SET_ENDED } from './ended.ts'
import type { RunJob } from './run-job.ts'
import { lineOfUnsaidEnd, RUN_CHANNEL } from './told.ts'

/** Why no worker will ever execute a run: the queue has given its job up, or its job is gone. */
export type Loss = 'given up' | 'gone'

// What has just been settled is left alone: somebody may still be at it, or put the job back by hand.
const GRACE = `interval '5 minutes'`

// A run and its job are written and ended in one transaction, so whatever one snapshot shows without a job has none.
const LOST = `run.status in ('QUEUED', 'RUNNING') and run.created_at < now() - ${GRACE} and not exists (
  select 1 from run_job as own where own.workspace_id = run.workspace_id and own.run = run.id
     and (own.given_up_at is null or own.given_up_at > now() - ${GRACE}))`

/** Runs that have not ended and that no job would ever execute, at most `limit`. */
export function findLostRuns(em: Em, limit: number): Promise<RunJob[]> {
  // Workspace by workspace, by the index of a workspace's runs by status.
  return em.execute<RunJob[]>(
    `select workspace.id as workspace, of_workspace.id as run from workspace cross join lateral (
       select run.id from run where run.workspace_id = workspace.id and ${LOST} limit ?) as of_workspace limit ?`,
    [limit, limit],
  )
}

/**
 * Locks the run's row, so that no worker begins it or writes to it meanwhile, and looks again.
 *
 * @returns undefined when somebody is at it or when it is not lost after all; else why, and which steps were running.
 */
export async function holdLostRun(
  tx: Tx,
  { workspace, run }: RunJob,
): Promise<{ loss: Loss; running: string[] } | undefined> {
  const held = await tx.execute<unknown[]>(
    'select 1 from run where workspace_id = ? and id = ? for update skip locked',
    [workspace, run],
  )
  if (held.length === 0) return undefined
  // A statement of its own, for it has to see what was committed before the lock.
  const [found] = await tx.execute<{ loss: Loss; running: string[] }[]>(
    `select case when exists (select 1 from run_job as own
                               where own.workspace_id = run.workspace_id and own.run = run.id)
                 then 'given up' else 'gone' end as loss,
            array(select key from step_run where step_run.workspace_id = run.workspace_id and step_run.run = run.id
                     and status = 'RUNNING' order by position) as running
       from run where run.workspace_id = ? and run.id = ? and ${LOST}`,
    [workspace, run],
  )
  return found
}

/**
 * Ends a run that {@link holdLostRun} holds, under a claim of its own: a worker that still executes it writes nothing
 * any more. A step that waited for its next attempt keeps the error of the last one.
 *
 * @param stopped the error of the steps that were running.
 */
export async function endLostRun(
  tx: Tx,
  { workspace, run }: RunJob,
  error: StoredError,
  stopped: StoredError,
): Promise<void> {
  await tx.execute(
    `with steps as (
       update step_run set sealed_output = null,
              status = case when status in ('RUNNING', 'QUEUED') then 'FAILED' else status end,
              error = case when status = 'RUNNING' then ?::json else error end,
              finished_at = case when status = 'RUNNING' then clock_timestamp() else finished_at end
        where workspace_id = ? and run = ?),
     ended as (
       update run set status = 'FAILED', error = ?::json, claim = ?, ${SET_ENDED} where workspace_id = ? and id = ?),
     done as (delete from run_job where workspace_id = ? and run = ?)
     select pg_notify('${RUN_CHANNEL}', ?)`,
    [
      ...[JSON.stringify(stopped), workspace, run],
      ...[JSON.stringify(error), randomUUID(), workspace, run],
      ...[workspace, run, lineOfUnsaidEnd({ workspace, run })],
    ],
  )
}
