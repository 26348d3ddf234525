import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'

const value = 'whsec_value-that-signs-hooks-5528'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('SIGNING', value)
})
beforeEach(() => {
  echo.received.length = 0
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await echo.close()
  await app.close()
})

type Style = 'GITHUB' | 'BITBUCKET' | 'STRIPE'
const create = `mutation ($input: AutomationInput!) { createAutomation(input: $input) {
  ... on CreateAutomationSuccess { automation { id version hookUrl hookSignature { secret style } } }
  ... on Error { code message } } }`

async function createSigned(style: Style, secret = 'SIGNING') {
  const steps = [{ key: 'call', type: 'custom-http', fields: { url: echo.url } }]
  const input = { workspace: 'acme', name: 'Signed', steps, hookSignature: { secret, style } }
  const { automation } = await acme.admin.mutate(create, { input })
  return automation
}

const body = '{ "order" : "ü 7" }'
const hmac = (text: string, key = value) => createHmac('sha256', key).update(text).digest('hex')
const github = (text = body, key = value) => ({ 'x-hub-signature-256': `sha256=${hmac(text, key)}` })
const bitbucket = (text = body, key = value) => ({ 'x-hub-signature': `sha256=${hmac(text, key)}` })
const seconds = (ago: number) => Math.floor(Date.now() / 1000) - ago
const stripe = (time: number, key = value) => ({
  'stripe-signature': `t=${time},v0=${'0'.repeat(64)},v1=${'a'.repeat(64)},v1=${hmac(`${time}.${body}`, key)}`,
})

/** The headers of a request that is sent now. */
type Signed = () => Record<string, string>

function send(hookUrl: string, headers: Record<string, string>, text = body) {
  const init = { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } }
  return app.anonymous.request(new URL(hookUrl).pathname, init)
}

async function call(hookUrl: string, headers: Record<string, string>, text = body): Promise<EndedRun> {
  const answer = await send(hookUrl, headers, text)
  expect(answer.status).toBe(202)
  return acme.waitForRun(JSON.parse(answer.text).runId)
}

/** How many runs there are. */
const countRuns = async () =>
  (await app.database.query<{ count: number }>('select count(*)::int as count from run'))[0]?.count

describe('a request that is signed starts the steps', () => {
  test.each<[string, Style, Signed]>([
    ['now', 'GITHUB', github],
    ['now', 'BITBUCKET', bitbucket],
    ['now', 'STRIPE', () => stripe(seconds(0))],
    ['a while ago', 'STRIPE', () => stripe(seconds(280))],
  ])('signed %s, like %s', async (_when, style, headers) => {
    const { hookUrl } = await createSigned(style)
    expect(await call(hookUrl, headers())).toMatchObject({ status: 'SUCCEEDED', error: null })
    expect(echo.received).toHaveLength(1)
  })
})

describe('a request without a valid signature gets 401 and makes no run', () => {
  test.each<[string, Style, Signed]>([
    ['none', 'GITHUB', () => ({})],
    ['one of another body', 'GITHUB', () => github(`${body} `)],
    ['one by another key', 'GITHUB', () => github(body, 'another key')],
    ['one by no key', 'GITHUB', () => github(body, '')],
    ['one that is cut', 'GITHUB', () => ({ 'x-hub-signature-256': `sha256=${hmac(body).slice(0, 62)}` })],
    ['one without its scheme', 'GITHUB', () => ({ 'x-hub-signature-256': hmac(body) })],
    ['the old scheme', 'GITHUB', () => ({ 'x-hub-signature': `sha1=${hmac(body)}` })],
    ['that of another style', 'GITHUB', () => stripe(seconds(0))],
    ['none', 'BITBUCKET', () => ({})],
    ['one of another body', 'BITBUCKET', () => bitbucket(`${body} `)],
    ['one by another key', 'BITBUCKET', () => bitbucket(body, 'another key')],
    ['that of another style', 'BITBUCKET', github],
    ['none', 'STRIPE', () => ({})],
    ['one that is too old', 'STRIPE', () => stripe(seconds(320))],
    ['one of the future', 'STRIPE', () => stripe(seconds(-320))],
    ['one by another key', 'STRIPE', () => stripe(seconds(0), 'another key')],
    [
      'another time',
      'STRIPE',
      () => ({ 'stripe-signature': `t=${seconds(1)},v1=${hmac(`${seconds(2)}.${body}`)}` }),
    ],
    ['no time', 'STRIPE', () => ({ 'stripe-signature': `v1=${hmac(`undefined.${body}`)}` })],
    [
      'another scheme',
      'STRIPE',
      () => ({ 'stripe-signature': `t=${seconds(0)},v0=${hmac(`${seconds(0)}.${body}`)}` }),
    ],
  ])('%s, %s', async (_what, style, headers) => {
    const { hookUrl } = await createSigned(style)
    const before = await countRuns()
    const answer = await send(hookUrl, headers())
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Signature')
    const { error } = JSON.parse(answer.text)
    expect(error).toMatch(/signature .* missing or wrong\. .*SIGNING/)
    expect(await countRuns()).toBe(before)
    expect(echo.received).toEqual([])
  })
})

test('200 unsigned calls make no run, and leave nothing at the door', async () => {
  const { hookUrl } = await createSigned('GITHUB')
  const before = await countRuns()
  const calls = Array.from({ length: 200 }, (_, n) =>
    send(hookUrl, n % 2 === 0 ? {} : github(body, `guess ${n}`)),
  )
  const statuses = (await Promise.all(calls)).map(({ status }) => status)
  // On a busy machine a worker may be late: then the sender has to try again.
  expect(statuses.filter((it) => it !== 401 && it !== 503)).toEqual([])
  expect(await countRuns()).toBe(before)
  expect(await app.database.query('select * from hook_check')).toEqual([])
})

