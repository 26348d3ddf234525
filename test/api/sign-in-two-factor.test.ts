import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, PASSWORD, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { totpOf } from '../support/totp.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ worker: false })
})
afterAll(() => app.close())
beforeEach(() => app.database.query('delete from sign_in_attempt'))

interface Enrolled {
  person: Client
  uri: string
  backupCodes: string[]
}

const call = (client: Client, path: string, body: object) =>
  client.request(`/api/auth/two-factor/${path}`, post(body))

async function enrol(name: string): Promise<Enrolled> {
  const person = await app.signUp(name)
  const { text } = await call(person, 'enable', { password: PASSWORD })
  const { totpURI: uri, backupCodes } = JSON.parse(text)
  expect((await call(person, 'verify-totp', { code: totpOf(uri) })).status).toBe(200)
  return { person, uri, backupCodes }
}

async function signIn(email: string): Promise<{ client: Client; answer: object }> {
  const client = app.visitor()
  const { text } = await client.request('/api/auth/sign-in/email', post({ email, password: PASSWORD }))
  return { client, answer: JSON.parse(text) }
}

const isSignedIn = async (client: Client): Promise<boolean> =>
  (await client.graphql(documents.viewer)).data.viewer !== null

test('after the password a code is asked for, and only the right one signs in', async () => {
  const { person, uri } = await enrol('Ada')
  const { client, answer } = await signIn(person.email)
  expect(answer).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
  expect(await isSignedIn(client)).toBe(false)
  const wrong = totpOf(uri) === '000000' ? '000001' : '000000'
  expect((await call(client, 'verify-totp', { code: wrong })).status).toBe(401)
  expect(await isSignedIn(client)).toBe(false)
  expect((await call(client, 'verify-totp', { code: totpOf(uri) })).status).toBe(200)
  expect(await isSignedIn(client)).toBe(true)
})

const events = (email: string) =>
  app.database.query<{ action: string; detail: { how?: string } | null }>(
    `select action, detail from audit_event where workspace_id = '@instance' and target = $1 order by id`,
    [email],
  )

test('a wrong code and a wrong recovery code are in the audit log, as attempts at the account', async () => {
  const { person, uri } = await enrol('Guessed')
  const before = (await events(person.email)).length
  const { client } = await signIn(person.email)
  await call(client, 'verify-totp', { code: totpOf(uri) === '000000' ? '000001' : '000000' })
  await call(client, 'verify-backup-code', { code: 'aaaaa-bbbbb' })
  // Without a password that was right it is no attempt at anybody's account.
  await call(app.visitor(), 'verify-totp', { code: '000000' })
  expect((await events(person.email)).slice(before)).toMatchObject([
    { action: 'sign-in.second-factor' },
    { action: 'sign-in.fail', detail: { how: 'password and code' } },
    { action: 'sign-in.fail', detail: { how: 'password and recovery code' } },
  ])
})

test('a passkey that does not fit the challenge is in the audit log, and one without a challenge is not', async () => {
  const person = await app.signUp('Keyed')
  const [user] = await app.database.query('select id from auth_user where email = $1', [person.email])
  await app.database.query(
    `insert into auth_passkey (id, name, public_key, user_id, credential_id, counter, device_type, backed_up, created_at)
     values ('pk1', 'Key', 'AAAA', $1, 'Y3JlZGVudGlhbA', 0, 'singleDevice', false, now())`,
    [(user as { id: string }).id],
  )
  const response = {
    id: 'Y3JlZGVudGlhbA',
    rawId: 'Y3JlZGVudGlhbA',
    type: 'public-key',
    clientExtensionResults: {},
    response: { authenticatorData: 'AAAA', clientDataJSON: 'e30', signature: 'AAAA' },
  }
  const verify = (client: Client) =>
    client.request('/api/auth/passkey/verify-authentication', post({ response }))
  const before = (await events(person.email)).length
  expect((await verify(app.visitor())).status).toBe(400)
  const challenged = app.visitor()
  await challenged.request('/api/auth/passkey/generate-authenticate-options')
  expect((await verify(challenged)).status).toBe(400)
  expect((await events(person.email)).slice(before)).toMatchObject([
    { action: 'sign-in.fail', detail: { how: 'passkey' } },
  ])
})

test('the password alone does not make the device a known one, nor the account begin anew', async () => {
  const { person } = await enrol('Half')
  for (let i = 0; i < 5; i++) await signIn(person.email)
  await app.database.query(`update sign_in_attempt set blocked_until = blocked_until + interval '1 hour'`)
  expect((await signIn(person.email)).answer).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
})

test('until a code has confirmed the app, the password alone signs in', async () => {
  const person = await app.signUp('Unconfirmed')
  await call(person, 'enable', { password: PASSWORD })
  const { client } = await signIn(person.email)
  expect(await isSignedIn(client)).toBe(true)
})

test('a recovery code signs in once', async () => {
  const { person, backupCodes } = await enrol('Lost')
  const [code] = backupCodes
  const first = await signIn(person.email)
  expect((await call(first.client, 'verify-backup-code', { code })).status).toBe(200)
  expect(await isSignedIn(first.client)).toBe(true)
  const second = await signIn(person.email)
  expect((await call(second.client, 'verify-backup-code', { code })).status).toBe(401)
  expect(await isSignedIn(second.client)).toBe(false)
})

test('to turn it off, or to make new recovery codes, needs the password', async () => {
  const { person } = await enrol('Careful')
  for (const path of ['disable', 'generate-backup-codes']) {
    expect((await call(person, path, { password: 'wrong horse battery' })).status).toBe(400)
    expect((await call(person, path, {})).status).toBe(400)
  }
  expect((await signIn(person.email)).answer).toMatchObject({ twoFactorRedirect: true })
  expect((await call(person, 'disable', { password: PASSWORD })).status).toBe(200)
  const { client } = await signIn(person.email)
  expect(await isSignedIn(client)).toBe(true)
})

test('neither the secret of the app nor a recovery code is stored in the clear, or logged', async () => {
  const { uri, backupCodes } = await enrol('Canary')
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const rows = JSON.stringify(await app.database.query('select * from auth_two_factor'))
  for (const it of [secret, ...backupCodes]) {
    expect(rows).not.toContain(it)
    expect(app.log.join('')).not.toContain(it)
  }
})
