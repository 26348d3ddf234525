import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { oauth2Token } from '../../plugins/oauth2-token/oauth2-token.ts'
import { canary, leakTest, TestCache, testStep } from '../../src/steps/testing/index.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'

const secret = 'a client secret: with / odd + characters'

let server: TokenServer
beforeAll(async () => {
  server = await startTokenServer()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.asked.length = 0
  server.refusal = undefined
  server.expiresIn = 3600
})

const run = (fields: object, more: object = {}) =>
  testStep(oauth2Token, {
    fields: { tokenUrl: server.tokenUrl, clientId: 'app', clientSecret: '{{ secrets.SECRET }}', ...fields },
    secrets: { SECRET: secret, REFRESH: 'the-first-refresh-token', JWT: 'a.signed.assertion-of-the-app' },
    ...more,
  })

describe('each grant is asked for as its standard says:', () => {
  test.each<[string, object, object]>([
    [
      'client credentials',
      { scope: 'read write', audience: 'api' },
      { grant_type: 'client_credentials', scope: 'read write', audience: 'api' },
    ],
    [
      'a refresh token',
      { grant: 'refresh-token', refreshToken: '{{ secrets.REFRESH }}' },
      { grant_type: 'refresh_token', refresh_token: 'the-first-refresh-token' },
    ],
    [
      'a JWT (RFC 7523)',
      { grant: 'jwt-bearer', assertion: '{{ secrets.JWT }}' },
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'a.signed.assertion-of-the-app',
      },
    ],
    [
      'a token exchange (RFC 8693)',
      {
        grant: 'token-exchange',
        subjectToken: '{{ secrets.JWT }}',
        parameters: [{ name: 'resource', value: 'https://api.test' }],
      },
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'a.signed.assertion-of-the-app',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        resource: 'https://api.test',
      },
    ],
  ])('%s', async (_what, fields, form) => {
    const { error, trueOutput, output } = await run(fields)
    expect(error).toBeUndefined()
    const [{ authorization = '', ...sent } = {}] = server.asked
    expect(sent).toEqual(form)
    const pair = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    expect(pair).toBe(`app:${new URLSearchParams({ '': secret }).toString().slice(1)}`)
    const token = server.given.at(-1)
    expect(trueOutput).toMatchObject({ accessToken: token, authorization: `Bearer ${token}` })
    expect(JSON.stringify(output)).not.toContain(token)
  })
})

test('client id and secret stand in the form when the service wants them there', async () => {
  await run({ clientAuth: 'body' })
  expect(server.asked).toEqual([
    { grant_type: 'client_credentials', client_id: 'app', client_secret: secret },
  ])
  await run({ clientSecret: undefined })
  expect(server.asked[1]).toEqual({ grant_type: 'client_credentials', client_id: 'app' })
})

test('a token is kept until shortly before it expires, and another one for another scope', async () => {
  const cache = new TestCache()
  for (const scope of ['a', 'a', 'b', 'a']) expect((await run({ scope }, { cache })).error).toBeUndefined()
  expect(server.asked.map(({ scope }) => scope)).toEqual(['a', 'b'])
  server.expiresIn = 60
  for (const scope of ['c', 'c']) await run({ scope }, { cache })
  expect(server.asked).toHaveLength(4)
})

test('a kept token that is refused, or given up, is asked for anew', async () => {
  const cache = new TestCache()
  const checked = { checkUrl: server.apiUrl }
  await run(checked, { cache })
  await run(checked, { cache })
  expect(server.asked).toHaveLength(1)
  server.given.push('another-token-that-was-given-elsewhere')
  await run(checked, { cache })
  expect(server.asked).toHaveLength(2)
  await run({ renew: true }, { cache })
  expect(server.asked).toHaveLength(3)
})

test('a refresh token that the service gives in place of the first one is used from then on', async () => {
  const cache = new TestCache()
  const fields = { grant: 'refresh-token', refreshToken: '{{ secrets.REFRESH }}' }
  await run(fields, { cache })
  await run({ ...fields, renew: true }, { cache })
  expect(server.asked.map((it) => it['refresh_token'])).toEqual([
    'the-first-refresh-token',
    `refresh-${server.given.at(-2)}`,
  ])
})

test.each([
  [401, { error: 'invalid_client', error_description: secret }, /answered 401 \(invalid_client\) when asked/],
  [400, { error: secret }, /answered 400 when asked/],
  [200, { token: 'x' }, /without an access token/],
  [200, 'no JSON object', /without an access token/],
])('an answer %s %j ends the step with words that repeat nothing', async (status, body, message) => {
  server.refusal = { status, body }
  const { error } = await run({})
  expect(error).toMatchObject({ code: 'STEP_FAILED', message: expect.stringMatching(message) })
  expect(error?.message).not.toContain('odd')
})

test('the token goes only where the client secret may go', async () => {
  const { error } = await run(
    {
      tokenUrl: server.tokenUrl.replace('127.0.0.1', 'auth.test'),
      checkUrl: server.apiUrl.replace('127.0.0.1', 'api.test'),
      renew: false,
    },
    {
      hosts: { 'auth.test': '127.0.0.1', 'api.test': '127.0.0.1' },
      allowedHosts: { SECRET: ['auth.test'] },
      cache: await kept(),
    },
  )
  expect(error).toMatchObject({
    code: 'DESTINATION_NOT_ALLOWED',
    message: expect.stringContaining('api.test'),
  })
})

/** A cache with the token of auth.test. */
async function kept(): Promise<TestCache> {
  const cache = new TestCache()
  const tokenUrl = server.tokenUrl.replace('127.0.0.1', 'auth.test')
  await run({ tokenUrl }, { hosts: { 'auth.test': '127.0.0.1' }, cache })
  return cache
}

test('nothing of the secrets and tokens is shown', async () => {
  const fields = { tokenUrl: server.tokenUrl, clientId: 'app', clientSecret: '{{ secrets.SECRET }}' }
  const prepare = () => {
    const token = canary()
    server.refusal = { status: 200, body: { access_token: token, expires_in: 60, refresh_token: token } }
    return { obtained: { TOKEN: token } }
  }
  await leakTest(oauth2Token, [
    { name: 'client credentials', fields, prepare },
    { name: 'in the body', fields: { ...fields, clientAuth: 'body' }, prepare },
    { name: 'checked', fields: { ...fields, checkUrl: server.apiUrl }, prepare },
    { name: 'test of the connection', fields, ask: { check: true }, prepare },
    {
      name: 'test of the connection with a refresh token',
      fields: { ...fields, grant: 'refresh-token', refreshToken: '{{ secrets.REFRESH }}' },
      ask: { check: true },
      prepare,
    },
    {
      name: 'refresh token',
      fields: { ...fields, grant: 'refresh-token', refreshToken: '{{ secrets.REFRESH }}' },
      prepare,
    },
  ])
})
