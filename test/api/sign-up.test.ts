import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'

const password = 'correct horse battery staple'

const signUp = (client: Client, body: object) =>
  client.request('/api/auth/sign-up/email', post({ name: 'Person', password, ...body }))

async function people(app: TestApp): Promise<string[]> {
  const rows = await app.database.query<{ email: string }>('select email from auth_user order by email')
  return rows.map(({ email }) => email)
}

async function withApp(signUpMode: string): Promise<TestApp> {
  const app = await startTestApp({ worker: false, env: { LOCKSTEP_SIGN_UP: signUpMode } })
  onTestFinished(() => app.close())
  return app
}

test('closed: no one can sign up, not even the first person', async () => {
  const app = await withApp('closed')
  const { status, text } = await signUp(app.visitor(), { email: 'a@example.com' })
  expect(status).toBe(403)
  expect(JSON.parse(text)).toMatchObject({
    code: 'SIGN_UP_REFUSED',
    message: expect.stringMatching(/operator/),
  })
  expect(await people(app)).toEqual([])
})

test('first: if several sign up at once, one succeeds, and no one after that', async () => {
  const app = await withApp('first')
  const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}@example.com`)
  const answers = await Promise.all(emails.map((email) => signUp(app.visitor(), { email })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(3)
  expect(await people(app)).toHaveLength(1)
  const { status, text } = await signUp(app.visitor(), { email: 'late@example.com' })
  expect([status, JSON.parse(text).code]).toEqual([403, 'SIGN_UP_REFUSED'])
  expect(await people(app)).toHaveLength(1)
})

test('first: a sign-up that is refused for its password or name does not use up the first place', async () => {
  const app = await withApp('first')
  expect((await signUp(app.visitor(), { email: 'a@example.com', name: 'a\0' })).status).toBe(400)
  const refused = await signUp(app.visitor(), { email: 'a@example.com', password: 'short' })
  expect(refused.status).toBe(400)
  expect((await signUp(app.visitor(), { email: 'a@example.com' })).status).toBe(200)
  expect(await people(app)).toEqual(['a@example.com'])
})

test.each([
  ['closed', 'CLOSED'],
  ['first', 'FIRST'],
])(
  '%s: a person who is signed out can read the mode, and whether there are accounts',
  async (setting, mode) => {
    const app = await withApp(setting)
    const ask = async () => (await app.anonymous.graphql(documents.signUp)).data.signUp
    expect(await ask()).toEqual({ mode, hasAccounts: false })
    const isFirst = (await signUp(app.visitor(), { email: 'a@example.com' })).status === 200
    expect(isFirst).toBe(setting === 'first')
    expect(await ask()).toEqual({ mode, hasAccounts: isFirst })
  },
)

describe('open', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ worker: false })
  })
  afterAll(() => app.close())

  test('lets everybody sign up, without a workspace', async () => {
    const person = await app.signUp('Somebody')
    const { data } = await person.graphql(documents.viewer)
    expect(data.viewer).toMatchObject({ name: 'Somebody', email: person.email, workspaces: [] })
  })

  test('refuses an email that has an account, in any case', async () => {
    const { email } = await app.signUp('Once')
    for (const again of [email, email.toUpperCase()]) {
      expect((await signUp(app.visitor(), { email: again })).status).toBe(422)
    }
  })

  test.each([
    ['empty', ' ', /empty/],
    ['over 200 characters', 'x'.repeat(201), /over 200/],
    ['with a NUL', 'a\0b', /control character/],
  ])('refuses a name that is %s, and says why', async (_what, name, says) => {
    const before = await people(app)
    const { status, text } = await signUp(app.visitor(), { name, email: 'name@example.com' })
    expect(status).toBe(400)
    expect(JSON.parse(text)).toEqual({ code: 'INVALID_NAME', message: expect.stringMatching(says) })
    expect(await people(app)).toEqual(before)
  })

  test('an unknown invitation is refused', async () => {
    const before = await people(app)
    for (const invitation of ['acme.none', '', '\0.x', 'x'.repeat(5000)]) {
      const { status } = await signUp(app.visitor(), { email: 'invited@example.com', invitation })
      expect(status).toBe(403)
    }
    expect(await people(app)).toEqual(before)
  })

  test('only the right password signs in, and neither password is stored or logged', async () => {
    const { email } = await app.signUp('Signer')
    const signIn = (tried: string) => {
      return app.visitor().request('/api/auth/sign-in/email', post({ email, password: tried }))
    }
    expect((await signIn(password)).status).toBe(200)
    expect((await signIn('wrong horse battery staple')).status).toBe(401)
    await app.expectNoCanary(password)
  })

  test('scripts and other sites cannot read the session cookie', async () => {
    const { headers } = await signUp(app.visitor(), { email: 'cookie@example.com' })
    const cookie = headers.getSetCookie().find((it) => it.includes('session_token'))
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
  })

  test('password guessing is rate-limited, whatever address the client claims', async () => {
    const { email } = await app.signUp('Guessed')
    const statuses: number[] = []
    for (let guess = 0; guess < 25; guess++) {
      const init = post({ email, password: `wrong horse battery ${guess}` })
      const claimed = { 'x-lockstep-address': `10.0.0.${guess}`, 'x-forwarded-for': `10.0.1.${guess}` }
      const headers = { ...init.headers, ...claimed }
      statuses.push((await app.visitor().request('/api/auth/sign-in/email', { ...init, headers })).status)
    }
    expect(statuses[0]).toBe(401)
    expect(statuses.at(-1)).toBe(429)
  })

  test('a request from another site cannot sign in', async () => {
    const before = await people(app)
    const init = post({ name: 'x', email: 'x@example.com', password })
    const headers = { ...init.headers, origin: 'https://evil.example' }
    const { status } = await app.visitor().request('/api/auth/sign-up/email', { ...init, headers })
    expect(status).toBe(403)
    expect(await people(app)).toEqual(before)
  })
})
