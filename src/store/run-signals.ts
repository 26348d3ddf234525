import { EventEmitter } from 'node:events'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { listen } from './listen.ts'
import type { RunJob } from './runs/run-job.ts'
import { type EndedRun, RUN_CHANNEL, readChange, readEnd } from './runs/told.ts'

export interface RunSignals {
  /**
   * Resolves when the run changes, when `milliseconds` have passed or when `signal` aborts. A notification
   * can be lost while the connection is down, so callers read the run again in every case.
   */
  wait(workspace: string, run: string, milliseconds: number, signal?: AbortSignal): Promise<void>
  /**
   * The same, for the end of the run alone.
   *
   * @returns how it ended; undefined when the run has to be read.
   */
  waitForEnd(
    workspace: string,
    run: string,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<EndedRun | undefined>
  close(): Promise<void>
}

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
  const emitter = new EventEmitter().setMaxListeners(0)
  const tell = (payload: string) => {
    for (const line of payload.split('\n')) {
      const { id, end } = readChange(line)
      emitter.emit(id, end)
    }
  }
  const close = listen(url, { ...others, [RUN_CHANNEL]: tell }, log)

  const wait = (
    { workspace, run }: RunJob,
    milliseconds: number,
    isWaitedFor: (end: string) => boolean,
    signal?: AbortSignal,
  ): Promise<string> =>
    new Promise((resolve) => {
      const event = `${workspace}.${run}`
      const finish = (end = '') => {
        clearTimeout(timer)
        emitter.off(event, hear)
        signal?.removeEventListener('abort', stop)
        resolve(end)
      }
      const hear = (end: string) => void (isWaitedFor(end) && finish(end))
      const stop = () => finish()
      const timer = setTimeout(stop, milliseconds)
      emitter.on(event, hear)
      signal?.addEventListener('abort', stop)
      if (signal?.aborted) finish()
    })
  return {
    wait: async (workspace, run, milliseconds, signal) =>
      void (await wait({ workspace, run }, milliseconds, () => true, signal)),
    waitForEnd: async (workspace, run, milliseconds, signal) =>
      readEnd(await wait({ workspace, run }, milliseconds, (end) => end !== '', signal)),
    close,
  }
}
