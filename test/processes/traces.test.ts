import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import type { ReceivedSpan } from '../support/otlp-receiver.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'value-that-no-span-may-hold-7731'
const CALLER = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' }

vi.setConfig({ testTimeout: 60_000 })

let app: TestApp
let told: EchoServer
let untold: EchoServer
let acme: TestWorkspace
let redirecting: { url: string; to: string; traceparents: unknown[]; close(): void }

function startRedirecting(): Promise<typeof redirecting> {
  return new Promise((resolve) => {
    const server = createServer(({ headers }, response) => {
      started.traceparents.push(headers['traceparent'])
      response.writeHead(302, { location: started.to }).end()
    })
    const started: typeof redirecting = { url: '', to: '', traceparents: [], close: () => server.close() }
    server.listen(0, '127.0.0.1', () => {
      started.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      resolve(started)
    })
  })
}

beforeAll(async () => {
  redirecting = await startRedirecting()
  told = await startEchoServer()
  untold = await startEchoServer()
  const hosts = [told.url, redirecting.url].map((it) => new URL(it).host)
  app = await startTestApp({ traces: true, env: { LOCKSTEP_TRACE_HOSTS: hosts.join() } })
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', value)
})
beforeEach(() => {
  told.received.length = 0
  untold.received.length = 0
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
  redirecting.close()
  await told.close()
  await untold.close()
})

/** A request with the secret, so that the run knows what to mask in the request that started it. */
const call = (key: string, url: string, headers: object[] = []) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url, headers: [{ name: 'x-key', value: '{{ secrets.KEY }}' }, ...headers] },
})

/** Starts a run by its hook, and waits until it has ended. */
async function runByHook(steps: object[], headers: Record<string, string> = {}) {
  const automation = await acme.createAutomation('Traced', steps)
  const response = await fetch(`${app.url}${new URL(automation.hookUrl).pathname}?token=${value}`, {
    method: 'POST',
    headers: { prefer: 'wait=20', ...headers },
    body: value,
  })
  const { runId, status } = await response.json()
  const run = await spanOf('run', runId)
  const ofTrace = () => app.spans?.spans.filter(({ traceId }) => traceId === run.traceId) ?? []
  await vi.waitUntil(() => ofTrace().some(({ role }) => role === 'api'))
  const below = (span: ReceivedSpan) => ofTrace().filter(({ parent }) => parent === span.spanId)
  return { automation, runId: String(runId), status, response, run, below, ofTrace }
}

const spanOf = async (name: string, run: string): Promise<ReceivedSpan> => {
  if (!app.spans) throw new Error('there are no spans')
  return app.spans.until((it) => it.name === name && it.attributes['lockstep.run.id'] === run)
}

test('the trace of a caller goes on through hook, run, step and the request of the step', async () => {
  const traceparent = `00-${CALLER.trace}-${CALLER.span}-01`
  const step = call('charge', `${told.url}/{{ secrets.KEY }}`)
  const headers = { traceparent, 'x-request-id': 'order-17' }
  const { run, runId, automation, below, ofTrace, response } = await runByHook([step], headers)

  expect(response.headers.get('x-request-id')).toBe('order-17')
  const [hook] = ofTrace().filter(({ parent }) => parent === CALLER.span)
  expect(hook).toMatchObject({ role: 'api', name: 'POST hooks-wait', traceId: CALLER.trace })
  expect(hook?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': 'hooks-wait',
    'http.response.status_code': 200,
  })
  expect(run).toMatchObject({ role: 'worker', parent: hook?.spanId, traceId: CALLER.trace })
  expect(run.attributes).toEqual({
    'lockstep.workspace': 'acme',
    'lockstep.run.id': runId,
    'lockstep.run.status': 'SUCCEEDED',
    'lockstep.automation.id': automation.id,
    'lockstep.request.id': 'order-17',
  })
  const [charge] = below(run)
  expect(charge).toMatchObject({
    name: 'step custom-http',
    attributes: {
      'lockstep.step.key': 'charge',
      'lockstep.step.type': 'custom-http',
      'lockstep.step.attempt': 1,
    },
  })
  const [request] = below(charge as ReceivedSpan)
  expect(request).toMatchObject({
    name: 'POST',
    attributes: { 'server.address': '127.0.0.1', 'http.response.status_code': 200 },
  })
  expect(told.received[0]?.headers['traceparent']).toBe(`00-${CALLER.trace}-${request?.spanId}-01`)
})

