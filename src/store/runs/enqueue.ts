import type { Tx } from '../store.ts'
import type { RunJob, StepUse } from './run-job.ts'

/** Where workers hear that there is a job (no text), or that a run is to end (its id). */
export const JOB_CHANNEL = 'run_job'

/**
 * Adds the run's one job in the caller's transaction: either both exist or neither.
 *
 * @param use the secrets that the run's first step names, to be handed out with it.
 */
export async function enqueueRun(tx: Tx, { workspace, run }: RunJob, use?: StepUse): Promise<void> {
  await tx.execute(
    `with added as (
       insert into run_job (workspace_id, run, use_by, secrets, due_at)
       values (?, ?, ?, array(select jsonb_array_elements_text(?::jsonb)), now()) returning 1)
     select pg_notify('${JOB_CHANNEL}', '') from added`,
    [workspace, run, use?.step ?? null, JSON.stringify(use?.names ?? [])],
  )
}

/**
 * Hands a job that waits out now, even when its workspace has all the places it may have, and tells the worker that
 * has it that the run is to end.
 */
export async function wakeRun(tx: Tx, { workspace, run }: RunJob): Promise<void> {
  await tx.execute(
    `with woken as (
       update run_job set woken = true, due_at = now()
        where workspace_id = ? and run = ? and worker is null returning 1)
     select pg_notify('${JOB_CHANNEL}', ?), (select count(*) from woken)`,
    [workspace, run, `${workspace}.${run}`],
  )
}
