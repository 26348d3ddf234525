import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, PASSWORD, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'

const NEW_PASSWORD = 'purple lantern drives seven geese'

interface Mail {
  to: string
  text: string
}

let app: TestApp
let server: SMTPServer
const mails: Mail[] = []
beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, { envelope }, done) {
      let text = ''
      stream.on('data', (chunk: Uint8Array) => {
        text += Buffer.from(chunk).toString()
      })
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo[0]?.address ?? '', text })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : 0
  app = await startTestApp({
    worker: false,
    env: {
      LOCKSTEP_SMTP_URL: `smtp://127.0.0.1:${port}`,
      LOCKSTEP_MAIL_FROM: 'Lockstep <lockstep@example.com>',
    },
  })
})
afterAll(async () => {
  await app.close()
  await new Promise<void>((resolve) => server.close(resolve))
})
beforeEach(async () => {
  mails.length = 0
  await app.database.query('delete from sign_in_attempt')
})

/** The token of the link in the mail to somebody. */
async function tokenFor(email: string, page: string): Promise<string> {
  const pattern = new RegExp(`/${page}#(\\S+)`)
  const mail = await vi.waitUntil(() =>
    mails.find(({ to, text }) => to === email && pattern.test(unfolded(text))),
  )
  return pattern.exec(unfolded(mail.text))?.[1] ?? ''
}

/** A mail with its quoted-printable line ends taken out (RFC 2045, section 6.7). */
const unfolded = (text: string): string => text.replaceAll('=\r\n', '').replaceAll('=3D', '=')

const ask = (email: string) => app.visitor().request('/api/auth/request-password-reset', post({ email }))
const reset = (token: string, newPassword = NEW_PASSWORD) =>
  app.visitor().request('/api/auth/reset-password', post({ token, newPassword }))
const signIn = (email: string, password: string) =>
  app.visitor().request('/api/auth/sign-in/email', post({ email, password }))
const isSignedIn = async (client: Client): Promise<boolean> =>
  (await client.graphql(documents.viewer)).data.viewer !== null

test('a link by mail sets a new password once, and ends every session', async () => {
  const person = await app.signUp('Forgetful')
  expect((await ask(person.email)).status).toBe(200)
  const token = await tokenFor(person.email, 'reset-password')
  expect((await reset(token)).status).toBe(200)
  expect(await isSignedIn(person)).toBe(false)
  expect((await signIn(person.email, PASSWORD)).status).toBe(401)
  expect((await signIn(person.email, NEW_PASSWORD)).status).toBe(200)
  const { status, text } = await reset(token, 'another lantern drives eight geese')
  expect([status, JSON.parse(text).code]).toEqual([400, 'INVALID_TOKEN'])
  expect((await signIn(person.email, NEW_PASSWORD)).status).toBe(200)
})

test('a weak password is refused, and the link still works', async () => {
  const person = await app.signUp('Weak')
  await ask(person.email)
  const token = await tokenFor(person.email, 'reset-password')
  expect((await reset(token, 'password123456')).status).toBe(400)
  expect((await reset(token)).status).toBe(200)
})

test('a link that is too old sets nothing, and the database does not hold it', async () => {
  const person = await app.signUp('Late')
  await ask(person.email)
  const token = await tokenFor(person.email, 'reset-password')
  const rows = await app.database.query('select * from auth_verification')
  expect(JSON.stringify(rows)).not.toContain(token)
  await app.database.query(`update auth_verification set expires_at = now() - interval '1 second'`)
  expect((await reset(token)).status).toBe(400)
  expect(await isSignedIn(person)).toBe(true)
})

test('the answer is the same for an address that has no account', async () => {
  const person = await app.signUp('Known')
  const [known, unknown] = [await ask(person.email), await ask('unknown@example.com')]
  expect([unknown.status, unknown.text]).toEqual([known.status, known.text])
  await tokenFor(person.email, 'reset-password')
  expect(mails.filter(({ to }) => to === 'unknown@example.com')).toEqual([])
})

test('mails to one address are limited, and the refusal does not tell whether it has an account', async () => {
  const person = await app.signUp('Bombed')
  for (const email of [person.email, 'unknown@example.com']) {
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await ask(email)).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  }
})

test('a sign-up sends a link that verifies the address', async () => {
  const person = await app.signUp('Verified')
  const token = await tokenFor(person.email, 'verify-email')
  const verified = async () => JSON.parse((await person.request('/api/auth/account')).text).emailVerified
  expect(await verified()).toBe(false)
  expect((await app.visitor().request(`/api/auth/verify-email?token=${token}x`)).status).toBe(401)
  expect(await verified()).toBe(false)
  expect((await app.visitor().request(`/api/auth/verify-email?token=${token}`)).status).toBe(200)
  expect(await verified()).toBe(true)
})

test('no link is logged, and no answer has one', async () => {
  const person = await app.signUp('Canary')
  await ask(person.email)
  await app.expectNoCanary(await tokenFor(person.email, 'reset-password'))
})

test('without a mail server the answer says so', async () => {
  const silent = await startTestApp({ worker: false })
  const { status, text } = await silent
    .visitor()
    .request('/api/auth/request-password-reset', post({ email: 'a@example.com' }))
  expect([status, JSON.parse(text)]).toEqual([
    403,
    expect.objectContaining({ code: 'NO_MAIL', message: expect.stringMatching(/operator/) }),
  ])
  await silent.close()
})
