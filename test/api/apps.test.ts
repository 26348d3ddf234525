import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import {
  APP,
  APP_ADDRESS,
  APP_SETTINGS,
  type AppTokens,
  appTokensOf,
  consentOf,
  exchangeOf,
  newVerifier,
  requestOf,
  sendForm,
} from '../support/app-sign-in.ts'
import { type Client, PASSWORD, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
let ada: Client
beforeAll(async () => {
  app = await startTestApp({ env: APP_SETTINGS })
  acme = await createTestWorkspace(app, 'acme')
  ada = acme.admin
})
afterAll(() => app.close())

const viewerOf = async (token: string) => (await app.withToken(token).graphql(documents.viewer)).data.viewer
const token = (form: Record<string, string>, headers = {}) =>
  sendForm(app.anonymous, '/api/oauth/token', form, headers)
const refresh = (it: string) => token({ grant_type: 'refresh_token', client_id: APP, refresh_token: it })
const tokensOf = () => appTokensOf(ada, app.anonymous)
const codeOf = async (verifier: string) => (await consentOf(ada, verifier)).searchParams.get('code') ?? ''
const json = (body: object, headers = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

describe('an app of another origin', () => {
  test('gets a code at its own address, exchanges it, and acts as the person', async () => {
    const verifier = newVerifier()
    const to = await consentOf(ada, verifier)
    expect(to.origin + to.pathname).toBe(APP_ADDRESS)
    expect(to.searchParams.get('state')).toBe('xyz')
    expect(to.searchParams.get('iss')).toBe(app.config.publicUrl)
    const answer = await token(exchangeOf(to.searchParams.get('code') ?? '', verifier))
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const tokens: AppTokens = JSON.parse(answer.text)
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
    expect((await viewerOf(tokens.access_token)).email).toBe(ada.email)
    const { data } = await app
      .withToken(tokens.access_token)
      .graphql(documents.auditLog, { workspace: 'acme' })
    expect(data.auditLog).toContainEqual(expect.objectContaining({ action: 'app.allow' }))
  })

  test('goes on with a new pair of tokens, and the access token before ends', async () => {
    const first = await tokensOf()
    const second: AppTokens = JSON.parse((await refresh(first.refresh_token)).text)
    expect((await viewerOf(second.access_token)).email).toBe(ada.email)
    await expect.poll(() => viewerOf(first.access_token)).toBeNull()
  })

  test('is told that the person refused, at its own address and without a code', async () => {
    const { text } = await ada.request(
      '/api/oauth/consent',
      json({ ...requestOf(newVerifier()), allow: false }),
    )
    const { searchParams } = new URL(JSON.parse(text).to)
    expect([searchParams.get('error'), searchParams.get('code')]).toEqual(['access_denied', null])
  })

  test('stops acting with its access token, which ends by itself within 15 minutes', async () => {
    const { access_token, expires_in } = await tokensOf()
    expect(expires_in).toBeLessThanOrEqual(900)
    await app.database.query('update app_grant set access_expires_at = now()')
    expect(await viewerOf(access_token)).toBeNull()
  })

  test('loses the rights of the person with the person', async () => {
    const bob = await app.signUp('Bob')
    const input = { workspace: 'acme', email: bob.email, role: 'MEMBER' }
    const { url } = await ada.mutate(documents.inviteMember, { input })
    await bob.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
    const { access_token } = await appTokensOf(bob, app.anonymous)
    const asked = () => app.withToken(access_token).graphql(documents.secrets, { workspace: 'acme' })
    expect((await asked()).errors).toBeUndefined()
    const { id } = await viewerOf(access_token)
    await ada.mutate(documents.removeMember, { input: { workspace: 'acme', member: id } })
    expect((await asked()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })
})

describe('a code is worth nothing', () => {
  const refused: [string, Record<string, string>][] = [
    ['with another verifier', { code_verifier: newVerifier() }],
    ['without a verifier', { code_verifier: '' }],
    ['for another app', { client_id: 'other' }],
    ['for another address', { redirect_uri: 'https://app.example/callback/' }],
    ['without an address', { redirect_uri: '' }],
  ]
  test.each(refused)('%s, and not afterwards with the right one', async (_what, change) => {
    const verifier = newVerifier()
    const right = exchangeOf(await codeOf(verifier), verifier)
    for (const form of [{ ...right, ...change }, right]) {
      const { status, text } = await token(form)
      expect([status, JSON.parse(text).error]).toEqual([400, 'invalid_grant'])
    }
  })

  test('a second time, and what the first exchange gave ends', async () => {
    const verifier = newVerifier()
    const form = exchangeOf(await codeOf(verifier), verifier)
    const { access_token, refresh_token }: AppTokens = JSON.parse((await token(form)).text)
    expect((await token(form)).status).toBe(400)
    expect(await viewerOf(access_token)).toBeNull()
    expect((await refresh(refresh_token)).status).toBe(400)
  })

  test('after a minute', async () => {
    const verifier = newVerifier()
    const code = await codeOf(verifier)
    await app.database.query(`update app_grant set code_expires_at = now() where redeemed_at is null`)
    expect((await token(exchangeOf(code, verifier))).status).toBe(400)
  })
})

describe('a stolen refresh token', () => {
  test('ends everything as soon as both have used it', async () => {
    const mine = await tokensOf()
    const thief: AppTokens = JSON.parse((await refresh(mine.refresh_token)).text)
    expect((await refresh(mine.refresh_token)).status).toBe(400)
    expect((await refresh(thief.refresh_token)).status).toBe(400)
    expect(await viewerOf(thief.access_token)).toBeNull()
  })

  test('is worth nothing to another app, and ends', async () => {
    const { refresh_token } = await tokensOf()
    const form = { grant_type: 'refresh_token', client_id: 'other', refresh_token }
    expect((await token(form)).status).toBe(400)
    expect((await refresh(refresh_token)).status).toBe(400)
  })

  test('that is made up ends nothing', async () => {
    const { access_token, refresh_token } = await tokensOf()
    const [id] = refresh_token.split('.')
    const made = `${id}.${newVerifier()}.${newVerifier()}`
    expect((await refresh(made)).status).toBe(400)
    expect((await viewerOf(access_token)).email).toBe(ada.email)
  })
})

describe('what an app asks for is refused in words, and leads nowhere', () => {
  const wrong: [string, Record<string, unknown>, string][] = [
    ['an unknown app', { client_id: 'nobody' }, 'UNKNOWN_APP'],
    ['a prototype as an app', { client_id: '__proto__' }, 'UNKNOWN_APP'],
    ['another address', { redirect_uri: 'https://evil.example/' }, 'UNKNOWN_ADDRESS'],
    ['the address of another app', { redirect_uri: 'https://other.example/back' }, 'UNKNOWN_ADDRESS'],
    ['a suffix of the address', { redirect_uri: `${APP_ADDRESS}/evil` }, 'UNKNOWN_ADDRESS'],
    ['a query after the address', { redirect_uri: `${APP_ADDRESS}?to=evil` }, 'UNKNOWN_ADDRESS'],
    ['the address in capitals', { redirect_uri: 'https://APP.example/callback' }, 'UNKNOWN_ADDRESS'],
    ['the address with a port', { redirect_uri: 'https://app.example:443/callback' }, 'UNKNOWN_ADDRESS'],
    ['the address by http', { redirect_uri: 'http://app.example/callback' }, 'UNKNOWN_ADDRESS'],
    ['user info in the address', { redirect_uri: 'https://app.example@evil.example/' }, 'UNKNOWN_ADDRESS'],
    ['a script as the address', { redirect_uri: 'javascript:alert(1)' }, 'UNKNOWN_ADDRESS'],
    ['no address', { redirect_uri: undefined }, 'UNKNOWN_ADDRESS'],
    ['a downgrade to plain', { code_challenge_method: 'plain' }, 'INVALID_REQUEST'],
    ['no method', { code_challenge_method: undefined }, 'INVALID_REQUEST'],
    ['no challenge', { code_challenge: undefined }, 'INVALID_REQUEST'],
    ['a short challenge', { code_challenge: 'abc' }, 'INVALID_REQUEST'],
    ['a token instead of a code', { response_type: 'token' }, 'INVALID_REQUEST'],
    ['a state of 2000 characters', { state: 'x'.repeat(2000) }, 'INVALID_REQUEST'],
  ]
  test.each(wrong)('%s', async (_what, change, code) => {
    const asked = JSON.parse(JSON.stringify({ ...requestOf(newVerifier()), ...change }))
    const answers = [
      await ada.request(`/api/oauth/request?${new URLSearchParams(asked)}`),
      await ada.request('/api/oauth/consent', json({ ...asked, allow: true })),
    ]
    for (const { status, headers, text } of answers) {
      expect([status, JSON.parse(text).code]).toEqual([400, code])
      expect(headers.has('location')).toBe(false)
      expect(text).not.toContain('evil.example')
    }
  })

  test.each(['client_id', 'redirect_uri', 'state', 'code_challenge'])('%s twice', async (name) => {
    const asked = new URLSearchParams(requestOf(newVerifier()) as unknown as Record<string, string>)
    asked.append(name, asked.get(name) ?? '')
    const { status, text } = await ada.request(`/api/oauth/request?${asked}`)
    expect([status, JSON.parse(text).code]).toEqual([400, 'INVALID_REQUEST'])
  })

  test.each([
    [
      'two parameters of one name',
      'grant_type=refresh_token&refresh_token=a&refresh_token=b',
      'invalid_request',
    ],
    ['no parameters', '', 'invalid_request'],
    ['a password', 'grant_type=password&username=a&password=b', 'unsupported_grant_type'],
    ['a grant of its own', 'grant_type=client_credentials', 'unsupported_grant_type'],
  ])('an exchange with %s', async (_what, body, error) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, text } = await app.anonymous.request('/api/oauth/token', {
      method: 'POST',
      headers,
      body,
    })
    expect([status, JSON.parse(text).error]).toEqual([400, error])
  })
})

describe('nobody but the person allows an app', () => {
  const asked = () => ({ ...requestOf(newVerifier()), allow: true })
  test.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['the page of the app itself', { origin: 'https://app.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a browser that says it is cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
  ])('%s has no cookie there', async (_what, headers) => {
    const { status } = await ada.request('/api/oauth/consent', json(asked(), headers))
    expect(status).toBe(401)
  })

  test('a form of another site', async () => {
    const { status } = await sendForm(ada, '/api/oauth/consent', requestOf(newVerifier()))
    expect(status).toBe(415)
    const text = { ...json(asked()), headers: { 'content-type': 'text/plain' } }
    expect((await ada.request('/api/oauth/consent', text)).status).toBe(415)
  })

  test('a signed-out caller, an API token, or an app that wants to let itself in again', async () => {
    const { access_token } = await tokensOf()
    const api = await acme.createToken('ADMIN')
    for (const caller of [app.anonymous, api, app.withToken(access_token)])
      expect((await caller.request('/api/oauth/consent', json(asked()))).status).toBe(401)
  })

  test('a click on a page in a frame of another site', async () => {
    const { headers } = await ada.request(`/authorize?${new URLSearchParams(requestOf(newVerifier()))}`)
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
  })
})

describe('an app ends', () => {
  test.each(['access_token', 'refresh_token'] as const)('when it revokes its %s', async (which) => {
    const tokens = await tokensOf()
    const form = { token: tokens[which], client_id: APP }
    expect((await sendForm(app.anonymous, '/api/oauth/revoke', form)).status).toBe(200)
    expect(await viewerOf(tokens.access_token)).toBeNull()
    expect((await refresh(tokens.refresh_token)).status).toBe(400)
    // A token that is none is answered alike (RFC 7009).
    expect((await sendForm(app.anonymous, '/api/oauth/revoke', form)).status).toBe(200)
  })

  test('when the person ends it among the sessions, and nobody else can', async () => {
    const { access_token } = await tokensOf()
    const rows = JSON.parse((await ada.request('/api/auth/sessions')).text)
    const [row] = rows.filter((it: { app: unknown }) => it.app === APP)
    const other = await app.signUp('Eve')
    expect((await other.request('/api/auth/end-session', post({ id: row.id }))).status).toBe(404)
    expect((await viewerOf(access_token)).email).toBe(ada.email)
    expect((await ada.request('/api/auth/end-session', post({ id: row.id }))).status).toBe(200)
    expect(await viewerOf(access_token)).toBeNull()
  })

  test.each([
    ['signs out everywhere else', 'revoke-other-sessions', {}],
    ['changes the password', 'change-password', { currentPassword: PASSWORD, newPassword: `${PASSWORD} 2` }],
  ])('when the person %s', async (_what, path, body) => {
    const cleo = await app.signUp('Cleo')
    const { access_token } = await appTokensOf(cleo, app.anonymous)
    expect((await viewerOf(access_token)).email).toBe(cleo.email)
    expect((await cleo.request(`/api/auth/${path}`, post(body))).status).toBe(200)
    expect(await viewerOf(access_token)).toBeNull()
  })
})

test('the database has no token and no code in a form that works', async () => {
  const { access_token, refresh_token } = await tokensOf()
  const rows = JSON.stringify(await app.database.query('select * from app_grant'))
  for (const part of [access_token, refresh_token].flatMap((it) => it.split('.').slice(1)))
    expect(rows).not.toContain(part)
  expect(app.log.join('')).not.toMatch(/lk[acr]_[0-9a-f]/)
})
