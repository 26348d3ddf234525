import { getHeapStatistics } from 'node:v8'
import type { HandleRun, QueueLimits, RunQueue } from '../store/queue.ts'
import type { ExecutorParts } from './execution.ts'
import { createHookChecker } from './hook-checks.ts'
import { createWorkerMemory } from './memory.ts'
import { createPace } from './pace.ts'
import { executeRun } from './run.ts'

export { installConsoleCapture } from './console.ts'
export { endLostRuns } from './lost-runs.ts'
export { startRetention } from './retention.ts'
export { startStorageMeter } from './storage-meter.ts'
export type { ExecutorParts }

/** Executes runs from the queue, and checks requests to webhooks, until the queue is closed. */
export async function startExecutor(
  parts: Omit<ExecutorParts, 'writes' | 'pace' | 'memory'>,
  queue: RunQueue,
  limits: QueueLimits,
): Promise<void> {
  const pace = createPace()
  const memory = createWorkerMemory(getHeapStatistics().heap_size_limit)
  const knock = createHookChecker({ ...parts, checks: queue.hookChecks })
  const handle: HandleRun = async (run, signals) => {
    try {
      await executeRun({ ...parts, writes: queue.writes, pace, memory }, run, signals)
    } catch (err) {
      parts.log.error(
        { err, run: `${run.workspace}.${run.run}` },
        'run could not be executed, it will be tried again',
      )
      throw err
    }
  }
  await queue.work(limits, handle, knock)
}
