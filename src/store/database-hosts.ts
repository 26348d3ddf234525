import { Client } from 'pg'
import type { DatabaseHost } from '../database-url.ts'

// How long a host has to say what it is (milliseconds).
const PATIENCE = 3000

/**
 * Which of several hosts takes writes. It is asked for again once there is a doubt: a connection could not be made or
 * broke, or a server said that it is read-only. So everything follows a fail-over.
 */
export class DatabaseHosts {
  readonly #url: string
  readonly #hosts: readonly DatabaseHost[]
  #chosen: Promise<DatabaseHost> | undefined

  constructor(url: string, hosts: readonly DatabaseHost[]) {
    this.#url = url
    this.#hosts = hosts
  }

  /** @throws what the first host answers, when none takes writes. */
  choose(): Promise<DatabaseHost> {
    if (!this.#chosen) {
      const chosen = this.#find()
      this.#chosen = chosen
      // Nobody shall get the same failure again later.
      chosen.catch(() => this.#chosen === chosen && this.doubt())
    }
    return this.#chosen
  }

  doubt(): void {
    this.#chosen = undefined
  }

  async #find(): Promise<DatabaseHost> {
    try {
      return await Promise.any(this.#hosts.map((host) => this.#ask(host)))
    } catch (error) {
      const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
      // A standby that answers says more than a host that is away.
      throw errors.find((it) => it instanceof NoPrimary) ?? errors[0]
    }
  }

  async #ask(host: DatabaseHost): Promise<DatabaseHost> {
    const client = new Client({
      connectionString: this.#url,
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
    })
    client.on('error', () => undefined)
    Object.assign(client, host)
    try {
      await client.connect()
      const { rows } = await client.query(
        `select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as refuses`,
      )
      if (rows[0]?.refuses) throw new NoPrimary('The host takes no writes.')
      return host
    } finally {
      void client.end().catch(() => undefined)
    }
  }
}

class NoPrimary extends Error {
  /** As a server says it (SQLSTATE): read_only_sql_transaction. */
  readonly code = '25006'
}
