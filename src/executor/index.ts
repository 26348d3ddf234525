import type { RunQueue } from '../store/queue.ts'
import { type ExecutorParts, executeRun } from './execute-run.ts'

export { installConsoleCapture, logLeftBehind } from './console.ts'
export type { ExecutorParts }

/** Executes runs from the queue until the queue is closed. @param concurrency how many at once. */
export async function startExecutor(
  parts: ExecutorParts,
  queue: RunQueue,
  concurrency: number,
): Promise<void> {
  await queue.work(concurrency, async (job, claim) => {
    try {
      await executeRun(parts, job, claim)
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
