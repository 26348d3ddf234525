import type { RunJob } from '../../src/store/queue.ts'
import { JOB_CHANNEL } from '../../src/store/runs/enqueue.ts'
import type { Tx } from '../../src/store/store.ts'

/** Writes a run without steps, and its job. @returns the run's id, which is made of `count`. */
export async function insertQueuedRun(tx: Tx, workspace: string, count: number): Promise<string> {
  const run = `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`
  await tx.execute(
    `insert into run (workspace_id, id, steps, status, created_at) values (?, ?, '[]', 'QUEUED', now())`,
    [workspace, run],
  )
  await insertRunJob(tx, { workspace, run })
  return run
}

/** Writes the job of a run that is there, or is not. */
export async function insertRunJob(tx: Tx, { workspace, run }: RunJob): Promise<void> {
  await tx.execute('insert into run_job (workspace_id, run, due_at) values (?, ?, now())', [workspace, run])
  await tx.execute(`select pg_notify('${JOB_CHANNEL}', '')`)
}
