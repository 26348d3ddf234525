import type { HttpConnection } from './http-connection.ts'
import type { Route } from './route.ts'

/** Connections without a request, of one key and of all. Each is a file handle here and at a server. */
export const MAX_IDLE_OF_KEY = 32
export const MAX_IDLE = 256

/**
 * The connections of one egress, with and without requests. Whether a request may be sent at all is not decided here:
 * it is looked up and checked for every request, and only a connection to an address that has passed is given out.
 */
export class ConnectionPool {
  /** By key; the one that was used last is the last. */
  readonly #byKey = new Map<string, HttpConnection[]>()
  /** The one that has waited longest is the first. */
  readonly #idle = new Set<HttpConnection>()
  readonly #closing = new Set<Promise<void>>()

  /** A connection for a request along the route, to be given back by {@link release}. */
  take({ key, addresses }: Route): HttpConnection | undefined {
    const found = this.#byKey.get(key)?.findLast((it) => it.isFree && addresses.includes(it.address))
    if (found) this.#idle.delete(found)
    return found
  }

  /** Takes care of a new connection, which is in use until {@link release}. */
  add({ key }: Route, connection: HttpConnection): void {
    const others = this.#byKey.get(key)
    if (others) others.push(connection)
    else this.#byKey.set(key, [connection])
    connection.onClose(() => this.#forget(key, connection))
  }

  /** Keeps a connection after an exchange if it can take another one and there is room. */
  release({ key }: Route, connection: HttpConnection): void {
    if (!connection.isIdle) return
    const others = this.#byKey.get(key) ?? []
    if (connection.isSound && !this.#isSuperfluous(others, connection)) this.#keep(others, connection)
    else this.#close(connection)
  }

  /** Closes every connection and waits until they are. */
  async close(): Promise<void> {
    for (const connection of [...this.#byKey.values()].flat()) this.#close(connection)
    await Promise.all(this.#closing)
  }

  /** One that is shared does for all, and of the others there are enough at a number. */
  #isSuperfluous(others: readonly HttpConnection[], connection: HttpConnection): boolean {
    if (connection.isShared) return others.some((it) => it !== connection && it.isShared && it.isFree)
    if (others.length <= MAX_IDLE_OF_KEY) return false
    return others.filter((it) => this.#idle.has(it)).length >= MAX_IDLE_OF_KEY
  }

  #keep(others: HttpConnection[], connection: HttpConnection): void {
    if (others.at(-1) !== connection) others.push(...others.splice(others.indexOf(connection), 1))
    this.#idle.add(connection)
    const [oldest] = this.#idle
    if (oldest && this.#idle.size > MAX_IDLE) this.#close(oldest)
  }

  #close(connection: HttpConnection): void {
    this.#idle.delete(connection)
    const closing = connection.close().then(() => void this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  #forget(key: string, connection: HttpConnection): void {
    this.#idle.delete(connection)
    const left = (this.#byKey.get(key) ?? []).filter((it) => it !== connection)
    if (left.length > 0) this.#byKey.set(key, left)
    else this.#byKey.delete(key)
  }
}