test('a service that is not named is told of no trace, and the header of an author stands', async () => {
  const own = '00-11111111111111111111111111111111-2222222222222222-01'
  await runByHook([call('quiet', untold.url), call('own', told.url, [{ name: 'Traceparent', value: own }])])
  expect(untold.received[0]?.headers['traceparent']).toBeUndefined()
  expect(told.received[0]?.headers['traceparent']).toBe(own)
})

test('a redirect to a host that is not named leaves the header behind', async () => {
  redirecting.to = untold.url
  const { run, below } = await runByHook([
    call('known', told.url),
    { key: 'moved', type: 'custom-http', fields: { method: 'GET', url: redirecting.url } },
  ])
  const requests = below(
    below(run).find((it) => it.attributes['lockstep.step.key'] === 'moved') as ReceivedSpan,
  )
  expect(requests.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([302, 200])
  expect(redirecting.traceparents).toEqual([`00-${run.traceId}-${requests[0]?.spanId}-01`])
  expect(untold.received.map(({ headers }) => headers['traceparent'])).toEqual([undefined])
})

test.each([
  '',
  'garbage',
  `00-${'0'.repeat(32)}-${CALLER.span}-01`,
  `00-${CALLER.trace}-${CALLER.span}-01, x`,
])('a traceparent of %j begins a trace of its own', async (traceparent) => {
  const { run, ofTrace } = await runByHook([call('one', told.url)], { traceparent })
  expect(run.traceId).not.toBe(CALLER.trace)
  expect(ofTrace().filter(({ parent }) => parent === undefined)).toMatchObject([{ role: 'api' }])
})

test('a run that a person starts continues the trace of the mutation', async () => {
  const { id } = await acme.createAutomation('By hand', [call('one', told.url)])
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const { parent, traceId } = await spanOf('run', run.id)
  await app.spans?.until(({ name, spanId }) => name === 'POST graphql' && spanId === parent)
  expect(traceId).toMatch(/^[0-9a-f]{32}$/)
})

test('a failed run has its code, its redacted message and no host that it may not reach', async () => {
  const { run, below } = await runByHook([call('leak', 'http://10.0.0.1/{{ secrets.KEY }}')])
  expect(run.status).toMatchObject({ code: 2, message: expect.stringContaining('Step leak') })
  expect(run.attributes).toMatchObject({
    'error.type': 'DESTINATION_NOT_ALLOWED',
    'lockstep.run.status': 'FAILED',
  })
  const [step] = below(run)
  expect(step?.attributes['error.type']).toBe('DESTINATION_NOT_ALLOWED')
  // Until the run has ended it may learn more that is to be masked.
  expect(step?.status.message).toBeUndefined()
  const [request] = below(step as ReceivedSpan)
  expect(request?.attributes).toEqual({
    'http.request.method': 'POST',
    'error.type': 'DESTINATION_NOT_ALLOWED',
  })
})

test('a key of a step and a host that hold a value are masked', async () => {
  const name = 'stepsOwnName6621xyz'
  await acme.createSecret('NAME', name)
  const { run, below } = await runByHook([
    call(name, `${untold.url}/{{ secrets.NAME }}`),
    call('gone', 'http://{{ secrets.NAME }}.invalid/'),
  ])
  const [masked, gone] = below(run)
  expect(masked?.attributes['lockstep.step.key']).toBe('[secret NAME]')
  const [request] = below(gone as ReceivedSpan)
  expect(request?.attributes['server.address'] ?? '[secret NAME]').toContain('[secret NAME]')
  expect((await app.spans?.untilQuiet())?.join().toLowerCase()).not.toContain(name.toLowerCase())
})
