import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { apiMetrics, processMetrics, workerMetrics } from '../../src/metrics/list.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { startHoldingServer } from '../support/holding-server.ts'
import { type LockstepProcess, startWorkerProcess } from '../support/lockstep-process.ts'
import { type Scrape, scrape } from '../support/metrics.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'value-that-no-metric-may-hold-4417'
const names = ['acme-of-metrics', 'An automation of metrics', 'KEY_OF_METRICS', 'step_of_metrics']

vi.setConfig({ testTimeout: 60_000 })

// What the database tells is kept for five seconds, and a worker reports every three.
const WAIT = { timeout: 20_000 }

let app: TestApp
let worker: LockstepProcess
let urls: { api: string; worker: string }
let echo: EchoServer
let acme: TestWorkspace

// Both are processes of their own.
beforeAll(async () => {
  echo = await startEchoServer()
  app = await startTestApp({ worker: false })
  worker = await startWorkerProcess(app)
  const ready = app.log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'worker takes runs')
  urls = { api: app.url, worker: `http://127.0.0.1:${ready.port}` }
  const [workspace = '', , secret = ''] = names
  acme = await createTestWorkspace(app, workspace)
  await acme.createSecret(secret, value)
  await acme.createSecret('BOUND', `bound-${value}`)
  const bound = { workspace, name: 'BOUND', allowedHosts: ['api.example.com'] }
  await acme.admin.mutate(documents.setSecretPolicy, { input: bound })
})
afterAll(async () => {
  await worker.stop()
  await app.close()
  await echo.close()
})

const call = (url: string) => ({
  key: names[3],
  type: 'custom-http',
  fields: { url, headers: [{ name: 'x-key', value: `{{ secrets.${names[2]} }}` }] },
})

/** How much each series has grown while `work` was done. */
async function growth(of: keyof typeof urls, work: () => Promise<unknown>): Promise<Scrape['value']> {
  const before = await scrape(urls[of])
  await work()
  const after = await scrape(urls[of])
  return (series) => after.value(series) - before.value(series)
}

async function run(url: string): Promise<void> {
  const { id } = await acme.createAutomation(names[1] ?? '', [call(url)])
  await acme.run(id)
}

interface Documented {
  name: string
  labels: string[]
  type: string
  processes: string
}

/** The rows of the tables of docs/monitoring.md that begin with a metric. */
const documented = readFileSync('docs/monitoring.md', 'utf8')
  .split('\n')
  .flatMap((line): Documented[] => {
    const [, name = '', labels, type = '', processes = ''] =
      /^\| `(lockstep_\w+)(?:\{([\w, ]+)\})?` \| (\w+) \| ([\w, ]+) \|/.exec(line) ?? []
    return name === '' ? [] : [{ name, labels: labels?.split(', ') ?? [], type, processes }]
  })

test('docs/monitoring.md lists every metric of ours, with type, labels and process, and nothing else', async () => {
  const [ofApi, ofWorker] = [(await scrape(urls.api)).types, (await scrape(urls.worker)).types]
  const all = Object.values({ ...processMetrics, ...apiMetrics, ...workerMetrics })
  const found = [...new Map([...ofApi, ...ofWorker])]
    .filter(([name]) => name.startsWith('lockstep_'))
    .map(([name, type]): Documented => {
      const processes = [...(ofApi.has(name) ? ['API'] : []), ...(ofWorker.has(name) ? ['worker'] : [])]
      const config: { name: string; labelNames?: readonly string[] } | undefined = all.find(
        (it) => it.name === name,
      )
      return { name, labels: [...(config?.labelNames ?? [])], type, processes: processes.join(', ') }
    })
  expect(found.length).toBeGreaterThan(25)
  const byName = (rows: Documented[]) => rows.sort((a, b) => a.name.localeCompare(b.name))
  expect(byName([...documented])).toEqual(byName(found))
})

test('a run that succeeds is counted with its step, what was opened and what was masked', async () => {
  const grown = await growth('worker', () => run(echo.url))
  expect(grown('lockstep_runs_total{status="SUCCEEDED",code=""}')).toBe(1)
  expect(grown('lockstep_run_duration_seconds_count{status="SUCCEEDED"}')).toBe(1)
  expect(grown('lockstep_run_wait_seconds_count')).toBe(1)
  expect(grown('lockstep_step_duration_seconds_count{type="custom-http",status="SUCCEEDED"}')).toBe(1)
  expect(grown('lockstep_secret_opens_total{kind="secret",outcome="opened"}')).toBe(1)
  expect(grown('lockstep_secret_opens_total{kind="run",outcome="opened"}')).toBe(1)
  // The service answers with the header that held the value.
  expect(grown('lockstep_redactions_total')).toBe(1)
})

test('a run that fails is counted by code, and a refused request by the rule that refused it', async () => {
  const grown = await growth('worker', async () => {
    await run('http://10.0.0.1/')
    await run(`${echo.url}/{{ secrets.BOUND }}`)
  })
  expect(grown('lockstep_runs_total{status="FAILED",code="DESTINATION_NOT_ALLOWED"}')).toBe(2)
  expect(grown('lockstep_step_errors_total{type="custom-http",code="DESTINATION_NOT_ALLOWED"}')).toBe(2)
  expect(grown('lockstep_egress_refusals_total{reason="address"}')).toBe(1)
  expect(grown('lockstep_egress_refusals_total{reason="secret"}')).toBe(1)
})

