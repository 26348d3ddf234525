import type { Tx } from '../store.ts'
import { MOMENT, SET_ENDED } from './ended.ts'
import type { RunJob } from './run-job.ts'
import { lineOfChange, lineOfUnsaidEnd, RUN_CHANNEL } from './told.ts'

const CANCELLED = { code: 'CANCELLED', message: 'The run was cancelled before it began.' }

/**
 * Ends a run that waits, or asks whoever has it to end it. A worker finds its job afterwards and drops it.
 *
 * @returns false when there is nothing to cancel, or somebody has asked before.
 */
export async function cancelRun(tx: Tx, { workspace, run }: RunJob): Promise<boolean> {
  const tell = `select pg_notify('${RUN_CHANNEL}', ?) from changed`
  const queued = await tx.execute<unknown[]>(
    `with ${MOMENT},
     changed as (
       update run set status = 'CANCELLED', error = ?::json, ${SET_ENDED} from moment
        where workspace_id = ? and id = ? and status = 'QUEUED' returning 1) ${tell}`,
    [JSON.stringify(CANCELLED), workspace, run, lineOfUnsaidEnd({ workspace, run })],
  )
  if (queued.length > 0) return true
  // A statement of its own, for a worker may have begun the run while the one before waited for its row.
  const running = await tx.execute<unknown[]>(
    `with ${MOMENT},
     changed as (
       update run set cancel_requested_at = moment.at from moment
        where workspace_id = ? and id = ? and status = 'RUNNING' and cancel_requested_at is null returning 1) ${tell}`,
    [workspace, run, lineOfChange({ workspace, run })],
  )
  return running.length > 0
}

const DELETED = { code: 'CANCELLED', message: 'The workspace was deleted.' }

/** Ends all runs of a workspace that wait, and asks for the end of those that run. Workers learn it with their next heartbeat. */
export async function cancelAllRuns(tx: Tx, workspace: string): Promise<void> {
  await tx.execute(
    `with ${MOMENT}
     update run set status = 'CANCELLED', error = ?::json, ${SET_ENDED} from moment where workspace_id = ? and status = 'QUEUED'`,
    [JSON.stringify(DELETED), workspace],
  )
  await tx.execute(
    `with ${MOMENT}
     update run set cancel_requested_at = moment.at from moment
      where workspace_id = ? and status = 'RUNNING' and cancel_requested_at is null`,
    [workspace],
  )
}
