import { randomUUID } from 'node:crypto'
import type { StoredError } from '../entities/index.ts'
import type { Reach } from '../reach.ts'
import type { Tx } from '../store.ts'
import { SET_ENDED } from './ended.ts'
import type { HotPool } from './hot-pool.ts'
import { raiseAlerts } from './raise-alert.ts'
import type { RunJob } from './run-job.ts'
import { lineOfUnsaidEnd, RUN_CHANNEL } from './told.ts'

/** Why no worker will ever execute a run: the queue has given its job up, or its job is gone. */
export type Loss = 'given up' | 'gone'

// What has just been settled is left alone: somebody may still be at it, or put the job back by hand.
const GRACE = `interval '5 minutes'`

// A run and its job are written and ended in one transaction, so whatever one snapshot shows without a job has none.
const UNFINISHED = `status in ('QUEUED', 'RUNNING') and finished_at is null and created_at < now() - ${GRACE}`

// How many are found at once at most: the clock that asks for them has schedules to start.
const MOST = 500

/**
 * Runs that have not ended and that no job would ever execute, at most 500.
 *
 * They are read first, by their own index, whatever else there are. A distributed database could not join them with the
 * jobs, which it has on one node. A connection plans it once: with many partitions that takes far longer than the rest.
 *
 * @param workspace of which they are; of all, unless told.
 */
export function findLostRuns(pool: HotPool, workspace?: string): Promise<RunJob[]> {
  const isOfOne = workspace !== undefined
  return pool.query<RunJob>(
    isOfOne ? 'find-lost-runs-of' : 'find-lost-runs',
    `with unfinished as materialized (
       select workspace_id, id from run where ${isOfOne ? 'workspace_id = $1' : 'true'} and ${UNFINISHED})
     select workspace_id as workspace, id as run from unfinished where not exists (
       select 1 from run_job as own where own.workspace_id = unfinished.workspace_id and own.run = unfinished.id
          and (own.given_up_at is null or own.given_up_at > now() - ${GRACE})) limit ${MOST}`,
    isOfOne ? [workspace] : [],
  )
}

/** The same, but for workspaces that cannot be reached. */
export async function findReachableLostRuns(pool: HotPool, reach: Reach): Promise<RunJob[]> {
  const list = () => pool.query<{ id: string }>('list-workspaces', 'select id from workspace order by id', [])
  const found = await reach.all(
    async () => (await list()).map(({ id }) => id),
    () => findLostRuns(pool),
    (workspace) => findLostRuns(pool, workspace),
  )
  return found.flat()
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
    `select 1 from run where workspace_id = ? and id = ? and ${UNFINISHED} for update skip locked`,
    [workspace, run],
  )
  if (held.length === 0) return undefined
  // Statements of their own, for they have to see what was committed before the lock.
  const [job] = await tx.execute<{ isLost: boolean | null }[]>(
    `select given_up_at <= now() - ${GRACE} as "isLost" from run_job where workspace_id = ? and run = ?`,
    [workspace, run],
  )
  if (job && job.isLost !== true) return undefined
  const running = await tx.execute<{ key: string }[]>(
    `select key from step_run where workspace_id = ? and run = ? and status = 'RUNNING' order by position`,
    [workspace, run],
  )
  return { loss: job ? 'given up' : 'gone', running: running.map(({ key }) => key) }
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
     closed as (
       update run_file set state = 'WITHHELD', name = 'hidden', media_type = 'application/octet-stream', sealed_key = null, open_key = null, sha256 = null
        where workspace_id = ? and run = ?),
     deleted as (delete from run_file_chunk where workspace_id = ? and run = ?),
     done as (delete from run_job where workspace_id = ? and run = ?),
     alerts as (${raiseAlerts('(select ?::text as workspace, ?::uuid as run)')})
     select pg_notify('${RUN_CHANNEL}', ?)`,
    [
      ...[JSON.stringify(stopped), workspace, run],
      ...[JSON.stringify(error), randomUUID(), workspace, run],
      ...[workspace, run, workspace, run],
      ...[workspace, run, workspace, run],
      ...[lineOfUnsaidEnd({ workspace, run })],
    ],
  )
}
