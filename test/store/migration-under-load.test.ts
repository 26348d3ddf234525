import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { migrate } from '../../src/store/migrate.ts'
import { growPartitions } from '../../src/store/partitions.ts'
import { openStore } from '../../src/store/store.ts'
import { collect } from '../support/app.ts'
import { withOldDatabase } from '../support/database.ts'
import { fillWithRuns, startMigrationLoad } from '../support/migration-load.ts'

vi.setConfig({ testTimeout: 900_000 })

// `npm run drills` sets a million.
const { MIGRATION_RUNS = '20000' } = process.env
const RUNS = Number(MIGRATION_RUNS)
// The oldest whose tables the load can use; what follows builds indexes on them and changes them.
const OLD = 'Migration20261123070730_hook_signatures'

test('nobody waits for a second while a filled database is migrated behind a transaction that stays open', async () => {
  const database = await withOldDatabase(OLD)
  await fillWithRuns(database, RUNS)
  const load = await startMigrationLoad(database.url)
  const lines: string[] = []
  const migrated = migrate(database.url, createLogger('info', 'test', collect(lines)))
  // It waits for the open transaction, tries again and again, and says so.
  await vi.waitUntil(() => lines.filter((it) => it.includes('waiting for a table')).length >= 4, 20_000)
  await sleep(2000)
  await load.endLongRead()
  await migrated
  // The first partition, with all that was there, is given an end.
  const store = await openStore(database.url)
  await growPartitions({ store, log: createLogger('silent', 'test') }, { runDays: 90, auditDays: 0 })
  await store.close()
  const { longestWait, reads, writes } = await load.stop()
  process.stdout.write(`migration under load: ${RUNS} runs, ${Math.round(longestWait)} ms waited at most\n`)
  expect(longestWait).toBeLessThan(1000)
  expect(Math.min(reads, writes)).toBeGreaterThan(20)
  for (const table of ['run', 'step_run', 'audit_event']) {
    expect(await database.query(`select count(*)::int from ${table}`)).toEqual([{ count: RUNS + writes }])
    expect(await database.query('select part from partitions_of($1)', [table])).toHaveLength(2)
  }
})

test('a migration that was killed goes on: an index that it left invalid is built again', async () => {
  const database = await withOldDatabase(OLD)
  await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
  await database.query(
    `insert into run (workspace_id, id, steps, status, created_at)
     select 'acme', gen_random_uuid(), '[]', 'QUEUED', now() from generate_series(1, 2)`,
  )
  // As a concurrent build leaves it that did not come to its end. The column was added before.
  await database.query('alter table run add column trigger text, add column started_by text')
  const index = 'run_workspace_id_status_id_index'
  await expect(
    database.query(`create unique index concurrently ${index} on run (workspace_id)`),
  ).rejects.toThrow('could not create unique index')
  await migrate(database.url, createLogger('silent', 'test'))
  expect(
    await database.query(
      `select bool_and(indisvalid) as valid from pg_index join pg_class on pg_class.oid = indexrelid
        where relname ~ '^(run|secret)_'`,
    ),
  ).toEqual([{ valid: true }])
})

test('of several that migrate at once, one does it and the others wait without holding a snapshot', async () => {
  const database = await withOldDatabase(OLD)
  const log = createLogger('silent', 'test')
  await Promise.all([1, 2, 3].map(() => migrate(database.url, log)))
  const done = await database.query('select name from mikro_orm_migrations group by name having count(*) > 1')
  expect(done).toEqual([])
})
