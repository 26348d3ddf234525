import { randomUUID } from 'node:crypto'
import type { StoredError } from '../entities/index.ts'
import type { Reach } from '../reach.ts'
import type { Tx } from '../store.ts'
import { MOMENT, SET_ENDED } from './ended.ts'
import type { HotPool } from './hot-pool.ts'
import { raiseAlerts } from './raise-alert.ts'
import type { RunJob } from './run-job.ts'
import { lineOfUnsaidEnd, RUN_CHANNEL } from './told.ts'

/** Why no worker will ever execute a run: the queue has given its job up, or its job is gone. */
export type Loss = 'given up' | 'gone'

// What has just been settled is left alone: somebody may still be at it, or put the job back by hand.
const GRACE = `interval '5 minutes'`

const UNFINISHED = `status in ('QUEUED', 'RUNNING') and finished_at is null and created_at < now() - ${GRACE}`

// How many are found at once at most: the clock that asks for them has schedules to start.
const MOST = 500

// How many runs that have not ended are compared with their jobs at once. With a backlog of 40,000 all of them have been
// looked at after ten minutes.
const LOOKED_AT = 4000
const NO_RUN: RunJob = { workspace: '', run: '00000000-0000-0000-0000-000000000000' }

/** How far the runs have been looked at, by the workspace that was asked for; '' for all of them at once. */
export type LostPlaces = Map<string, RunJob>

/**
 * Runs that have not ended and that no job would ever execute, at most 1000: those that were given up, and a part of those whose
 * job is gone. The next call goes on behind that part, so that a call takes no longer with a big backlog. A run is looked at again
 * by {@link holdLostRun}.
 *
 * @param places where the call before stopped; it is changed.
 * @param workspace of which they are; of all, unless told.
 */
export async function findLostRuns(pool: HotPool, places: LostPlaces, workspace?: string): Promise<RunJob[]> {
  return [...(await findGivenUp(pool, workspace)), ...(await findGone(pool, places, workspace))]
}

/** A distributed database has the jobs on one node, and could not join them with the runs: they are read first. */
function findGivenUp(pool: HotPool, workspace: string | undefined): Promise<RunJob[]> {
  const isOfOne = workspace !== undefined
  return pool.query<RunJob>(
    isOfOne ? 'find-given-up-of' : 'find-given-up',
    `with given_up as materialized (
       select workspace_id, run from run_job
        where given_up_at <= now() - ${GRACE} ${isOfOne ? 'and workspace_id = $1' : ''} order by given_up_at)
     select workspace_id as workspace, run from given_up where exists (
       select 1 from run where run.workspace_id = ${isOfOne ? '$1' : 'given_up.workspace_id'} and run.id = given_up.run
          and finished_at is null) limit ${MOST}`,
    isOfOne ? [workspace] : [],
  )
}

/**
 * A run and its job are written and ended in one transaction, so a run that one snapshot shows without a job has none. Both are
 * read from their indexes alone. A connection plans it once: with many partitions that takes far longer than the rest.
 */
async function findGone(pool: HotPool, places: LostPlaces, workspace: string | undefined): Promise<RunJob[]> {
  const { workspace: after, run } = places.get(workspace ?? '') ?? NO_RUN
  const isOfOne = workspace !== undefined
  const rows = await pool.query<RunJob & { isGone: boolean }>(
    isOfOne ? 'find-gone-of' : 'find-gone',
    `with unfinished as materialized (
       select workspace_id, id from run
        where finished_at is null and (workspace_id, id) > ($1, $2) ${isOfOne ? 'and run.workspace_id = $3' : ''}
        order by workspace_id, id limit ${LOOKED_AT}),
     last as materialized (select workspace_id, id from unfinished order by workspace_id desc, id desc limit 1),
     jobs as materialized (
       select own.workspace_id, own.run from last cross join lateral (
         select workspace_id, run from run_job
          where (workspace_id, run) > ($1, $2) and (workspace_id, run) <= (last.workspace_id, last.id)) as own),
     gone as (select workspace_id, id from unfinished except select workspace_id, run from jobs)
     select workspace_id as workspace, id as run, true as "isGone" from gone
     union all select workspace_id, id, false from last where (select count(*) from unfinished) = ${LOOKED_AT}
     order by 1, 2, 3`,
    [after, run, ...(isOfOne ? [workspace] : [])],
  )
  const gone = rows.filter(({ isGone }) => isGone).slice(0, MOST)
  const isCut = rows.some(({ isGone }) => !isGone)
  const last = gone.length === MOST ? gone.at(-1) : isCut ? rows.at(-1) : undefined
  if (last) places.set(workspace ?? '', last)
  else places.delete(workspace ?? '')
  return gone.map(({ workspace, run }) => ({ workspace, run }))
}

/** The same, but for workspaces that cannot be reached. */
export async function findReachableLostRuns(
  pool: HotPool,
  reach: Reach,
  places: LostPlaces,
): Promise<RunJob[]> {
  const list = () => pool.query<{ id: string }>('list-workspaces', 'select id from workspace order by id', [])
  const found = await reach.all(
    async () => (await list()).map(({ id }) => id),
    () => findLostRuns(pool, places),
    (workspace) => findLostRuns(pool, places, workspace),
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
    `with ${MOMENT},
     steps as (
       update step_run set sealed_output = null,
              status = case when status in ('RUNNING', 'QUEUED') then 'FAILED' else status end,
              error = case when status = 'RUNNING' then ?::json else error end,
              finished_at = case when status = 'RUNNING' then moment.at else finished_at end
         from moment where workspace_id = ? and run = ?),
     ended as (
       update run set status = 'FAILED', error = ?::json, claim = ?, ${SET_ENDED} from moment where workspace_id = ? and id = ?),
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
