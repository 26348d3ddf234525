import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { LIST_CHANNEL, type ListName, lineOfList } from './list-changes.ts'
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
  /**
   * Resolves as {@link wait}, when something in a list of the workspace changes.
   *
   * @returns whether it was said that it has changed.
   */
  waitForList(workspace: string, list: ListName, milliseconds: number, signal: AbortSignal): Promise<boolean>
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
  const wake = (what: string, end = '') => {
    for (const hear of [...(waiting.get(what) ?? [])]) hear(end)
  }
  const tell = (payload: string) => {
    for (const line of payload.split('\n')) {
      const { id, end } = readChange(line)
      wake(id, end)
      wake(lineOfList(id.slice(0, Math.max(0, id.indexOf('.'))), 'runs'))
    }
  }
  const close = listen(url, { ...others, [RUN_CHANNEL]: tell, [LIST_CHANNEL]: (list) => wake(list) }, log)
  const add = (id: string, hear: Hear) => {
    const all = waiting.get(id) ?? new Set()
    waiting.set(id, all.add(hear))
    return () => {
      if (all.delete(hear) && all.size === 0) waiting.delete(id)
    }
  }

  /** @returns what was said; undefined: nothing. */
  const wait = (
    what: string,
    milliseconds: number,
    isWaitedFor: (end: string) => boolean,
    signal?: AbortSignal,
  ): Promise<string | undefined> =>
    new Promise((resolve) => {
      const finish = (end?: string) => {
        clearTimeout(timer)
        remove()
        signal?.removeEventListener('abort', stop)
        resolve(end)
      }
      const remove = add(what, (end) => void (isWaitedFor(end) && finish(end)))
      const stop = () => finish()
      const timer = setTimeout(stop, milliseconds)
      signal?.addEventListener('abort', stop)
      if (signal?.aborted) finish()
    })
  return {
    wait: async (workspace, run, milliseconds, signal) =>
      void (await wait(lineOfChange({ workspace, run }), milliseconds, () => true, signal)),
    waitForEnd: async (run, milliseconds, signal) =>
      readEnd(run, (await wait(lineOfChange(run), milliseconds, (end) => end !== '', signal)) ?? ''),
    waitForList: async (workspace, list, milliseconds, signal) =>
      (await wait(lineOfList(workspace, list), milliseconds, () => true, signal)) !== undefined,
    close,
  }
}
