import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { startEchoServer } from '../support/echo-server.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

const RUNS = 12
// Of one warm run with one step and one secret, in the worker and in the API. What they do by the clock is not counted.
const BUDGET = { worker: 3, api: 2 }
const BY_THE_CLOCK = new Set(['heartbeat', 'find-cancelled', 'strike-clock', 'rest-clock', 'tell-progress'])
// What only a run would have its worker do by way of the ORM: read keys to seal with, write runs, use secrets.
const FOR_A_RUN = /run|secret|audit_event|"w0"/

/** What the server has logged of the connections that name themselves so: the name or the text of each statement. */
async function loggedBy(app: TestApp, name: string): Promise<string[]> {
  const [server] = await app.database.query<{ folder: string }>(
    `select current_setting('data_directory') || '/../log' as folder`,
  )
  const rows = await app.database.query<{ pid: number }>(
    'select pid from pg_stat_activity where application_name = $1 and datname = current_database()',
    [name],
  )
  const pids = new Set(rows.map(({ pid }) => pid))
  const folder = server?.folder ?? ''
  const files = await Promise.all((await readdir(folder)).map((it) => readFile(join(folder, it), 'utf8')))
  return files
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const [, pid, statement, text] =
        /\[(\d+)\] LOG: {2}(?:execute ([^:]+)|statement): (.*)/.exec(line) ?? []
      return pids.has(Number(pid)) ? [statement && statement !== '<unnamed>' ? statement : (text ?? '')] : []
    })
}

test('a warm run of one step costs five statements, and four commits: enqueued, fetched, started and ended', async () => {
  const app = await startTestApp({ worker: false })
  onTestFinished(() => app.close())
  const [database] = await app.database.query<{ name: string }>('select current_database() as name')
  await app.database.query(`alter database "${database?.name}" set log_statement = 'all'`)
  const named = (name: string) => new Sensitive(`${app.database.url.reveal()}?application_name=${name}`)
  const urls = { databaseUrl: named('orm'), directDatabaseUrl: named('counted') }
  const worker = await startWorkerProcess({ ...app, config: { ...app.config, ...urls } })
  onTestFinished(async () => void (await worker.stop()))
  const echo = await startEchoServer()
  onTestFinished(() => echo.close())
  const workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', 'value-of-a-run-that-is-counted-5518')
  const headers = [{ name: 'authorization', value: 'Bearer {{ secrets.KEY }}' }]
  const automation = await workspace.createAutomation('Counted', [
    { key: 'call', type: 'custom-http', fields: { method: 'POST', url: echo.url, headers } },
  ])
  const hook = new URL(automation.hookUrl).pathname
  const makeRun = async () => {
    const headers = { prefer: 'wait=20', 'content-type': 'application/json' }
    const response = await fetch(`${app.url}${hook}`, { method: 'POST', headers, body: '{"n":1}' })
    expect(await response.json()).toMatchObject({ status: 'SUCCEEDED', error: null })
  }
  for (let run = 0; run < 5; run++) await makeRun()

  const before = await Promise.all(['counted', 'orm', ''].map((it) => loggedBy(app, it)))
  for (let run = 0; run < RUNS; run++) await makeRun()
  const after = await Promise.all(['counted', 'orm', ''].map((it) => loggedBy(app, it)))
  const [counted = [], orm = [], api = []] = after.map((it, index) => it.slice(before[index]?.length))

  // A busy machine makes the pool open a further connection, which is set up.
  const byWorker = counted.filter((it) => !BY_THE_CLOCK.has(it) && !it.startsWith('set '))
  const byOrm = orm.filter((it) => FOR_A_RUN.test(it))
  // What this test asks by the same kind of connection is about the server, and what an API asks by its clock about itself.
  const byApi = api.filter(
    (it) =>
      !/pg_stat_activity|current_setting|^set |database_identity|select \(extract\(epoch from clock/.test(it),
  )
  const kinds = Object.entries(Object.groupBy([...byWorker, ...byOrm, ...byApi], (it) => it.slice(0, 100)))
  process.stdout.write(
    `run cost: ${RUNS} runs: ${kinds.map(([it, all]) => `${all?.length} ${it}`).join('; ')}\n`,
  )
  const count = (all: readonly string[], pattern: RegExp) => all.filter((it) => pattern.test(it)).length
  // Each is there, so that the count counts something.
  expect([count(byWorker, /^start-1$/), count(byWorker, /^end-1$/)]).toEqual([RUNS, RUNS])
  expect([count(byApi, /^read-by-hook$/), count(byApi, /^enqueue-1$/)]).toEqual([RUNS, RUNS])
  expect(count(byWorker, /^claim-runs$/)).toBeGreaterThanOrEqual(RUNS)
  // A worker looks by itself every two seconds besides.
  const fetched = Math.min(count(byWorker, /^claim-runs$/), RUNS)
  expect(byWorker.length - count(byWorker, /^claim-runs$/) + fetched).toBeLessThanOrEqual(
    BUDGET.worker * RUNS,
  )
  expect(byApi.length).toBeLessThanOrEqual(BUDGET.api * RUNS)
  // The ORM is asked now and then, and not for each run.
  expect(byOrm.length).toBeLessThan(RUNS)
  // None is in a transaction of several statements, so each that writes is one commit, and the read is none.
  expect(count([...byWorker, ...byApi], /^begin/i)).toBe(0)
})
