import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_hook_<&>"0123456789'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace
let automation: { id: string; hookUrl: string }
let path: string

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('HOOK_KEY', value)
  automation = await acme.createAutomation('Hook', [
    { key: 'call', type: 'custom-http', fields: { url: `${echo.url}/{{ secrets.HOOK_KEY }}` } },
    { key: 'got', type: 'set-values', fields: { values: '{{ trigger }}' } },
  ])
  path = new URL(automation.hookUrl).pathname
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

const wait = { prefer: 'respond-async, wait=25' }

async function trigger(init: RequestInit, query = '') {
  const headers = { ...wait, ...(init.headers as Record<string, string>) }
  const { status, text } = await app.anonymous.request(`${path}${query}`, {
    method: 'POST',
    ...init,
    headers,
  })
  expect(status).toBe(200)
  return JSON.parse(text)
}

test('a hook starts a run and returns its id', async () => {
  const { status, text } = await app.anonymous.request(path, post({ order: 7 }))
  expect(status).toBe(202)
  const { runId, ...rest } = JSON.parse(text)
  expect(rest).toEqual({})
  expect(await acme.waitForRun(runId)).toMatchObject({ status: 'SUCCEEDED', input: { body: { order: 7 } } })
})

test('a caller with Prefer: wait gets the result, redacted', async () => {
  const { headers, status, text } = await app.anonymous.request(path, {
    ...post({ leak: value }),
    headers: { ...post({}).headers, ...wait },
  })
  expect(status).toBe(200)
  expect(headers.get('preference-applied')).toBe('wait=25')
  const answer = JSON.parse(text)
  expect(answer).toMatchObject({
    runId: expect.stringMatching(/^acme\./),
    status: 'SUCCEEDED',
    output: { body: { leak: '[secret HOOK_KEY]' } },
    error: null,
  })
  expect(decodeURIComponent(echo.received.at(-1)?.url ?? '')).toBe(`/${value}`)
})

test('a hook that was used a moment ago runs what was saved since', async () => {
  const steps = (n: number) => [{ key: 'set', type: 'set-values', fields: { values: { n } } }]
  const { id, version, hookUrl } = await acme.createAutomation('Changed', steps(1))
  const run = async () => {
    const init = { ...post({}), headers: { ...post({}).headers, ...wait } }
    return JSON.parse((await app.anonymous.request(new URL(hookUrl).pathname, init)).text).output
  }
  expect(await run()).toEqual({ n: 1 })
  await acme.admin.mutate(documents.updateAutomation, {
    input: { id, version, name: 'Changed', steps: steps(2) },
  })
  expect([await run(), await run()]).toEqual([{ n: 2 }, { n: 2 }])
})

test('a waiting caller learns that the run failed', async () => {
  const { hookUrl } = await acme.createAutomation('Fails', [
    { key: 'call', type: 'custom-http', fields: { url: `${echo.url}/{{ secrets.MISSING }}` } },
  ])
  const { text } = await app.anonymous.request(new URL(hookUrl).pathname, { ...post({}), headers: wait })
  expect(JSON.parse(text)).toMatchObject({ status: 'FAILED', error: { code: 'SECRET_NOT_FOUND' } })
})

describe('the trigger', () => {
  test('contains body, raw body, headers and query', async () => {
    const body = '{ "a" : [1, "ü"] }'
    const headers = { 'content-type': 'application/json', 'x-event': 'push' }
    const { output } = await trigger({ body, headers }, '?first=1&second=a%20b')
    expect(output).toMatchObject({
      body: { a: [1, 'ü'] },
      rawBody: body,
      headers: { 'x-event': 'push', 'content-type': 'application/json' },
      query: { first: '1', second: 'a b' },
    })
  })

  test.each([
    ['a form', 'a=1&b=x+y', 'application/x-www-form-urlencoded', { a: '1', b: 'x y' }],
    ['text', 'just text', 'text/plain', 'just text'],
    ['JSON that is none', '{"a":', 'application/json', '{"a":'],
    ['nothing', '', 'application/json', ''],
    ['a NUL', '{"a":"\\u0000"}', 'application/json', { a: '\0' }],
    ['a prototype', '{"__proto__":{"x":1}}', 'application/json', JSON.parse('{"__proto__":{"x":1}}')],
  ])('reads %s', async (_what, body, type, expected) => {
    const { output } = await trigger({ body, headers: { 'content-type': type } })
    expect(output.rawBody).toBe(body)
    expect(JSON.stringify(output.body)).toBe(JSON.stringify(expected))
  })

  test('contains no credentials of the caller and no header for Lockstep itself', async () => {
    const credentials = {
      authorization: 'Bearer canary-authorization',
      cookie: 'session=canary-cookie',
      'proxy-authorization': 'Basic canary-proxy',
      'x-lockstep-address': 'canary-address',
      'x-api-key': 'canary-api-key',
      'ocp-apim-subscription-key': 'canary-subscription',
      'x-gitlab-token': 'canary-gitlab',
      'x-telegram-bot-api-secret-token': 'canary-telegram',
      'x-amz-security-token': 'canary-amazon',
      'x-forwarded-access-token': 'canary-forwarded',
      'cf-access-jwt-assertion': 'canary-cloudflare',
      'x-webhook-secret': 'canary-secret',
      'x-auth': 'canary-auth',
      'x-password': 'canary-password',
    }
    // These tell what has happened, or sign one message.
    const kept = {
      'x-event-key': 'repo:push',
      'x-hub-signature-256': 'sha256=00',
      'stripe-signature': 't=1,v1=00',
      'x-shopify-hmac-sha256': 'hmac',
      'x-slack-signature': 'v0=00',
      'webhook-signature': 'v1,00',
      'x-github-delivery': 'delivery',
    }
    const { output } = await trigger({ body: '{}', headers: { ...credentials, ...kept } })
    expect(Object.keys(output.headers).filter((it) => it in credentials)).toEqual([])
    expect(output.headers).toMatchObject(kept)
    await app.expectNoCanary(...Object.values(credentials))
  })
})

