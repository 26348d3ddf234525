import type { RunJob } from '../../src/store/queue.ts'
import { JOB_CHANNEL } from '../../src/store/runs/enqueue.ts'
import type { StepUse } from '../../src/store/runs/run-job.ts'
import type { Tx } from '../../src/store/store.ts'

/** Writes a run without steps, and its job. @returns the run's id, which is made of `count`. */
export async function insertQueuedRun(
  tx: Tx,
  workspace: string,
  count: number,
  use?: StepUse,
): Promise<string> {
  const run = `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`
  await tx.execute(
    `insert into run (workspace_id, id, steps, status, created_at) values (?, ?, '[]', 'QUEUED', now())`,
    [workspace, run],
  )
  await insertRunJob(tx, { workspace, run }, use)
  return run
}

/** Writes the job of a run that is there, or is not. */
export async function insertRunJob(tx: Tx, { workspace, run }: RunJob, use?: StepUse): Promise<void> {
  await tx.execute(
    `insert into run_job (workspace_id, run, due_at, use_by, secrets)
     values (?, ?, now(), ?, array(select json_array_elements_text(?::json)))`,
    [workspace, run, use?.step ?? null, JSON.stringify(use?.names ?? [])],
  )
  await tx.execute(`select pg_notify('${JOB_CHANNEL}', '')`)
}
