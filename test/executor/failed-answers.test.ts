import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const value = 'sk_live_answered-"4eC39HqLyjWDarjtT1zdp7dc'

let app: TestApp
let workspace: TestWorkspace
let url: string
let requests = 0
/** Answers with the status that its path says, and with all that it was sent; larger when asked. */
const server = createServer((request, response) => {
  requests++
  const [, status = '200', padding = '0'] = request.url?.split('/') ?? []
  const { authorization } = request.headers
  const body = { reason: 'out of stock', authorization, trigger: request.headers['x-trigger'] }
  const text = JSON.stringify({ ...body, padding: 'pad '.repeat(Number(padding)) })
  const headers = { 'content-type': 'application/json', 'x-echo': authorization ?? 'none' }
  response.writeHead(Number(status), headers).end(text)
})

beforeAll(async () => {
  app = await startTestApp({ traces: true })
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await app.expectNoCanary(value)
  server.close()
  server.closeAllConnections()
  await app.close()
})

const get = (key: string, path: string, more: object = {}) => ({
  key,
  type: 'custom-http',
  fields: {
    url: `${url}/${path}`,
    headers: [
      { name: 'authorization', value: '{{ secrets.KEY }}' },
      { name: 'x-trigger', value: '{{ trigger.note | default: "none" }}' },
    ],
  },
  ...more,
})
const set = (key: string, values: unknown) => ({ key, type: 'set-values', fields: { values } })

async function run(steps: readonly object[], input?: unknown): Promise<EndedRun> {
  return workspace.run((await workspace.createAutomation('Fails', steps)).id, input)
}

test('an answer that fails the step is its output, redacted, and not the output of the run', async () => {
  const ended = await run([get('call', '422')])
  expect(ended).toMatchObject({
    status: 'FAILED',
    output: null,
    error: { code: 'STEP_FAILED', message: expect.stringContaining('answered 422.') },
  })
  expect(ended.steps).toMatchObject([
    {
      status: 'FAILED',
      error: { code: 'STEP_FAILED' },
      output: {
        status: 422,
        ok: false,
        headers: { 'x-echo': '[secret KEY]' },
        body: { reason: 'out of stock', authorization: '[secret KEY]' },
      },
    },
  ])
})

test('the same holds for a tested step', async () => {
  const { result } = await workspace.admin.mutate(
    `mutation ($input: TestStepInput!) { testStep(input: $input) {
       ... on TestStepSuccess { result { status output error { code } } } } }`,
    { input: { workspace: 'acme', step: get('call', '409'), input: null } },
  )
  expect(result).toMatchObject({
    status: 'FAILED',
    error: { code: 'STEP_FAILED' },
    output: { status: 409, body: { authorization: '[secret KEY]' } },
  })
})

test('the last attempt shows its answer, and a step that fails is tried as often as before', async () => {
  requests = 0
  const ended = await run([get('call', '503', { retry: { count: 1, delaySeconds: 1 } })])
  // An answer fails a step for good unless its author says otherwise.
  expect(requests).toBe(1)
  expect(ended.steps).toMatchObject([{ status: 'FAILED', output: { status: 503 } }])
  requests = 0
  const again = await run([get('call', '503', { retry: { count: 1, delaySeconds: 1, on: ['STEP_FAILED'] } })])
  expect(requests).toBe(2)
  expect(again.steps).toMatchObject([{ status: 'FAILED', output: { status: 503 } }])
})

test('later steps do not run, and the answer is stored once everything that the run knows is masked', async () => {
  const ended = await run(
    [
      set('early', { copied: '{{ trigger.note }}' }),
      // A large answer is redacted after the end of the step is on disk.
      get('call', '500/100000'),
      set('late', { status: '{{ steps.call.output.status }}' }),
    ],
    { note: `was ${value}` },
  )
  expect(ended.steps.map(({ key, status }) => [key, status])).toEqual([
    ['early', 'SUCCEEDED'],
    ['call', 'FAILED'],
  ])
  const body = { reason: 'out of stock', authorization: '[secret KEY]', trigger: 'was [secret KEY]' }
  expect(ended.steps[1]?.output).toMatchObject({ status: 500, body })
  expect(ended.input).toEqual({ note: 'was [secret KEY]' })
  const sealed =
    'select count(*)::int as count from step_run where sealed_output is not null and run::text = $1'
  const id = ended.id.slice(ended.id.indexOf('.') + 1)
  expect(await app.database.query(sealed, [id])).toEqual([{ count: 0 }])
})

test('an answer over the budget of a run is left out, and the error stays what it was', async () => {
  const large = set('filler', { text: '{{ trigger.text }}' })
  const ended = await run([large, get('call', '500/5000000')], { text: 'x'.repeat(1024 * 1024) })
  expect(ended.steps[1]).toMatchObject({ status: 'FAILED', error: { code: 'STEP_FAILED' } })
  expect(ended.error?.message).toContain('answered 500.')
})
