import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, PASSWORD, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { CLIENT, type FakeIssuer, startFakeIssuer, startProvider } from '../support/oidc-issuers.ts'

type Provider = Awaited<ReturnType<typeof startProvider>>

async function startApp(
  issuer: string,
  env: NodeJS.ProcessEnv = {},
  port?: number,
  worker = false,
): Promise<TestApp> {
  const chosen = port ?? (await freePort())
  return startTestApp({
    worker,
    env: {
      PORT: String(chosen),
      LOCKSTEP_WORKER_PORT: '0',
      LOCKSTEP_PUBLIC_URL: `http://127.0.0.1:${chosen}`,
      LOCKSTEP_OIDC_ISSUER: issuer,
      LOCKSTEP_OIDC_CLIENT_ID: CLIENT.id,
      LOCKSTEP_OIDC_CLIENT_SECRET: CLIENT.secret,
      ...env,
    },
  })
}

const begin = (client: Client, body: object = { provider: 'oidc' }) =>
  client.request('/api/auth/sign-in/social', post(body))

/** Goes through the pages of the provider. @returns the address to which it sends the browser back. */
async function throughProvider(first: string, app: TestApp): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(first)
  for (let hop = 0; hop < 10; hop++) {
    if (url.origin === app.url) return url
    const cookie = [...cookies].map((it) => it.join('=')).join('; ')
    const { headers } = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    url = new URL(headers.get('location') ?? '', url)
  }
  throw new Error(`The provider does not come back: ${url.pathname}`)
}

/** Signs in at the provider. @returns where the browser is in the end. */
async function signInBy(app: TestApp, client: Client, body?: object): Promise<string> {
  const { text } = await begin(client, body)
  const { pathname, search } = await throughProvider(JSON.parse(text).url, app)
  // The browser comes from the site of the provider.
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  const answer = await client.request(`${pathname}${search}`, { headers })
  return answer.headers.get('location') ?? `${answer.status} ${answer.text}`
}

const viewer = async (client: Client) => (await client.graphql(documents.viewer)).data.viewer

describe('a real provider', () => {
  let app: TestApp
  let provider: Provider
  let admin: Client
  beforeAll(async () => {
    const port = await freePort()
    provider = await startProvider(`http://127.0.0.1:${port}/api/auth/callback/oidc`)
    const roles = 'groups=platform:acme:admin, groups=staff:acme:member, groups=staff:nowhere:member'
    app = await startApp(
      provider.issuer,
      { LOCKSTEP_OIDC_ROLES: roles, LOCKSTEP_SIGN_UP: 'open' },
      port,
      true,
    )
    admin = await app.signUp('Admin')
    await admin.mutate(documents.createWorkspace, { input: { id: 'acme', name: 'Acme' } })
  })
  afterAll(async () => {
    await app.close()
    await provider.close()
  })

  const person = (sub: string, more: object = {}) => ({
    sub,
    name: `Person ${sub}`,
    email: `${sub}@example.com`,
    email_verified: true,
    ...more,
  })

  test('a verified person gets an account, and comes back to the page that was asked for', async () => {
    provider.person = person('ada')
    const client = app.visitor()
    const location = await signInBy(app, client, { provider: 'oidc', callbackURL: '/w/acme/runs' })
    expect(location).toBe(`${app.url}/w/acme/runs`)
    expect(await viewer(client)).toMatchObject({
      name: 'Person ada',
      email: 'ada@example.com',
      workspaces: [],
    })
    const again = app.visitor()
    await signInBy(app, again)
    expect((await viewer(again)).id).toBe((await viewer(client)).id)
  })

  test('the request to the provider has PKCE, state and nonce', async () => {
    const { searchParams } = new URL(JSON.parse((await begin(app.visitor())).text).url)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/.{16}/),
      nonce: expect.stringMatching(/.{16}/),
    })
  })

  test('claims give, change and take away roles at each sign-in, and no other workspace is touched', async () => {
    const roleOf = async (groups: unknown) => {
      provider.person = person('grace', { groups })
      const client = app.visitor()
      await signInBy(app, client)
      return (await viewer(client)).workspaces
    }
    expect(await roleOf(['staff'])).toEqual([{ id: 'acme', viewerRole: 'MEMBER' }])
    expect(await roleOf(['platform', 'staff'])).toEqual([{ id: 'acme', viewerRole: 'ADMIN' }])
    expect(await roleOf(['other'])).toEqual([])
    const events = await app.database.query<{ action: string }>(
      `select action from audit_event where workspace_id = 'acme' and actor = 'OpenID Connect' order by id`,
    )
    expect(events.map(({ action }) => action)).toEqual(['member.join', 'member.role', 'member.remove'])
  })

  test('a person whose email is not verified gets no account, and is told so', async () => {
    provider.person = person('eve', { email_verified: false })
    const client = app.visitor()
    expect(await signInBy(app, client)).toContain('/sign-in?error=OIDC_EMAIL_UNVERIFIED')
    expect(await viewer(client)).toBeNull()
  })

  test.each([
    ['not verified at the provider', false],
    ['verified at the provider, and not here', true],
  ])('an email that is %s does not open the account that has it', async (_what, verified) => {
    const victim = await app.signUp('Victim')
    provider.person = person(`thief-${verified}`, { email: victim.email, email_verified: verified })
    const client = app.visitor()
    expect(await signInBy(app, client)).toContain('/sign-in?error=account_not_linked')
    expect(await viewer(client)).toBeNull()
  })

  test('a signed-in person connects the account with the provider, and then signs in by it', async () => {
    const client = await app.signUp('Linker')
    provider.person = person('linker', { email: client.email })
    const { text } = await client.request('/api/auth/link-social', post({ provider: 'oidc' }))
    const { pathname, search } = await throughProvider(JSON.parse(text).url, app)
    await client.request(`${pathname}${search}`)
    const other = app.visitor()
    await signInBy(app, other)
    expect((await viewer(other)).id).toBe((await viewer(client)).id)
  })

  test.each(['//evil.example', 'https://evil.example/', '/\\evil.example'])(
    'after the sign-in nobody is sent to %s',
    async (callbackURL) => {
      provider.person = person('ada')
      expect(await signInBy(app, app.visitor(), { provider: 'oidc', callbackURL })).toBe(`${app.url}/`)
    },
  )

  test('a name that is none is refused by the same rule as everywhere', async () => {
    provider.person = person('bidi', { name: 'Ada \u202etxt' })
    expect(await signInBy(app, app.visitor())).toContain('error=INVALID_NAME')
  })

  test('the return from the provider works only in the browser that began, and once', async () => {
    provider.person = person('ada')
    const client = app.visitor()
    const { pathname, search } = await throughProvider(JSON.parse((await begin(client)).text).url, app)
    const other = app.visitor()
    const stolen = await other.request(`${pathname}${search}`)
    expect(stolen.headers.get('location')).toMatch(/error=/)
    expect(await viewer(other)).toBeNull()
  })

  test('no token of the provider is stored, and the secret of the client is nowhere', async () => {
    const rows = await app.database.query(
      `select 1 from auth_account where coalesce(access_token, refresh_token, id_token) is not null`,
    )
    expect(rows).toEqual([])
    await app.expectNoCanary(CLIENT.secret)
  })
})

