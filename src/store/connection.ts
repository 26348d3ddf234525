import { Client, type ClientConfig } from 'pg'
import { parseDatabaseUrl } from '../database-url.ts'
import { parseJson } from '../exact-json.ts'
import type { Sensitive } from '../sensitive.ts'
import { DatabaseHosts } from './database-hosts.ts'

// Of PostgreSQL (SQLSTATE): read_only_sql_transaction.
const READ_ONLY = '25006'
// Of PostgreSQL (pg_type.oid): json and jsonb.
export const JSON_TYPES: readonly number[] = [114, 3802]

export interface ConnectionOptions {
  connectionString: string
  keepAlive: true
  /** What a pool makes its connections of. */
  Client: new (
    config?: string | ClientConfig,
  ) => Client
}

/**
 * How every connection to the database is made. Of an address with several hosts it goes to the one that takes writes. One
 * on which the server says that it is read-only, because another has taken its place, is not used again.
 */
export function connectionTo(url: Sensitive): ConnectionOptions {
  const { url: connectionString, hosts: list } = parseDatabaseUrl(url.reveal())
  const hosts = list.length > 1 ? new DatabaseHosts(connectionString, list) : undefined

  class DatabaseClient extends Client {
    readonly #ending = new AbortController()

    constructor(config?: string | ClientConfig) {
      super(config)
      for (const type of JSON_TYPES) this.setTypeParser(type, 'text', parseJson)
      this.connection.on('errorMessage', ({ code }: { code?: string }) => {
        if (code === READ_ONLY) this.#drop()
      })
      if (hosts) this.once('end', () => hosts.doubt())
    }

    override connect(): Promise<this>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): unknown {
      if (!hosts) return callback ? super.connect(callback) : super.connect()
      const connected = this.#connectToChosen(hosts)
      if (!callback) return connected
      return void connected.then(() => callback(undefined as unknown as Error), callback)
    }

    override end(): Promise<void>
    override end(callback: (error: Error) => void): void
    override end(callback?: (error: Error) => void): unknown {
      this.#ending.abort(new Error('The connection was ended before it was made.'))
      return callback ? super.end(callback) : super.end()
    }

    async #connectToChosen(from: DatabaseHosts): Promise<this> {
      Object.assign(this, await from.choose())
      // Ended while the hosts were asked: nobody would end a connection that is made now.
      this.#ending.signal.throwIfAborted()
      try {
        return (await super.connect()) as unknown as this
      } catch (error) {
        from.doubt()
        throw error
      }
    }

    /** Whoever has it gets the error first. */
    #drop(): void {
      hosts?.doubt()
      setImmediate(() => void this.end().catch(() => undefined))
    }
  }
  return { connectionString, keepAlive: true, Client: DatabaseClient }
}
