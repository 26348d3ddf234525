import type { QueueLimits, RunQueue } from '../store/queue.ts'
import type { ExecutorParts } from './execution.ts'
import { createPace } from './pace.ts'
import { executeRun } from './run.ts'

export { installConsoleCapture } from './console.ts'
export { endLostRuns } from './lost-runs.ts'
export { startRetention } from './retention.ts'
export type { ExecutorParts }

/** Executes runs from the queue until the queue is closed. */
export async function startExecutor(
  parts: Omit<ExecutorParts, 'queue' | 'pace'>,
  queue: RunQueue,
  limits: QueueLimits,
): Promise<void> {
  const pace = createPace()
  await queue.work(limits, async (job, claim) => {
    try {
      await executeRun({ ...parts, queue, pace }, job, claim)
    } catch (err) {
      // The queue hands the job out again; pg-boss would store the error, so it gets one without content.
      parts.log.error(
        { err, run: `${job.workspace}.${job.run}` },
        'run could not be executed, it will be tried again',
      )
      throw new Error('The run could not be executed.')
    }
  })
}
