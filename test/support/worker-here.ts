import { vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { collect } from './app.ts'

/** A worker in the test's process, for tests that neither kill it nor look at what it leaves behind in a process. */
export interface WorkerHere {
  /** The lines of its log. */
  output: string[]
  /** Waits until a line matches, from the first one on. */
  untilSays(pattern: RegExp): Promise<string>
  stop(): Promise<void>
}

/** @param env its settings, and no others. */
export async function startWorkerHere(env: NodeJS.ProcessEnv): Promise<WorkerHere> {
  const output: string[] = []
  const worker = await startWorker(readConfig(env), createLogger('debug', 'worker', collect(output)))
  return {
    output,
    untilSays: (pattern) =>
      vi.waitUntil(() => output.find((line) => pattern.test(line)), { timeout: 60_000, interval: 20 }),
    stop: () => worker.stop(),
  }
}
