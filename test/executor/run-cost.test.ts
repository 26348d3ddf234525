import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

const RUNS = 12
// Of one warm run with one step and one secret, in the worker and in the API. What they do by the clock is not counted.
const BUDGET = { worker: 2, api: 1 }
const BY_THE_CLOCK = new Set(['heartbeat', 'find-cancelled', 'strike-clock', 'rest-clock', 'tell-progress'])
// What the API counts for the limits of a workspace: each at most once a second, however many runs there are.
const FOR_LIMITS = /^(tell-call-counts|prune-call-counts|count-waiting-runs)$/
// What only a run would have its worker do by way of the ORM: read keys to seal with, write runs, use secrets.
const FOR_A_RUN = /run|secret|audit_event|"w0"/

// What the API asks every few seconds to know whether it is ready and may work, and what time it is.
const OF_READINESS =
  /database_identity|paused_at as since|select \(extract\(epoch from clock|pg_is_in_recovery|pg_logical_emit_message|mikro_orm_migrations|from "instance"|from "root_certificate"/

/** What the server logs of the connections that name themselves so, from the start of the watch. */
class Watch {
  readonly #app: TestApp
  readonly #before: ReadonlyMap<string, number>
  readonly #pids = new Map<string, Set<number>>()

  private constructor(app: TestApp, before: ReadonlyMap<string, number>) {
    this.#app = app
    this.#before = before
  }

  static async start(app: TestApp): Promise<Watch> {
    return new Watch(app, new Map((await logs(app)).map(({ name, text }) => [name, text.length])))
  }

  /** Learns which connections there are. One that is idle for some seconds is closed, so this is for after each run. */
  async look(): Promise<void> {
    const rows = await this.#app.database.query<{ pid: number; name: string }>(
      'select pid, application_name as name from pg_stat_activity where datname = current_database()',
    )
    for (const { pid, name } of rows) this.#pids.set(name, (this.#pids.get(name) ?? new Set()).add(pid))
  }

  /** The name or the text of each statement. */
  async statements(name: string): Promise<string[]> {
    const lines = (await logs(this.#app)).flatMap(({ name, text }) =>
      text.slice(this.#before.get(name) ?? 0).split('\n'),
    )
    return lines.flatMap((line) => {
      const [, pid, statement, text] =
        /\[(\d+)\] LOG: {2}(?:execute ([^:]+)|statement): (.*)/.exec(line) ?? []
      if (!this.#pids.get(name)?.has(Number(pid))) return []
      return [statement && statement !== '<unnamed>' ? statement : (text ?? '')]
    })
  }
}

/** The server's logs with all that was asked before: it writes them some time after the answer. */
async function logs(app: TestApp): Promise<{ name: string; text: string }[]> {
  const mark = randomUUID()
  const [server] = await app.database.query<{ folder: string }>(
    `select current_setting('data_directory') || '/../log' as folder`,
  )
  const folder = server?.folder ?? ''
  await app.database.query(`do $$ begin raise log '${mark}'; end $$`)
  const read = async () =>
    await Promise.all(
      (await readdir(folder)).map(async (name) => ({
        name,
        text: await readFile(join(folder, name), 'utf8'),
      })),
    )
  let files: { name: string; text: string }[] = []
  await vi.waitUntil(
    async () => {
      files = await read()
      return files.some(({ text }) => text.includes(mark))
    },
    { timeout: 60_000 },
  )
  return files
}

let app: TestApp
let workspace: TestWorkspace
let echo: EchoServer

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  const [database] = await app.database.query<{ name: string }>('select current_database() as name')
  await app.database.query(`alter database "${database?.name}" set log_statement = 'all'`)
  const named = (name: string) => new Sensitive(`${app.database.url.reveal()}?application_name=${name}`)
  const urls = { databaseUrl: named('orm'), directDatabaseUrl: named('counted') }
  const worker = await startWorkerProcess({ ...app, config: { ...app.config, ...urls } })
  echo = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', 'value-of-a-run-that-is-counted-5518')
  return async () => {
    await worker.stop()
    await echo.close()
    await app.close()
  }
})

/** Calls with the same secret, each of which sends what the one before got back. */
const calls = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    key: `call${at}`,
    type: 'custom-http',
    fields: {
      method: 'POST',
      url: echo.url,
      headers: [{ name: 'authorization', value: 'Bearer {{ secrets.KEY }}' }],
      bodyKind: 'text',
      body: at === 0 ? 'first' : `{{ steps.call${at - 1}.output.status }}`,
    },
  }))

