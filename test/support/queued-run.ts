import { runProducer } from '../../src/store/queue.ts'
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
  await runProducer.enqueue(tx, { workspace, run }, use)
  return run
}
