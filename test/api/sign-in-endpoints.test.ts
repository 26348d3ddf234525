import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuth } from '../../src/api/sign-in/auth.ts'
import { endpoints } from '../../src/api/sign-in/endpoints.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { openAuthTables } from '../../src/store/sign-in.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, PASSWORD, post } from '../support/client.ts'

const OPEN = [
  'GET /account',
  'GET /callback/oidc',
  'GET /passkey/generate-authenticate-options',
  'GET /passkey/generate-register-options',
  'GET /passkey/list-user-passkeys',
  'GET /sessions',
  'GET /verify-email',
  'GET /ways',
  'POST /change-password',
  'POST /end-session',
  'POST /link-social',
  'POST /passkey/delete-passkey',
  'POST /passkey/verify-authentication',
  'POST /passkey/verify-registration',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /revoke-other-sessions',
  'POST /send-verification-email',
  'POST /sign-in/email',
  'POST /sign-in/social',
  'POST /sign-out',
  'POST /sign-up/email',
  'POST /two-factor/disable',
  'POST /two-factor/enable',
  'POST /two-factor/generate-backup-codes',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/verify-totp',
  'POST /update-user',
]

let app: TestApp
let person: Client
/** What the library has, with every plugin. */
let all: { method: string; path: string }[]
beforeAll(async () => {
  app = await startTestApp({ worker: false })
  person = await app.signUp('Person')
  const { tables, close } = openAuthTables(app.database.url, app.logger)
  all = endpointsOf(tables)
  await close()
})
afterAll(() => app.close())

function endpointsOf(tables: ReturnType<typeof openAuthTables>['tables']) {
  expect(tables.database).toBeInstanceOf(Pool)
  const auth = createAuth({
    tables,
    publicUrl: 'http://localhost',
    authSecret: new Sensitive('x'.repeat(32)),
    ways: { password: true, oidc: true, mail: true },
    domain: {},
    log: app.logger,
  } as unknown as Parameters<typeof createAuth>[0])
  return Object.values(auth.api as object).flatMap(
    (it: { path?: string; options?: { method?: unknown } }) => {
      if (it.path === undefined) return []
      const methods = [it.options?.method ?? ['GET', 'POST']].flat() as string[]
      return methods.map((method) => ({ method, path: it.path ?? '' }))
    },
  )
}

const call = (method: string, path: string, body: object = {}) =>
  person.request(`/api/auth${path}`, method === 'POST' ? post(body) : { method })

test('the open endpoints are these', () => {
  expect(endpoints.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(OPEN)
})

test('every other endpoint that the library brings is switched off', async () => {
  const open = new Set(OPEN.map((it) => it.replace('/callback/oidc', '/callback/:id')))
  const closed = all.filter(({ method, path }) => !open.has(`${method} ${path}`))
  expect(closed.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/get-session', '/list-sessions', '/revoke-session', '/get-access-token']),
  )
  for (const { method, path } of closed) {
    const { status } = await call(method, path.replace(/:\w+/, 'oidc'))
    expect([404, 405], `${method} ${path}`).toContain(status)
  }
})

test('every open endpoint is one of the library, so that none is open by a mistake in its name', () => {
  const known = new Set(all.map(({ method, path }) => `${method} ${path}`))
  for (const it of OPEN) expect(known, it).toContain(it.replace('/callback/oidc', '/callback/:id'))
})

describe('no answer of an endpoint gives a session token', () => {
  const bodies: Readonly<Record<string, () => object>> = {
    '/sign-in/email': () => ({ email: person.email, password: PASSWORD }),
    '/sign-up/email': () => ({ name: 'New', email: 'new@example.com', password: PASSWORD }),
    '/change-password': () => ({ currentPassword: PASSWORD, newPassword: PASSWORD }),
    '/update-user': () => ({ name: 'Renamed' }),
    '/two-factor/enable': () => ({ password: PASSWORD }),
    '/two-factor/disable': () => ({ password: PASSWORD }),
    '/end-session': () => ({ id: 'none' }),
  }
  test.each(endpoints.filter(({ path }) => path !== '/sign-out'))(
    '$method $path',
    async ({ method, path }) => {
      const own = await app.signUp('Own')
      person = own
      const { text } = await call(method, path, bodies[path]?.() ?? {})
      const sessions = await app.database.query<{ token: string }>('select token from auth_session')
      expect(sessions.length).toBeGreaterThan(0)
      for (const { token } of sessions) expect(text).not.toContain(token)
      expect(text).not.toMatch(/"token"/)
    },
  )
})

test.each([
  ['/sign-in/social', { provider: 'oidc', idToken: { token: 'x' } }],
  ['/sign-up/email', { name: 'x', email: 'x@example.com', password: PASSWORD, emailVerified: true }],
  ['/update-user', { image: 'https://evil.example/x.png' }],
  ['/change-password', { currentPassword: PASSWORD, newPassword: PASSWORD, revokeOtherSessions: false }],
])('%s refuses a field that could change what it does', async (path, body) => {
  const { status, text } = await call('POST', path, body)
  expect([status, JSON.parse(text).code]).toEqual([400, 'UNKNOWN_FIELD'])
})

test.each([['[]'], ['"text"'], ['{'], [`{"email":"${'x'.repeat(70_000)}"}`]])(
  'a body that is no JSON object, or too large, is refused',
  async (body) => {
    const { status } = await person.request('/api/auth/sign-in/email', { ...post({}), body })
    expect(status).toBe(400)
  },
)

describe("a person's name and email are checked by one rule", () => {
  const wrong = ['', 'x'.repeat(201), 'a\u0000b', 'a\nb', 'Ada \u202etxt', '\u2066Ada']

  test.each(wrong)('on a sign-up: %j', async (name) => {
    const body = { name, email: 'rule@example.com', password: PASSWORD }
    expect((await call('POST', '/sign-up/email', body)).status).toBe(400)
  })

  test.each(wrong.filter((it) => it !== ''))('on a change: %j', async (name) => {
    const own = await app.signUp('Unchanged')
    const { status } = await own.request('/api/auth/update-user', post({ name }))
    expect(status).toBe(400)
    const query = `select name from auth_user where email = '${own.email}'`
    expect(await app.database.query(query)).toEqual([{ name: 'Unchanged' }])
  })

  test('an email that turns the direction of text makes no account', async () => {
    const body = { name: 'x', email: 'a\u202e@example.com', password: PASSWORD }
    expect((await call('POST', '/sign-up/email', body)).status).toBe(400)
  })
})
