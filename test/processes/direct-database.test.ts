import { expect, onTestFinished, test, vi } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { withTestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 120_000 })

test('only LISTEN of the API uses the direct database URL', async () => {
  const database = await withTestDatabase()
  const named = (name: string) => `${database.url.reveal()}?application_name=${name}`
  const env = { DATABASE_URL: named('pooled'), LOCKSTEP_DIRECT_DATABASE_URL: named('direct') }
  const app = await startTestApp({ worker: true, env })
  onTestFinished(() => app.close())
  const listeners = () =>
    database.query<{ application_name: string; query: string }>(
      `select application_name, query from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and (query ilike 'listen %' or query like '%pg_listening_channels%')`,
    )
  // The API's connection and that of the worker's queue.
  await vi.waitUntil(async () => (await listeners()).length === 2, { timeout: 60_000 })
  expect((await listeners()).map((it) => it.application_name)).toEqual(['direct', 'direct'])
  const other = await database.query(
    `select 1 from pg_stat_activity where datname = current_database() and application_name = 'pooled'`,
  )
  expect(other).not.toHaveLength(0)
})
