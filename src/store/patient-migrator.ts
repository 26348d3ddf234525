import { setTimeout as sleep } from 'node:timers/promises'
import type { MikroORM, Transaction } from '@mikro-orm/core'
import { type Migration, MigrationRunner, Migrator } from '@mikro-orm/migrations'
import { AppError } from '../errors.ts'

/**
 * How long a statement of a migration waits for a lock (milliseconds). Everybody who comes after it for the same table
 * waits as long, readers too.
 */
export const LOCK_TIMEOUT_MS = 300
/** What a transaction begins with that must not keep others waiting. */
export const SET_LOCK_TIMEOUT = `set local lock_timeout = ${LOCK_TIMEOUT_MS}`
// Between two attempts (milliseconds) those are served that waited behind the statement.
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5000
// A transaction that is open for longer (milliseconds) is nothing to wait for: a person has to end it.
const PATIENCE_MS = 15 * 60 * 1000

// Of PostgreSQL (SQLSTATE): a lock that did not come in time, and a deadlock.
const LOCK_STATE = /^(?:55P03|40P01)$/
// It waits for other transactions without a lock that anybody would wait behind, and allows no transaction around it.
const CONCURRENT = /^\s*(?:create(?:\s+unique)?|drop)\s+index\s+concurrently\b/i

// A statement that has not ended by then (milliseconds) is told of.
const SLOW_MS = 2000

/** Called before each pause, with what the migration waits for. */
export type OnWait = (waiting: { migration: string; statement: string }) => void

/**
 * Migrates beside processes that read and write. A transactional migration is one transaction. Of any other, each
 * statement is one, and may be run again: after a migration that was killed it begins anew.
 */
export class PatientMigrator extends Migrator {
  // The ORM adds a migrator of its own unless it finds one with this name.
  static override readonly name = 'Migrator'

  onWait: OnWait | undefined
  /** Called once for a statement that takes long, while it goes on. */
  onSlow: OnWait | undefined

  static override register(orm: MikroORM): void {
    // The ORM knows the migrator by this name.
    orm.config.registerExtension('@mikro-orm/migrator', () => new PatientMigrator(orm.em as never))
  }

  protected override createRunner(): MigrationRunner {
    return new PatientRunner(this.driver, this.options, this.config, {
      wait: (it) => this.onWait?.(it),
      slow: (it) => this.onSlow?.(it),
    })
  }
}

type Tell = Readonly<Record<'wait' | 'slow', OnWait>>

class PatientRunner extends MigrationRunner {
  readonly #tell: Tell

  constructor(...[driver, options, config, tell]: [...ConstructorParameters<typeof MigrationRunner>, Tell]) {
    super(driver, options, config)
    this.#tell = tell
  }

  override async run(
    migration: Migration,
    method: 'up' | 'down',
    afterRun?: (tx?: Transaction) => Promise<void>,
  ): Promise<void> {
    const { driver } = this
    const inTransaction = (statements: readonly string[], andThen?: (tx: Transaction) => Promise<void>) =>
      driver.getConnection().transactional(async (tx) => {
        for (const sql of [SET_LOCK_TIMEOUT, ...statements]) await driver.execute(sql, undefined, 'all', tx)
        await andThen?.(tx)
      })
    migration.reset()
    await migration[method]()
    const statements = migration.getQueries().map(String)
    const name = migration.constructor.name
    if (migration.isTransactional()) {
      await this.#patiently(name, 'all of it', () => inTransaction(statements, afterRun))
      return
    }
    for (const sql of statements) {
      await this.#patiently(name, sql, () =>
        CONCURRENT.test(sql) ? driver.execute(sql) : inTransaction([sql]),
      )
    }
    await afterRun?.()
  }

  /** @throws AppError DATABASE_UNAVAILABLE when other transactions kept a table locked all the time. */
  async #patiently(migration: string, sql: string, work: () => Promise<unknown>): Promise<void> {
    const statement = sql.trim().slice(0, 100)
    const until = performance.now() + PATIENCE_MS
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const slow = setTimeout(() => this.#tell.slow({ migration, statement }), SLOW_MS)
      try {
        await work()
        return
      } catch (error) {
        if (!isLockFailure(error)) throw error
        if (performance.now() > until) throw lockedOut(migration, statement, error)
        this.#tell.wait({ migration, statement })
        clearTimeout(slow)
        await sleep(pause)
      } finally {
        clearTimeout(slow)
      }
    }
  }
}

const isLockFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && LOCK_STATE.test(String(error.code))

function lockedOut(migration: string, statement: string, cause: unknown): AppError {
  const advice =
    'End the oldest transaction that pg_stat_activity shows, and migrate again: it goes on where it was.'
  return new AppError(
    'DATABASE_UNAVAILABLE',
    `${migration} waits in vain for a table that other transactions keep locked (${statement}). ${advice}`,
    { cause },
  )
}