/** The statements of warm runs, by who made them. */
async function countRuns(steps: readonly object[]) {
  const automation = await workspace.createAutomation('Counted', steps)
  const hook = new URL(automation.hookUrl).pathname
  const makeRun = async () => {
    const headers = { prefer: 'wait=20', 'content-type': 'application/json' }
    const response = await fetch(`${app.url}${hook}`, { method: 'POST', headers, body: '{"n":1}' })
    expect(await response.json()).toMatchObject({ status: 'SUCCEEDED', error: null })
  }
  for (let run = 0; run < 5; run++) await makeRun()

  const watch = await Watch.start(app)
  for (let run = 0; run < RUNS; run++) {
    await makeRun()
    await watch.look()
  }
  const [counted, orm, api] = await Promise.all([
    watch.statements('counted'),
    watch.statements('orm'),
    watch.statements(''),
  ])
  // A busy machine makes the pool open a further connection, which is set up.
  const byWorker = counted.filter((it) => !BY_THE_CLOCK.has(it) && !it.startsWith('set '))
  const byOrm = orm.filter((it) => FOR_A_RUN.test(it))
  // What this test asks by the same kind of connection is about the server.
  const byApi = api.filter(
    (it) => !/pg_stat_activity|current_setting|raise log|^set /.test(it) && !OF_READINESS.test(it),
  )
  const kinds = Object.entries(Object.groupBy([...byWorker, ...byOrm, ...byApi], (it) => it.slice(0, 100)))
  process.stdout.write(
    `run cost: ${RUNS} runs: ${kinds.map(([it, all]) => `${all?.length} ${it}`).join('; ')}\n`,
  )
  return { byWorker, byOrm, byApi }
}

const count = (all: readonly string[], pattern: RegExp) => all.filter((it) => pattern.test(it)).length

/** How many a worker made for the runs. It looks by itself every two seconds besides. */
function workOf(byWorker: readonly string[]): number {
  const fetches = count(byWorker, /^claim-runs$/)
  expect(fetches).toBeGreaterThanOrEqual(RUNS)
  return byWorker.length - fetches + RUNS
}

test('a warm run of one step costs three statements, each a commit: enqueued, fetched with its start, and ended', async () => {
  const { byWorker, byOrm, byApi } = await countRuns(calls(1))
  // Each is there, so that the count counts something.
  expect(count(byWorker, /^end-1-uses$/)).toBe(RUNS)
  expect(count(byApi, /^enqueue-1$/)).toBe(RUNS)
  expect(workOf(byWorker)).toBeLessThanOrEqual(BUDGET.worker * RUNS)
  // A hook is read every few seconds, and not for each run.
  const reads = count(byApi, /^read-by-id$/)
  expect(reads).toBeLessThan(RUNS)
  const limits = count(byApi, FOR_LIMITS)
  expect(byApi.length - reads - limits).toBeLessThanOrEqual(BUDGET.api * RUNS)
  // The ORM is asked now and then, and not for each run.
  expect(byOrm.length).toBeLessThan(RUNS)
  // None is in a transaction of several statements, so each is one commit.
  expect(count([...byWorker, ...byApi], /^begin/i)).toBe(0)
})

test('each further step costs one statement: it starts with the end of the one before', async () => {
  const { byWorker, byOrm } = await countRuns(calls(3))
  expect(count(byWorker, /^end-1-next-starts-uses/)).toBe(2 * RUNS)
  expect(workOf(byWorker)).toBeLessThanOrEqual((BUDGET.worker + 2) * RUNS)
  expect(byOrm.length).toBeLessThan(RUNS)
})
