import { Client } from 'pg'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'

const RECONNECT_MS = 1000

interface Listener {
  /** Told of each notification's text, which may be empty. */
  onNotification(payload: string): void
  /** Told whenever it listens, again after a break: what was said meanwhile is lost. */
  onListening?(): void
}

/**
 * Listens on a connection of its own, and goes on trying while the database is away.
 *
 * @returns what ends it.
 */
export function listen(
  url: Sensitive,
  channel: string,
  log: Logger,
  listener: Listener,
): () => Promise<void> {
  let client: Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined

  const connect = async () => {
    const next = new Client({ connectionString: url.reveal(), keepAlive: true })
    client = next
    next.on('notification', ({ payload }) => listener.onNotification(payload ?? ''))
    next.on('error', () => undefined)
    next.once('end', reconnect)
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      listener.onListening?.()
    } catch (err) {
      log.debug({ err }, `cannot listen to ${channel} yet`)
      await next.end().catch(reconnect)
    }
  }
  const reconnect = () => {
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