test('errors and refusals of GraphQL are counted by code, though their status is 200', async () => {
  const { admin } = acme
  const codes: unknown[] = ['NAME_TAKEN']
  const grown = await growth('api', async () => {
    const input = { workspace: acme.id, name: names[2], value }
    await admin.graphql(documents.createSecret, { input })
    for (const query of ['{ nothing }', '{ '])
      codes.push((await admin.graphql(query)).errors?.[0]?.extensions.code)
    const unknown = await app.anonymous.graphql(documents.stepTypes)
    codes.push(unknown.errors?.[0]?.extensions.code)
  })
  expect(codes).toEqual([
    'NAME_TAKEN',
    'GRAPHQL_VALIDATION_FAILED',
    'GRAPHQL_PARSE_FAILED',
    'UNAUTHENTICATED',
  ])
  for (const code of codes) expect(grown(`lockstep_graphql_errors_total{code="${code}"}`)).toBe(1)
  expect(grown('lockstep_graphql_operations_total{operation="mutation"}')).toBe(1)
})

test('a query is counted the first time, and when its document is known', async () => {
  const grown = await growth('api', async () => {
    for (let times = 0; times < 3; times++) await acme.admin.graphql('{ viewer { id } }', {})
  })
  expect(grown('lockstep_graphql_operations_total{operation="query"}')).toBe(3)
})

test('a refused sign-in is counted, and a request by its route, status and duration', async () => {
  const grown = await growth('api', () =>
    app.anonymous.request(
      '/api/auth/sign-in/email',
      post({ email: 'nobody@example.com', password: 'wrong-one-123' }),
    ),
  )
  expect(grown('lockstep_sign_in_refusals_total{reason="credentials"}')).toBe(1)
  expect(grown('lockstep_http_requests_total{route="api",status="401"}')).toBe(1)
  expect(grown('lockstep_http_request_duration_seconds_count{route="api",status="4xx"}')).toBe(1)
})

test('an open subscription is counted for as long as it is open, and its duration not at all', async () => {
  const open = async () => (await scrape(urls.api)).value('lockstep_graphql_subscriptions')
  const { id } = await acme.createAutomation(names[1] ?? '', [
    { key: 'wait', type: 'wait', fields: { seconds: 60 } },
  ])
  const { run: started } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const before = await scrape(urls.api)
  const stop = new AbortController()
  const answer = await acme.admin.open('/graphql', {
    ...post({ query: documents.runUpdated, variables: { id: started.id } }),
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    signal: stop.signal,
  })
  expect(answer.status).toBe(200)
  await vi.waitUntil(async () => (await open()) === 1)
  stop.abort()
  await vi.waitUntil(async () => (await open()) === 0)
  const count = 'lockstep_http_request_duration_seconds_count{route="graphql",status="2xx"}'
  expect((await scrape(urls.api)).value(count)).toBe(before.value(count))
  await acme.admin.mutate(documents.cancelRun, { id: started.id })
})

test('a run that a worker loses is counted, and one that a dead worker had', async () => {
  const service = await startHoldingServer()
  const { id } = await acme.createAutomation(names[1] ?? '', [
    { key: 'call', type: 'custom-http', fields: { url: service.url } },
  ])
  const { run: started } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const before = await scrape(urls.worker)
  const grown = async (series: string) => (await scrape(urls.worker)).value(series) - before.value(series)
  await service.untilReceived(1)
  // To a worker that never reports.
  await app.database.query('update run_job set worker = gen_random_uuid(), claim = gen_random_uuid()')
  await vi.waitUntil(async () => (await grown('lockstep_claims_lost_total')) === 1, WAIT)
  await vi.waitUntil(async () => (await grown('lockstep_claims_freed_total')) === 1, WAIT)
  await acme.admin.mutate(documents.cancelRun, { id: started.id })
  await acme.waitForRun(started.id)
  await service.close()
})

test('a database that answers with errors takes away what it would tell, and a failed report is counted', async () => {
  const before = await scrape(urls.worker)
  const told = async (isKnown: boolean) => {
    const { value: of } = await scrape(urls.worker)
    return Number.isNaN(of('lockstep_workers')) !== isKnown && of
  }
  await app.database.query('alter table run_worker rename to run_worker_away')
  try {
    const of = await vi.waitUntil(() => told(false), WAIT)
    expect(of('lockstep_queue_oldest_seconds')).toBeNaN()
    expect(of('lockstep_runs_total{status="SUCCEEDED",code=""}')).toBeGreaterThan(0)
    const failures = 'lockstep_heartbeat_failures_total'
    await vi.waitUntil(async () => (await scrape(urls.worker)).value(failures) > before.value(failures), WAIT)
  } finally {
    await app.database.query('alter table run_worker_away rename to run_worker')
  }
  await vi.waitUntil(() => told(true), WAIT)
})

test('both processes say how the queue stands, that they are ready, and when the root certificate expires', async () => {
  for (const { value: of } of [await scrape(urls.api), await scrape(urls.worker)]) {
    expect(of('lockstep_ready')).toBe(1)
    expect(of('lockstep_workers')).toBe(1)
    expect(of('lockstep_queue_runs{state="given_up"}')).toBe(0)
    expect(of('lockstep_queue_oldest_seconds')).toBeGreaterThanOrEqual(0)
    expect(of('lockstep_clock_age_seconds')).toBeGreaterThan(0)
    expect(of('lockstep_certificate_expiry_timestamp_seconds{certificate="root"}')).toBeGreaterThan(
      Date.now() / 1000,
    )
    expect(of('lockstep_pool_connections{pool="store",state="total"}')).toBeGreaterThan(0)
  }
})

test('no label holds a name that people gave, nor a value', async () => {
  const host = new URL(echo.url).host
  for (const url of Object.values(urls)) {
    const { text } = await scrape(url)
    for (const name of [...names, host, value, acme.id]) expect(text).not.toContain(name)
  }
  const texts = await Promise.all(Object.values(urls).map(async (url) => (await scrape(url)).text))
  app.responses.push(...texts)
  await app.expectNoCanary(value)
})
