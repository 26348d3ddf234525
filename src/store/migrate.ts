import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { Instance } from './entities/index.ts'
import { MIGRATION_LOCK } from './locks.ts'
import { notePause } from './pause.ts'
import { openStore, type Store } from './store.ts'

/**
 * Brings the schema up to date. Safe to run in several processes at once.
 *
 * @param only stops at the schema of these migrations, and makes no instance in it: nobody begins to work there.
 */
export async function migrate(url: Sensitive, log: Logger, only?: readonly string[]): Promise<void> {
  const store = await openStore(url, 2)
  try {
    await store.inTransaction(async (tx) => {
      await tx.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      const done = await store.orm.migrator.up(only && { migrations: [...only] })
      if (done.length > 0) log.info({ migrations: done.map((it) => it.name) }, 'database migrated')
      if (only) return
      await createInstance(store)
      await notePause(store)
    })
  } finally {
    await store.close()
  }
}

/** The names of all migrations of this version, in their order. */
export async function knownMigrations(): Promise<string[]> {
  const files = await readdir(new URL('./migrations', import.meta.url))
  return files.flatMap((file) => /^(Migration\d+\w*)\.[jt]s$/.exec(file)?.[1] ?? []).sort()
}

async function createInstance(store: Store): Promise<void> {
  const instance = { id: 1, authSecret: randomBytes(32).toString('base64url') }
  await store.em().upsert(Instance, instance, { onConflictAction: 'ignore' })
  await store
    .em()
    .execute('update instance set identity = database_identity() where id = 1 and identity is null')
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
