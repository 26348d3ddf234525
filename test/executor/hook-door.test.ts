import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'a value that signs and verifies 6631'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('SIGNING', value)
  await acme.createSecret('VERIFY', 'the token of Meta 4410')
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
})

const create = `mutation ($input: AutomationInput!) { createAutomation(input: $input) {
  ... on CreateAutomationSuccess { automation { id hookUrl hookAnswer { waitSeconds } } }
  ... on Error { code message } } }`

async function createHook(settings: object, values: unknown = {}): Promise<string> {
  const steps = [{ key: 'answer', type: 'set-values', fields: { values } }]
  const input = { workspace: 'acme', name: 'Hooked', steps, ...settings }
  const { automation } = await acme.admin.mutate(create, { input })
  return new URL(automation.hookUrl).pathname
}

const countRuns = async () =>
  (await app.database.query<{ count: number }>('select count(*)::int as count from run'))[0]?.count
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  app.anonymous.request(path, { method: 'POST', body, headers })
const sign = (text: string) => createHmac('sha256', value).update(text).digest('hex')

describe('a service that asks whether the hook is meant gets its challenge back, and no run is started', () => {
  const slackHook = () => createHook({ hookSignature: { secret: 'SIGNING', style: 'SLACK' } })
  const question = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1aBm2rZgRNFdxV' })
  const signed = (text: string, key = sign) => {
    const time = `${Math.floor(Date.now() / 1000)}`
    return { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${key(`v0:${time}:${text}`)}` }
  }

  test('Slack, when the request is signed', async () => {
    const before = await countRuns()
    const answer = await post(await slackHook(), question, signed(question))
    expect(answer).toMatchObject({ status: 200, text: '3eZbrw1aBm2rZgRNFdxV' })
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect(await countRuns()).toBe(before)
  })
  test('Slack gets 401 when it is not signed, or by another key', async () => {
    const path = await slackHook()
    expect((await post(path, question)).status).toBe(401)
    expect(
      (
        await post(
          path,
          question,
          signed(question, (it) => sign(`${it} `)),
        )
      ).status,
    ).toBe(401)
  })
  test('an event of Slack starts a run', async () => {
    const event = JSON.stringify({ type: 'event_callback', challenge: 'x' })
    expect((await post(await slackHook(), event, signed(event))).status).toBe(202)
  })

  const ask = async (path: string, token: string, mode = 'subscribe') => {
    const query = new URLSearchParams({
      'hub.mode': mode,
      'hub.verify_token': token,
      'hub.challenge': '<b>1158201444',
    })
    return app.anonymous.request(`${path}?${query}`)
  }
  const metaHook = (more = { verifyToken: 'verify' } as object) =>
    createHook({ hookSignature: { secret: 'SIGNING', style: 'GITHUB', ...more } })

  test('Meta, when it knows the token', async () => {
    const before = await countRuns()
    const answer = await ask(await metaHook(), 'the token of Meta 4410')
    expect(answer).toMatchObject({ status: 200, text: '<b>1158201444' })
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await countRuns()).toBe(before)
  })
  test('Meta gets 403 with another token', async () => {
    const answer = await ask(await metaHook(), 'the token of Meta 441')
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('VERIFY')
  })
  test('other requests by GET are refused, and all where no token is set', async () => {
    expect((await ask(await metaHook(), 'the token of Meta 4410', 'unsubscribe')).status).toBe(405)
    expect((await ask(await metaHook({}), 'the token of Meta 4410')).status).toBe(405)
    expect((await app.anonymous.request(await metaHook())).status).toBe(405)
  })
})

describe('an automation answers its caller with the output of its last step', () => {
  const hookAnswer = { waitSeconds: 20 }
  test.each<[string, unknown, number, string, Record<string, string>]>([
    ['nothing', {}, 200, 'null', { 'content-type': 'application/json' }],
    ['data', { status: 201, body: { id: 7 } }, 201, '{"id":7}', { 'content-type': 'application/json' }],
    ['a text', { body: 'thanks' }, 200, 'thanks', { 'content-type': 'text/plain; charset=utf-8' }],
    [
      'headers',
      { status: '302', headers: { Location: 'https://example.com/', 'X-Id': 'a' }, body: '' },
      302,
      '',
      { location: 'https://example.com/', 'x-id': 'a' },
    ],
    ['no content', { status: 204 }, 204, '', {}],
    [
      'a page, which is none of ours',
      { headers: { 'content-type': 'text/html' }, body: '<script>alert(1)</script>' },
      200,
      '<script>alert(1)</script>',
      {
        'content-type': 'text/html',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      },
    ],
  ])('%s', async (_what, values, status, text, headers) => {
    const path = await createHook({ hookAnswer }, values)
    const answer = await app.anonymous.request(path, { method: 'POST', body: '', redirect: 'manual' })
    expect(answer).toMatchObject({ status, text })
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...headers, 'cache-control': 'no-store' })
  })

  test.each<[string, unknown, RegExp]>([
    ['no object', ['a'], /no object/],
    ['an impossible status', { status: 99 }, /no number from 200 to 599/],
    ['a cookie', { headers: { 'Set-Cookie': 'a=b' } }, /set-cookie/],
    ['another policy for pages', { headers: { 'content-security-policy': '' } }, /content-security-policy/],
    ['a header with a line break', { headers: { 'x-a': 'a\r\nset-cookie: b' } }, /x-a/],
    ['a header that is no text', { headers: { 'x-a': 7 } }, /x-a/],
  ])('%s is an error of the automation', async (_what, values, message) => {
    const answer = await post(await createHook({ hookAnswer }, values), '')
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.text).error).toMatch(message)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('a value is a mark there, also when the caller sent it', async () => {
    const hookSignature = { secret: 'SIGNING', style: 'SHOPIFY' }
    const path = await createHook({ hookAnswer, hookSignature }, { body: '{{ trigger.rawBody }}' })
    const code = createHmac('sha256', value).update(value).digest('base64')
    const answer = await post(path, value, { 'x-shopify-hmac-sha256': code })
    expect(answer).toMatchObject({ status: 200, text: '[secret SIGNING]' })
  })

  test('a run that fails answers 500 without its error', async () => {
    const answer = await post(await createHook({ hookAnswer }, { body: '{{ trigger.headers.none }}' }), '')
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.text)).toEqual({ runId: expect.any(String), error: 'The automation failed.' })
  })

  test.each([0, 31])('a wait of %d seconds is refused', async (waitSeconds) => {
    const input = { workspace: 'acme', name: 'Hooked', steps: [], hookAnswer: { waitSeconds } }
    const { data } = await acme.admin.graphql(create, { input })
    expect(data.createAutomation).toMatchObject({
      code: 'INVALID_FIELD',
      message: expect.stringContaining('1 to 30'),
    })
  })
})

test('with no worker a request is accepted, and checked before its first step once a worker is there', async () => {
  const path = await createHook({ hookSignature: { secret: 'SIGNING', style: 'GITHUB' } })
  await app.stopWorker()
  const signed = (text: string) => ({ 'x-hub-signature-256': `sha256=${sign(text)}` })
  const [forged, genuine, plain] = await Promise.all([
    post(path, 'forged', signed('another text')),
    post(path, 'genuine', signed('genuine')),
    post(path, 'plain'),
  ])
  expect([forged.status, genuine.status, plain.status]).toEqual([202, 202, 401])
  expect(await app.database.query('select * from hook_check')).toEqual([])
  const worker = await startWorkerProcess(app)
  try {
    expect(await acme.waitForRun(JSON.parse(forged.text).runId)).toMatchObject({
      status: 'FAILED',
      steps: [],
      error: {
        code: 'INVALID_FIELD',
        message: expect.stringMatching(/signature .* missing or wrong\. .*SIGNING/),
      },
    })
    expect(await acme.waitForRun(JSON.parse(genuine.text).runId)).toMatchObject({ status: 'SUCCEEDED' })
  } finally {
    await worker.stop()
  }
}, 60_000)
