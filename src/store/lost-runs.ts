import type { RunJob } from './queue.ts'
import type { Em, Tx } from './store.ts'

/** Why no worker will ever execute a run: the queue has given its job up, or its job is gone. */
export type Loss = 'given up' | 'gone'

// What has just been settled is left alone: somebody may still be at it, or put the job back by hand.
const GRACE = `interval '5 minutes'`

// A run and its job are written in one transaction and pg-boss changes a job in one statement, so whatever one
// snapshot shows without a job has none.
const LOST = `run.status in ('QUEUED', 'RUNNING') and run.created_at < now() - ${GRACE} and not exists (
  select 1 from pgboss.job as own where own.name = 'runs' and own.id = run.id
     and (own.state in ('created', 'retry', 'active') or own.completed_on > now() - ${GRACE}))`

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
 * @returns undefined when somebody is at it or when it is not lost after all.
 */
export async function holdLostRun(tx: Tx, { workspace, run }: RunJob): Promise<Loss | undefined> {
  const held = await tx.execute<unknown[]>(
    'select 1 from run where workspace_id = ? and id = ? for update skip locked',
    [workspace, run],
  )
  if (held.length === 0) return undefined
  // A statement of its own, for it has to see what was committed before the lock.
  const [found] = await tx.execute<{ loss: Loss }[]>(
    `select case when exists (select 1 from pgboss.job where name = 'runs' and job.id = run.id)
                 then 'given up' else 'gone' end as loss
       from run where run.workspace_id = ? and run.id = ? and ${LOST}`,
    [workspace, run],
  )
  return found?.loss
}
