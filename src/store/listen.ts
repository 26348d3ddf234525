import type { Client } from 'pg'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { connectionTo } from './connection.ts'

const RECONNECT_MS = 1000

/**
 * What is called with each notification of a channel: its text, which may be empty. PostgreSQL asks for no right to send
 * one, so the text may be anything that somebody who may connect made up: it must neither throw nor believe it.
 */
type Handlers = Readonly<Record<string, (payload: string) => void>>

/**
 * Listens on a connection of its own, and goes on trying while the database is away.
 *
 * @param onListening called whenever it listens, again after a break: what was said meanwhile is lost.
 * @param onDeaf called whenever its connection is lost.
 * @returns what ends it.
 */
export function listen(
  url: Sensitive,
  channels: Handlers,
  log: Logger,
  onListening?: () => void,
  onDeaf?: () => void,
): () => Promise<void> {
  const options = connectionTo(url)
  let client: Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined

  const connect = async () => {
    const next = new options.Client(options)
    client = next
    next.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''))
    next.on('error', () => undefined)
    const ended = () => {
      if (client === next) reconnect()
    }
    next.once('end', ended)
    try {
      await next.connect()
      await next.query(
        Object.keys(channels)
          .map((channel) => `listen ${channel}`)
          .join('; '),
      )
      onListening?.()
    } catch (err) {
      log.debug({ err }, 'cannot listen to the database yet')
      void next.end().catch(() => undefined)
      // A client that found no host which takes writes has no connection, and never says that one ended.
      ended()
    }
  }
  const reconnect = () => {
    onDeaf?.()
    clearTimeout(retry)
    if (!closed) retry = setTimeout(() => void connect(), RECONNECT_MS)
  }
  void connect()
  return async () => {
    closed = true
    clearTimeout(retry)
    await client?.end().catch(() => undefined)
  }
}
