import { EventEmitter } from 'node:events'
import { Client } from 'pg'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import type { Tx } from './store.ts'

const CHANNEL = 'run_updated'
const RECONNECT_MS = 1000

/** Tells every process that a run changed, when (and only if) the caller's transaction commits. */
export async function signalRun(tx: Tx, workspace: string, run: string): Promise<void> {
  await tx.execute('select pg_notify(?, ?)', [CHANNEL, `${workspace}.${run}`])
}

export interface RunSignals {
  /**
   * Resolves when the run changes, when `milliseconds` have passed or when `signal` aborts. A notification
   * can be lost while the connection is down, so callers read the run again in every case.
   */
  wait(workspace: string, run: string, milliseconds: number, signal?: AbortSignal): Promise<void>
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
  let client: Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined

  const connect = async () => {
    const next = new Client({ connectionString: url.reveal(), keepAlive: true })
    client = next
    next.on('notification', ({ channel, payload = '' }) => {
      if (channel === CHANNEL) emitter.emit(payload)
      else others[channel]?.(payload)
    })
    next.on('error', () => undefined)
    next.once('end', reconnect)
    try {
      await next.connect()
      await next.query([CHANNEL, ...Object.keys(others)].map((channel) => `listen ${channel}`).join('; '))
    } catch (err) {
      log.debug({ err }, 'cannot listen for runs yet')
      await next.end().catch(reconnect)
    }
  }
  const reconnect = () => {
    clearTimeout(retry)
    if (!closed) retry = setTimeout(() => void connect(), RECONNECT_MS)
  }
  void connect()

  return {
    wait: (workspace, run, milliseconds, signal) =>
      new Promise((resolve) => {
        const event = `${workspace}.${run}`
        const finish = () => {
          clearTimeout(timer)
          emitter.off(event, finish)
          signal?.removeEventListener('abort', finish)
          resolve()
        }
        const timer = setTimeout(finish, milliseconds)
        emitter.on(event, finish)
        signal?.addEventListener('abort', finish)
        if (signal?.aborted) finish()
      }),
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}
