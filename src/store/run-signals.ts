import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { listen } from './listen.ts'
import type { RunJob } from './runs/run-job.ts'
import { type EndedRun, lineOfChange, RUN_CHANNEL, readChange, readEnd } from './runs/told.ts'

export interface RunSignals {
  /**
   * Resolves when the run changes, when `milliseconds` have passed or when `signal` aborts. A notification
   * can be lost while the connection is down, and anybody who may connect can send one, so callers read the run again in
   * every case.
   */
  wait(workspace: string, run: string, milliseconds: number, signal?: AbortSignal): Promise<void>
  /**
   * The same, for the end of the run alone.
   *
   * @param run with its input as it is sealed in its row: that proves what is said of its end.
   * @returns how it ended; undefined when the run has to be read.
   */
  waitForEnd(
    run: RunJob & { sealedInput: string },
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<EndedRun | undefined>
  close(): Promise<void>
}

type Hear = (end: string) => void

/**
 * Listens on a connection of its own, and goes on trying while the database is away.
 *
 * @param others what is called with the notifications of other channels: they come on the same connection.
 */
export function openRunSignals(
  url: Sensitive,
  log: Logger,
  others: Readonly<Record<string, (payload: string) => void>> = {},
): RunSignals {
  // By what a line begins with. No text that somebody may send means anything else here, as `error` does to an emitter.
  const waiting = new Map<string, Set<Hear>>()
  const tell = (payload: string) => {
    for (const line of payload.split('\n')) {
      const { id, end } = readChange(line)
      for (const hear of [...(waiting.get(id) ?? [])]) hear(end)
    }
  }
  const close = listen(url, { ...others, [RUN_CHANNEL]: tell }, log)
  const add = (id: string, hear: Hear) => {
    const all = waiting.get(id) ?? new Set()
    waiting.set(id, all.add(hear))
    return () => {
      if (all.delete(hear) && all.size === 0) waiting.delete(id)
    }
  }

  const wait = (
    job: RunJob,
    milliseconds: number,
    isWaitedFor: (end: string) => boolean,
    signal?: AbortSignal,
  ): Promise<string> =>
    new Promise((resolve) => {
      const finish = (end = '') => {
        clearTimeout(timer)
        remove()
        signal?.removeEventListener('abort', stop)
        resolve(end)
      }
      const remove = add(lineOfChange(job), (end) => void (isWaitedFor(end) && finish(end)))
      const stop = () => finish()
      const timer = setTimeout(stop, milliseconds)
      signal?.addEventListener('abort', stop)
      if (signal?.aborted) finish()
    })
  return {
    wait: async (workspace, run, milliseconds, signal) =>
      void (await wait({ workspace, run }, milliseconds, () => true, signal)),
    waitForEnd: async (run, milliseconds, signal) =>
      readEnd(run, await wait(run, milliseconds, (end) => end !== '', signal)),
    close,
  }
}
