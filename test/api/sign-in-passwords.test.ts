import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, PASSWORD, post } from '../support/client.ts'
import { runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const NEW_PASSWORD = 'purple lantern drives seven geese'

async function signInAgain({ email }: Client, password = PASSWORD): Promise<Client> {
  const client = app.visitor()
  client.email = email
  const { status } = await client.request('/api/auth/sign-in/email', post({ email, password }))
  expect(status).toBe(200)
  return client
}

const isSignedIn = async (client: Client): Promise<boolean> =>
  (await client.graphql(documents.viewer)).data.viewer !== null

test.each([
  ['is found in every list', 'password123456'],
  ['is a walk over the keyboard', 'qwertyuiop[]'],
  ['repeats itself', 'abcabcabcabcabc'],
  ['is the email', 'weak@example.com'],
  ['is too short', 'k3$Vq!x'],
])('a password that %s is refused with what to do, and makes no account', async (_what, password) => {
  const body = { name: 'Weak', email: 'weak@example.com', password }
  const { status, text } = await app.visitor().request('/api/auth/sign-up/email', post(body))
  expect([status, JSON.parse(text).code]).toEqual([400, 'WEAK_PASSWORD'])
  expect(await app.database.query(`select 1 from auth_user where email = 'weak@example.com'`)).toEqual([])
})

test('a weak password is refused on a change too, and the old one stays', async () => {
  const person = await app.signUp('Changer')
  const body = { currentPassword: PASSWORD, newPassword: 'letmein123456' }
  expect((await person.request('/api/auth/change-password', post(body))).status).toBe(400)
  await signInAgain(person)
})

test('a changed password ends all other sessions, and the caller goes on', async () => {
  const person = await app.signUp('Changer')
  const other = await signInAgain(person)
  expect(await isSignedIn(other)).toBe(true)
  const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
  expect((await person.request('/api/auth/change-password', post(body))).status).toBe(200)
  expect([await isSignedIn(person), await isSignedIn(other)]).toEqual([true, false])
  await signInAgain(person, NEW_PASSWORD)
})

test('a wrong current password changes nothing, and guessing it in a session is slowed down', async () => {
  const person = await app.signUp('Guessed')
  const change = (currentPassword: string) =>
    person.request('/api/auth/change-password', post({ currentPassword, newPassword: NEW_PASSWORD }))
  for (let i = 0; i < 5; i++) expect((await change(`wrong horse ${i}`)).status).toBe(400)
  await app.database.query(`update sign_in_attempt set blocked_until = blocked_until + interval '1 hour'`)
  expect((await change(PASSWORD)).status).toBe(429)
  await signInAgain(person)
})

test('sessions are listed with address, client and time, and one of them or all others can be ended', async () => {
  const person = await app.signUp('Lister')
  const others = [await signInAgain(person), await signInAgain(person), await signInAgain(person)] as const
  const list = async () => JSON.parse((await person.request('/api/auth/sessions')).text)
  const sessions = await list()
  expect(sessions).toHaveLength(4)
  for (const it of sessions) {
    const fields = ['address', 'app', 'client', 'createdAt', 'current', 'id', 'lastSeenAt']
    expect(new Set(Object.keys(it))).toEqual(new Set(fields))
    expect(it.address).toBe('127.0.0.1')
  }
  const { id } = JSON.parse((await others[0].request('/api/auth/sessions')).text).find(
    (it: { current: boolean }) => it.current,
  )
  expect((await person.request('/api/auth/end-session', post({ id }))).status).toBe(200)
  expect(await Promise.all(others.map(isSignedIn))).toEqual([false, true, true])
  expect((await person.request('/api/auth/revoke-other-sessions', post({}))).status).toBe(200)
  expect(await Promise.all(others.map(isSignedIn))).toEqual([false, false, false])
  expect(await list()).toHaveLength(1)
})

test("nobody ends another person's session", async () => {
  const [victim, other] = [await app.signUp('Victim'), await app.signUp('Other')]
  const [{ id }] = JSON.parse((await victim.request('/api/auth/sessions')).text)
  expect((await other.request('/api/auth/end-session', post({ id }))).status).toBe(404)
  expect(await isSignedIn(victim)).toBe(true)
})

test('sign-ins, failures and changes are in the audit log of the workspace, with address and client', async () => {
  const admin = await app.signUp('Audited')
  await admin.mutate(documents.createWorkspace, { input: { id: 'audited', name: 'Audited' } })
  await app.visitor().request('/api/auth/sign-in/email', {
    ...post({ email: admin.email, password: 'wrong horse battery' }),
    headers: { 'content-type': 'application/json', 'user-agent': 'guess/1' },
  })
  await signInAgain(admin)
  const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
  await admin.request('/api/auth/change-password', post(body))
  const rows = await app.database.query<Record<string, unknown>>(
    `select action, actor, detail, address, client from audit_event where workspace_id = 'audited' order by id`,
  )
  expect(rows.slice(1)).toMatchObject([
    { action: 'sign-in.fail', actor: admin.email, address: '127.0.0.1', client: 'guess/1' },
    { action: 'sign-in.succeed', detail: { how: 'password' } },
    { action: 'password.change' },
  ])
  await app.expectNoCanary(PASSWORD, NEW_PASSWORD)
})

test('an operator makes a link that sets a new password once, also for somebody without the second factor', async () => {
  const person = await app.signUp('Locked')
  await person.request('/api/auth/two-factor/enable', post({ password: PASSWORD }))
  await app.database.query(`update auth_user set two_factor_enabled = true where email = '${person.email}'`)
  const env = { DATABASE_URL: app.database.url.reveal(), LOCKSTEP_DATA: app.config.dataFolder }
  const command = ['members', 'reset-password', '--without-second-factor']
  const unknown = await runLockstep([...command, 'nobody@example.com'], env)
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/no account with this email/)])
  const { stdout } = await runLockstep([...command, person.email], env)
  const token = /\/reset-password#(\S+)/.exec(stdout)?.[1]
  const reset = () =>
    app.visitor().request('/api/auth/reset-password', post({ token, newPassword: NEW_PASSWORD }))
  expect([(await reset()).status, (await reset()).status]).toEqual([200, 400])
  expect(await isSignedIn(person)).toBe(false)
  expect(await isSignedIn(await signInAgain(person, NEW_PASSWORD))).toBe(true)
})
