import { randomBytes } from 'node:crypto'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { Instance } from './entities/index.ts'
import { MIGRATION_LOCK } from './locks.ts'
import { notePause } from './pause.ts'
import { openStore, type Store } from './store.ts'

/** Brings the schema up to date. Safe to run in several processes at once. */
export async function migrate(url: Sensitive, log: Logger): Promise<void> {
  const store = await openStore(url, 2)
  try {
    await store.inTransaction(async (tx) => {
      await tx.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      const done = await store.orm.migrator.up()
      if (done.length > 0) log.info({ migrations: done.map((it) => it.name) }, 'database migrated')
      await createInstance(store)
      await notePause(store)
    })
  } finally {
    await store.close()
  }
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
