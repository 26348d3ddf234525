import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { withOldDatabase } from '../support/database.ts'
import { main } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'

vi.setConfig({ testTimeout: 90_000 })

test('a migration that waits says what for, and one that is told to stop says that it is brought to its end', async () => {
  const database = await withOldDatabase('Migration20261128031837_deleted_workspaces')
  const other = new pg.Client({ connectionString: database.url.reveal() })
  await other.connect()
  onTestFinished(() => other.end())
  // What builds an index concurrently waits for this, and has no time after which it would give way.
  await other.query('begin; lock table run_job')
  const migration = startLockstep([main, 'migrate'], { DATABASE_URL: database.url.reveal() })
  onTestFinished(() => migration.kill())
  expect(JSON.parse(await migration.untilSays(/takes long/))).toMatchObject({
    migration: 'Migration20261128055737_big_backlogs',
    statement: expect.stringContaining('create index concurrently'),
  })
  process.kill(migration.pid, 'SIGTERM')
  await migration.untilSays(/is brought to its end; a second signal ends it at once/)
  await other.query('commit')
  expect(await migration.ended).toBe(0)
  const done = await database.query(`select 1 from mikro_orm_migrations where name like '%_big_backlogs'`)
  expect(done).toHaveLength(1)
})