test('the use of the secret for a signed request is in the audit log', async () => {
  const { hookUrl } = await createSigned('GITHUB')
  const ended = await call(hookUrl, github())
  const { data } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 1 })
  expect(data.auditLog).toMatchObject([
    { action: 'secret.use', target: 'SIGNING', actor: `run ${ended.id}`, detail: { step: 'trigger' } },
  ])
})

test('that its secret was used for requests that are not signed is in the audit log, and not once for each', async () => {
  await acme.createSecret('GUESSED', value)
  const { hookUrl } = await createSigned('GITHUB', 'GUESSED')
  for (const guess of ['one', 'two', 'three']) {
    expect((await send(hookUrl, github(body, guess))).status).toBe(401)
  }
  const uses = await app.database.query(
    `select actor, detail from audit_event where action = 'secret.use' and target = 'GUESSED'`,
  )
  expect(uses).toEqual([{ actor: 'hook', detail: { step: 'trigger' } }])
})

test('a request with the value in its body is redacted', async () => {
  const { hookUrl } = await createSigned('GITHUB')
  const text = JSON.stringify({ guess: value })
  const ended = await call(hookUrl, github(text), text)
  expect(ended.input).toMatchObject({ body: { guess: '[secret SIGNING]' } })
})

test('a deleted signing secret ends the run, and its former use is listed', async () => {
  await acme.createSecret('GONE', value)
  const { id, hookUrl } = await createSigned('GITHUB', 'GONE')
  const { data } = await acme.admin.graphql(documents.secretUsages, { workspace: 'acme', name: 'GONE' })
  expect(data.secretUsages).toEqual([
    { automation: { id, name: 'Signed' }, step: 'trigger', field: 'hookSignature' },
  ])
  await acme.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'GONE' } })
  expect(await call(hookUrl, github())).toMatchObject({ error: { code: 'SECRET_NOT_FOUND' }, steps: [] })
})

test('an unsigned request cannot use up the key of a signed one', async () => {
  const { hookUrl } = await createSigned('GITHUB')
  const key = { 'idempotency-key': 'event 1' }
  expect((await send(hookUrl, key)).status).toBe(401)
  expect((await send(hookUrl, { ...key, ...github(body, 'a guess') })).status).toBe(401)
  const ended = await call(hookUrl, { ...key, ...github() })
  expect(ended).toMatchObject({ status: 'SUCCEEDED' })
  // Nor does a repeated one start a second run.
  expect((await call(hookUrl, { ...key, ...github() })).id).toBe(ended.id)
})

test('a member who runs it by hand needs no signature', async () => {
  const { id } = await createSigned('GITHUB')
  expect(await acme.run(id, { by: 'hand' })).toMatchObject({ status: 'SUCCEEDED' })
})

describe('the setting', () => {
  const update = `mutation ($input: UpdateAutomationInput!) { updateAutomation(input: $input) {
    ... on UpdateAutomationSuccess { automation { version hookSignature { secret style } } } } }`
  const change = async (id: string, version: number, more: object) => {
    const input = { id, version, name: 'Signed', steps: [], ...more }
    return (await acme.admin.mutate(update, { input })).automation
  }

  test('is returned, kept by an update without it, changed by a new one, and removed by null', async () => {
    const { id, hookSignature } = await createSigned('STRIPE', 'my signing key')
    expect(hookSignature).toEqual({ secret: 'MY_SIGNING_KEY', style: 'STRIPE' })
    expect(await change(id, 1, {})).toMatchObject({ hookSignature })
    const other = { secret: 'SIGNING', style: 'GITHUB' }
    expect(await change(id, 2, { hookSignature: other })).toMatchObject({ hookSignature: other })
    expect(await change(id, 3, { hookSignature: null })).toMatchObject({ hookSignature: null })
  })

  const format = { header: 'X-Sign', algorithm: 'SHA256', encoding: 'HEX' }
  const custom = { secret: 'SIGNING', style: 'CUSTOM' }
  test.each<[string, object, string, RegExp]>([
    ['a secret with an impossible name', { secret: '!!', style: 'GITHUB' }, 'INVALID_NAME', /name/],
    ['a custom style without a format', custom, 'INVALID_FIELD', /needs a format/],
    [
      'a format for another style',
      { secret: 'SIGNING', style: 'SLACK', format },
      'INVALID_FIELD',
      /Only a custom/,
    ],
    [
      'no header',
      { ...custom, format: { ...format, header: 'X Sign' } },
      'INVALID_FIELD',
      /no name of a header/,
    ],
    [
      'a header that runs do not get',
      { ...custom, format: { ...format, header: 'Authorization' } },
      'INVALID_FIELD',
      /do not get/,
    ],
    [
      'a text without the body',
      { ...custom, format: { ...format, signed: 'x' } },
      'INVALID_FIELD',
      /hold \{body\}/,
    ],
    [
      'a time that is not signed',
      { ...custom, format: { ...format, signed: '{body}', timestampHeader: 'X-Time' } },
      'INVALID_FIELD',
      /\{timestamp\}/,
    ],
    [
      'a time that no header has',
      { ...custom, format: { ...format, signed: '{timestamp}{body}' } },
      'INVALID_FIELD',
      /\{timestamp\}/,
    ],
    [
      'no tolerance',
      { ...custom, format: { ...format, toleranceSeconds: 0 } },
      'INVALID_FIELD',
      /from 1 to 86400/,
    ],
  ])('with %s is refused', async (_what, hookSignature, code, message) => {
    const input = { workspace: 'acme', name: 'Signed', steps: [], hookSignature }
    const { data } = await acme.admin.graphql(create, { input })
    expect(data.createAutomation).toMatchObject({ code, message: expect.stringMatching(message) })
  })
})
