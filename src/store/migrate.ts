import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { packageFiles } from '../package-files.ts'
import type { Sensitive } from '../sensitive.ts'
import { Instance } from './entities/index.ts'
import { MIGRATION_LOCK } from './locks.ts'
import type { PatientMigrator } from './patient-migrator.ts'
import { notePause } from './pause.ts'
import { refuseOldServer } from './server-version.ts'
import { openStore, type Store } from './store.ts'

// Between two attempts to become the one that migrates (milliseconds).
const TURN_PAUSE = 500

/**
 * Brings the schema up to date, beside processes that work. Safe to run in several processes at once.
 *
 * @param only stops at the schema of these migrations, and makes no instance in it: nobody begins to work there.
 * @throws AppError INVALID_CONFIG when the server is too old, DATABASE_UNAVAILABLE when a table stays locked by others.
 */
export async function migrate(url: Sensitive, log: Logger, only?: readonly string[]): Promise<void> {
  const store = await openStore(url, 3)
  try {
    const refused = await refuseOldServer(store)
    if (refused !== undefined)
      throw new AppError('INVALID_CONFIG', `The database cannot be used: ${refused}.`)
    while (!(await inTurn(store, () => bringUp(store, log, only)))) await sleep(TURN_PAUSE)
  } finally {
    await store.close()
  }
}

/**
 * Asks for the lock again and again. One who waited for it inside a statement would hold a snapshot, and an index that
 * is built concurrently waits for every snapshot.
 *
 * @returns false when another process migrates.
 */
function inTurn(store: Store, work: () => Promise<void>): Promise<boolean> {
  return store.inTransaction(async (tx) => {
    const [lock] = await tx.execute<{ held: boolean }[]>('select pg_try_advisory_xact_lock(?) as held', [
      MIGRATION_LOCK,
    ])
    if (lock?.held) await work()
    return lock?.held === true
  })
}

async function bringUp(store: Store, log: Logger, only?: readonly string[]): Promise<void> {
  const migrator = store.orm.config.getExtension<PatientMigrator>('@mikro-orm/migrator')
  if (!migrator) throw new AppError('INTERNAL', 'The store has no migrator.')
  migrator.onWait = (waiting) => log.warn(waiting, 'waiting for a table that another transaction has locked')
  migrator.onSlow = (slow) =>
    log.info(slow, 'a statement of the migration takes long, it may wait for transactions that are open')
  const done = await migrator.up(only && { migrations: [...only] })
  if (done.length > 0) log.info({ migrations: done.map((it) => it.name) }, 'database migrated')
  if (only) return
  await createInstance(store)
  await notePause(store)
}

/** The names of all migrations of this version, in their order. */
export async function knownMigrations(): Promise<string[]> {
  const files = await readdir(packageFiles.migrations)
  return files.flatMap((file) => /^(Migration\d+\w*)\.[jt]s$/.exec(file)?.[1] ?? []).sort()
}

async function createInstance(store: Store): Promise<void> {
  // One statement: a worker that starts meanwhile would take an instance without an identity for a restored one.
  await store.em().execute(
    `insert into instance (id, auth_secret, identity) values (1, ?, database_identity())
     on conflict (id) do update set identity = excluded.identity where instance.identity is null`,
    [randomBytes(32).toString('base64url')],
  )
}

/** Whether every migration that this code knows has run. @throws when the database is away. */
export async function isSchemaReady(store: Store): Promise<boolean> {
  const [{ exists } = { exists: false }] = await store
    .em()
    .execute<{ exists: boolean }[]>(`select to_regclass('mikro_orm_migrations') is not null as exists`)
  if (!exists) return false
  const pending = await store.orm.migrator.getPending()
  if (pending.length > 0) return false
  const instance = await store.em().count(Instance, { id: 1 })
  return instance === 1
}
