import { expect, onTestFinished, test, vi } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { withTestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 120_000 })

test('LISTEN, and what starts and executes runs, use the direct database URL, and nothing else does', async () => {
  const database = await withTestDatabase()
  const named = (name: string) => `${database.url.reveal()}?application_name=${name}`
  const env = { DATABASE_URL: named('pooled'), LOCKSTEP_DIRECT_DATABASE_URL: named('direct') }
  const app = await startTestApp({ worker: true, env })
  onTestFinished(() => app.close())
  const namesOf = async (queries: string) => {
    const rows = await database.query<{ name: string }>(
      `select application_name as name from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query ~* $1`,
      [queries],
    )
    return rows.map(({ name }) => name)
  }
  // The API's connection and that of the worker's queue.
  const listening = '^listen |pg_listening_channels'
  await vi.waitUntil(async () => (await namesOf(listening)).length === 2, { timeout: 60_000 })
  expect(await namesOf(listening)).toEqual(['direct', 'direct'])
  // Statements of runs are prepared, which a pooler may not keep.
  expect((await app.anonymous.request(`/hooks/acme.${'A'.repeat(32)}`, { method: 'POST' })).status).toBe(404)
  expect(await namesOf('hook_token')).toEqual(['direct'])
  const ofWorker = 'claim_runs|run_worker|run_clock'
  await vi.waitUntil(async () => (await namesOf(ofWorker)).length > 0, { timeout: 60_000 })
  expect(new Set(await namesOf(ofWorker))).toEqual(new Set(['direct']))
  await app.signUp('Ann')
  expect(await namesOf('auth_')).not.toContain('direct')
  expect(await namesOf('')).toContain('pooled')
})
