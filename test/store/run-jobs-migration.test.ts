import { expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { migrate } from '../../src/store/migrate.ts'
import { withOldDatabase } from '../support/database.ts'

const log = createLogger('silent', 'test')
const id = (count: number) => `00000000-0000-7000-8000-00000000000${count}`

test('what the queue before had left to do is taken over, and its schema goes', async () => {
  const database = await withOldDatabase('Migration20261127072158_vouched_keys')
  // As much of pg-boss's table as is read.
  await database.query(`create schema pgboss; create table pgboss.job (
    id uuid, name text, state text, data jsonb, start_after timestamptz, retry_count int)`)
  const states = ['created', 'retry', 'active', 'completed', 'failed', 'cancelled']
  for (const [index, state] of states.entries()) {
    await database.query(
      `insert into pgboss.job values ($1, 'runs', $2, '{"workspace":"acme"}', '2030-01-01T00:00:00Z', $3)`,
      [id(index), state, index],
    )
  }
  await database.query(`insert into pgboss.job values ($1, 'clock', 'created', '{}', now(), 0)`, [id(9)])
  await migrate(database.url, log)
  const job = { workspace_id: 'acme', due_at: new Date('2030-01-01T00:00:00Z'), worker: null }
  expect(
    await database.query('select workspace_id, run, due_at, attempts, worker from run_job order by run'),
  ).toEqual([0, 1, 2].map((count) => ({ ...job, run: id(count), attempts: count })))
  expect(await database.query(`select to_regnamespace('pgboss') as schema`)).toEqual([{ schema: null }])
})