describe('refusals', () => {
  test('an unknown hook is 404 for every method', async () => {
    const before = await readRows(app.database)
    const token = path.slice('/hooks/'.length)
    const others = [
      '',
      'acme',
      'acme.',
      'acme.none',
      token.slice(0, -1),
      `${token}A`,
      `${token}.x`,
      `${token}/`,
      `${token}%00`,
      token.replace('acme', 'globex'),
      '%E0%A4%A',
      '..%2f..%2f',
    ]
    for (const other of others) {
      const { status } = await app.anonymous.request(`/hooks/${other}`, post({}))
      expect([other, status]).toEqual([other, 404])
    }
    expect(await readRows(app.database)).toEqual(before)
  })

  test.each(['was', 'was never'])('a hook of a deleted automation that %s used is 404', async (what) => {
    const { id, hookUrl } = await acme.createAutomation(`Gone, and ${what} used`, [])
    const { pathname } = new URL(hookUrl)
    if (what === 'was') expect((await app.anonymous.request(pathname, post({}))).status).toBe(202)
    await acme.admin.mutate(documents.deleteAutomation, { id })
    expect((await app.anonymous.request(pathname, post({}))).status).toBe(404)
    expect((await app.anonymous.request(pathname, post({}))).status).toBe(404)
  })

  test('a message that breaks off starts nothing and does not use up its key', async () => {
    const { id, hookUrl } = await acme.createAutomation('Broken off', [])
    const { hostname, port, pathname } = new URL(hookUrl.replace(/^https?:\/\/[^/]+/, app.url))
    const socket = connect({ host: hostname, port: Number(port) })
    const lines = [
      `POST ${pathname} HTTP/1.1`,
      `Host: ${hostname}`,
      'Content-Length: 10',
      'Idempotency-Key: once',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n{"n"`)
    await new Promise((resolve) => setTimeout(resolve, 200))
    socket.destroy()
    const whole = { ...post({ n: 1 }), headers: { ...post({}).headers, 'idempotency-key': 'once' } }
    const { status, text } = await app.anonymous.request(pathname, whole)
    expect(status).toBe(202)
    expect(await acme.waitForRun(JSON.parse(text).runId)).toMatchObject({ input: { body: { n: 1 } } })
    const runs = await app.database.query('select 1 from run where automation = $1', [id.split('.')[1]])
    expect(runs).toHaveLength(1)
  })

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'])(
    '%s is 405 and starts nothing',
    async (method) => {
      const before = await readRows(app.database)
      const { status, headers } = await app.anonymous.request(path, { method })
      expect([status, headers.get('allow')]).toEqual([405, 'POST'])
      expect(await readRows(app.database)).toEqual(before)
    },
  )

  test.each([
    ['over 6 MiB', 'x'.repeat(6 * 1024 * 1024 + 1)],
    ['over what a run takes', 'x'.repeat(5 * 1024 * 1024 + 1)],
    ['nested without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ])('a body %s is 413 and starts nothing', async (_what, body) => {
    const before = await readRows(app.database)
    const { status, text } = await app.anonymous.request(path, { method: 'POST', body })
    expect(status).toBe(413)
    expect(JSON.parse(text).error).toMatch(/at most|nested/)
    expect(await readRows(app.database)).toEqual(before)
  })

  test('a body without a length is refused at the limit, and the next request is served', async () => {
    const before = await readRows(app.database)
    const chunk = new Uint8Array(1024 * 1024)
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        sent += chunk.length
        if (sent > 100 * chunk.length) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const { status, text } = await app.anonymous.request(path, init)
    expect([status, JSON.parse(text).error]).toEqual([413, 'A body is at most 6 MiB.'])
    expect(sent).toBeLessThan(100 * chunk.length)
    expect(await readRows(app.database)).toEqual(before)
    expect((await app.anonymous.request(path, post({}))).status).toBe(202)
  })
})

test.each(['wait=0', 'wait=-1', 'wait=abc', 'waiting=5', 'respond-async'])(
  'the preference %j does not wait',
  async (prefer) => {
    const { status } = await app.anonymous.request(path, { ...post({}), headers: { prefer } })
    expect(status).toBe(202)
  },
)

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
