import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'a value that must stay at home 5521'

let app: TestApp
let echo: EchoServer
let workspace: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ env: { LOCKSTEP_EGRESS_ALLOW: '127.0.0.1/32,127.0.0.3/32' } })
  echo = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('BOUND', value)
  await bind('api.example.com')
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await echo.close()
  await app.close()
})
beforeEach(() => {
  echo.received.length = 0
})

async function bind(...allowedHosts: string[]): Promise<void> {
  // The value is needed, because without it a policy can only be narrowed.
  const input = { workspace: 'acme', name: 'BOUND', value, allowedHosts }
  await workspace.admin.mutate(documents.updateSecret, { input })
}

async function send(fields: object) {
  const step = { key: 'call', type: 'custom-http', fields }
  const { id } = await workspace.createAutomation('Call', [step])
  return workspace.run(id)
}

const withValue = { headers: [{ name: 'x-key', value: '{{ secrets.BOUND }}' }] }

test.each([
  ['a loopback address that is not allowed', 'http://127.0.0.2:'],
  ['a name that leads to a private address', 'http://localhost.localdomain:'],
  ['the address of the cloud metadata', 'http://169.254.169.254:'],
])('a step cannot reach %s', async (_what, origin) => {
  const ended = await send({ url: `${origin}${new URL(echo.url).port}/latest` })
  expect(ended.status).toBe('FAILED')
  expect(ended.error?.code).toMatch(/^(DESTINATION_NOT_ALLOWED|REQUEST_FAILED)$/)
  if (!origin.includes('localhost')) expect(ended.error?.code).toBe('DESTINATION_NOT_ALLOWED')
  expect(ended.error?.message).not.toContain('latest')
  expect(echo.received).toEqual([])
})

test('a secret that is bound to other hosts is not sent, and the error names it', async () => {
  const ended = await send({ url: echo.url, ...withValue })
  expect(ended.error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  expect(ended.error?.message).toMatch(/BOUND.*127\.0\.0\.1/)
  expect(echo.received).toEqual([])
})

test('a secret that is bound to other hosts is not sent in disguise either', async () => {
  for (const text of ['{{ secrets.BOUND | sha256 }}', '{{ secrets.BOUND | base64 | upper }}']) {
    const ended = await send({ method: 'POST', url: echo.url, bodyKind: 'text', body: text })
    expect(ended.error?.code).toBe('DESTINATION_NOT_ALLOWED')
  }
  expect(echo.received).toEqual([])
})

test('a secret is sent to the host once it is bound to it', async () => {
  await bind('127.0.0.1')
  const ended = await send({ url: echo.url, ...withValue })
  expect(ended.status).toBe('SUCCEEDED')
  expect(echo.received[0]?.headers['x-key']).toBe(value)
})

test('a later step cannot send it elsewhere from the output of the first step', async () => {
  await bind('127.0.0.1')
  const { id } = await workspace.createAutomation('Two', [
    { key: 'one', type: 'custom-http', fields: { url: echo.url, ...withValue } },
    {
      key: 'two',
      type: 'custom-http',
      fields: {
        url: 'http://127.0.0.3:9/',
        headers: [{ name: 'x-copy', value: '{{ steps.one.output.body.headers["x-key"] }}' }],
      },
    },
  ])
  const ended = await workspace.run(id)
  expect(ended.error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  expect(ended.error?.message).toMatch(/BOUND.*127\.0\.0\.3/)
})

test('with no allowed addresses, no step reaches this machine', async () => {
  const strict = await startTestApp({ env: { LOCKSTEP_EGRESS_ALLOW: '' } })
  try {
    const other = await createTestWorkspace(strict, 'acme')
    const { id } = await other.createAutomation('Call', [
      { key: 'call', type: 'custom-http', fields: { url: echo.url } },
    ])
    expect((await other.run(id)).error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
    expect(echo.received).toEqual([])
  } finally {
    await strict.close()
  }
})

/** What the error of a step says as data. */
async function subjectOf(run: string): Promise<unknown> {
  const query = 'query ($id: ID!) { run(id: $id) { steps { error { code at { secrets host } } } } }'
  const { data } = await workspace.admin.graphql(query, { id: run })
  return data.run.steps[0].error
}

test('an error names the secret and the host as data', async () => {
  await bind('api.example.com')
  const refused = await send({ url: `http://127.0.0.1:${new URL(echo.url).port}/x`, ...withValue })
  expect(await subjectOf(refused.id)).toEqual({
    code: 'DESTINATION_NOT_ALLOWED',
    at: { secrets: ['BOUND'], host: `http://127.0.0.1:${new URL(echo.url).port}` },
  })
  const headers = [{ name: 'x', value: '{{ secrets.GONE }}{{ secrets.LOST }}' }]
  const missing = await send({ url: echo.url, headers })
  expect(await subjectOf(missing.id)).toEqual({
    code: 'SECRET_NOT_FOUND',
    at: { secrets: ['GONE', 'LOST'], host: null },
  })
})
