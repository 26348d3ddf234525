import { EventEmitter } from 'node:events'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { listen } from './listen.ts'
import { type EndedRun, RUN_CHANNEL, readChange, readEnd } from './runs/told.ts'

export interface RunSignals {
  /**
   * Resolves when the run changes, when `milliseconds` have passed or when `signal` aborts. A notification
   * can be lost while the connection is down, so callers without an answer read the run again in every case.
   *
   * @returns how the run ended, if that is short and was said.
   */
  wait(
    workspace: string,
    run: string,
    milliseconds: number,
    signal?: AbortSignal,
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

  return {
    wait: (workspace, run, milliseconds, signal) =>
      new Promise((resolve) => {
        const event = `${workspace}.${run}`
        const finish = (end?: unknown) => {
          clearTimeout(timer)
          emitter.off(event, finish)
          signal?.removeEventListener('abort', finish)
          resolve(typeof end === 'string' ? readEnd(end) : undefined)
        }
        const timer = setTimeout(finish, milliseconds)
        emitter.on(event, finish)
        signal?.addEventListener('abort', finish)
        if (signal?.aborted) finish()
      }),
    close,
  }
}