describe('an issuer that answers nonsense', () => {
  let app: TestApp
  let fake: FakeIssuer
  beforeAll(async () => {
    fake = await startFakeIssuer()
    app = await startApp(fake.issuer)
  })
  afterEach(() => Object.assign(fake, { document: {}, claims: {}, withoutIdToken: false }))
  afterAll(async () => {
    await app.close()
    await fake.close()
  })

  const ada = { email: 'ada@example.com', email_verified: true, name: 'Ada' }

  // These come first: once it has answered right, it is not asked again.
  test.each([
    ['no JSON', '<html>', /answers no JSON object/],
    ['a list', '[]', /answers no JSON object/],
    [
      'another issuer',
      { issuer: 'https://evil.example' },
      /says that its issuer is "https:\/\/evil.example"/,
    ],
    ['no issuer', { issuer: undefined }, /says that its issuer is null/],
    ['an endpoint that is no address', { token_endpoint: 'file:///etc/passwd' }, /token_endpoint/],
    ['no keys', { jwks_uri: undefined }, /jwks_uri/],
    ['no algorithm', { id_token_signing_alg_values_supported: [] }, /names no algorithm/],
    ['no PKCE', { code_challenge_methods_supported: ['plain'] }, /PKCE/],
  ])('%s: refused in words, and passwords still sign people in', async (_what, document, says) => {
    fake.document = document
    const { status, text } = await begin(app.visitor())
    expect([status, JSON.parse(text)]).toEqual([
      502,
      expect.objectContaining({ code: 'OIDC_UNAVAILABLE', message: expect.stringMatching(says) }),
    ])
    await app.signUp('Somebody')
  })

  test('once it answers right, it works without a restart', async () => {
    fake.claims = ada
    const client = app.visitor()
    expect(await signInBy(app, client)).toBe(`${app.url}/`)
    expect(await viewer(client)).toMatchObject({ email: 'ada@example.com' })
  })

  test.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'another-client' }],
    ['another nonce', { nonce: 'replayed' }],
    ['no nonce', { nonce: undefined }],
  ])('an ID token for %s signs nobody in', async (_what, claims) => {
    fake.claims = { ...ada, ...claims }
    const client = app.visitor()
    expect(await signInBy(app, client)).toMatch(/\/sign-in\?error=/)
    expect(await viewer(client)).toBeNull()
  })

  test('an answer without an ID token signs nobody in', async () => {
    fake.withoutIdToken = true
    const client = app.visitor()
    expect(await signInBy(app, client)).toMatch(/\/sign-in\?error=/)
    expect(await viewer(client)).toBeNull()
  })
})

test('with LOCKSTEP_PASSWORD_SIGN_IN=off neither passwords nor passkeys work, and the page knows', async () => {
  const app = await startApp('http://127.0.0.1:1', { LOCKSTEP_PASSWORD_SIGN_IN: 'off' })
  const client = app.visitor()
  const body = { name: 'x', email: 'x@example.com', password: PASSWORD }
  for (const [path, sent] of [
    ['/sign-up/email', body],
    ['/sign-in/email', { email: body.email, password: PASSWORD }],
    ['/request-password-reset', { email: body.email }],
    ['/passkey/verify-authentication', { response: {} }],
  ] as const) {
    const { status, text } = await client.request(`/api/auth${path}`, post(sent))
    expect([path, status, JSON.parse(text).code]).toEqual([path, 403, 'WAY_CLOSED'])
  }
  const ways = await client.request('/api/auth/ways')
  expect(JSON.parse(ways.text)).toEqual({ password: false, oidc: true, mail: false })
  const { status, text } = await begin(client)
  expect([status, JSON.parse(text).message]).toEqual([502, expect.stringMatching(/cannot be reached/)])
  await app.close()
})
