import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { startApi } from '../../src/processes/api.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, createClient, PASSWORD, post } from '../support/client.ts'

// The client of the test is the proxy of all people in it.
let app: TestApp
let owner: { email: string; client: Client }
beforeAll(async () => {
  app = await startTestApp({ worker: false, env: { LOCKSTEP_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } })
  const client = await app.signUp('Owner')
  owner = { email: client.email, client }
})
afterAll(() => app.close())
beforeEach(() => app.database.query('delete from sign_in_attempt'))

function signIn(client: Client, email: string, password: string, address?: string) {
  const init = post({ email, password })
  const headers = { ...init.headers, ...(address && { 'x-forwarded-for': address }) }
  return client.request('/api/auth/sign-in/email', { ...init, headers })
}

async function guess(times: number, email: string, address?: (guess: number) => string): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < times; i++)
    statuses.push((await signIn(app.visitor(), email, `wrong horse ${i}`, address?.(i))).status)
  return statuses
}

/** Lets the wait of everything that is counted end. */
const waitIsOver = () => app.database.query('update sign_in_attempt set blocked_until = null')

/** Makes what has to wait now wait for an hour, so that a slow machine changes nothing. */
const waitLasts = () =>
  app.database.query(`update sign_in_attempt set blocked_until = blocked_until + interval '1 hour'`)

test('after 25 bad sign-ins for one account behind one proxy, everybody else signs in', async () => {
  const others = await Promise.all(['Ann', 'Ben'].map((name) => app.signUp(name)))
  expect(await guess(5, owner.email)).toEqual([401, 401, 401, 401, 401])
  await waitLasts()
  expect(new Set(await guess(20, owner.email))).toEqual(new Set([429]))
  for (const { email } of others) expect((await signIn(app.visitor(), email, PASSWORD)).status).toBe(200)
})

test('a refused attempt says how long to wait, in words and in Retry-After', async () => {
  await guess(5, owner.email)
  await waitLasts()
  const { status, headers, text } = await signIn(app.visitor(), owner.email, PASSWORD)
  expect(status).toBe(429)
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(JSON.parse(text)).toMatchObject({
    code: 'TOO_MANY_ATTEMPTS',
    message: expect.stringMatching(/Wait \d+ /),
  })
})

test('the wait doubles with each attempt, up to a quarter of an hour', async () => {
  const waits: number[] = []
  for (let i = 0; i < 17; i++) {
    await guess(1, owner.email)
    const [row] = await app.database.query<{ wait: number }>(
      `select coalesce(max(round(extract(epoch from blocked_until - last_at))), 0)::int as wait
         from sign_in_attempt where attempts = ${i + 1}`,
    )
    waits.push(row?.wait ?? -1)
    await waitIsOver()
  }
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
})

test('attempts at once count each other', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => signIn(app.visitor(), owner.email, `wrong horse ${i}`)),
  )
  const made = answers.filter(({ status }) => status === 401)
  // On a slow machine a wait of a second or two may end meanwhile.
  expect(made.length).toBeLessThan(9)
})

test('the owner signs in on a known device while somebody guesses from the same network and from others', async () => {
  await guess(5, owner.email)
  await guess(16, owner.email, (i) => `203.0.113.${i}`)
  await waitLasts()
  expect((await signIn(app.visitor(), owner.email, PASSWORD, '198.51.100.1')).status).toBe(429)
  expect((await signIn(owner.client, owner.email, PASSWORD)).status).toBe(200)
})

test('the cookie of a known device of one account does not help to guess at another one', async () => {
  const guesser = await app.signUp('Guesser')
  for (let i = 0; i < 5; i++) await signIn(guesser, owner.email, `wrong horse ${i}`)
  await waitLasts()
  expect((await signIn(guesser, owner.email, PASSWORD)).status).toBe(429)
})

test('guesses at one account from many networks are slowed down, for a minute at most', async () => {
  expect(new Set(await guess(20, owner.email, (i) => `203.0.113.${i}`))).toEqual(new Set([401]))
  await app.database.query(
    'update sign_in_attempt set attempts = 500, blocked_until = null where attempts = 20',
  )
  await guess(1, owner.email, () => '198.51.100.1')
  const { status, headers } = await signIn(app.visitor(), owner.email, PASSWORD, '192.0.2.1')
  expect(status).toBe(429)
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
})

test('guesses at many accounts from one network are slowed down, for a minute at most, and other networks are not', async () => {
  await guess(1, 'nobody-1@example.com', () => '203.0.113.5')
  await guess(1, 'nobody-2@example.com', () => '203.0.113.5')
  await app.database.query('update sign_in_attempt set attempts = 500 where attempts = 2')
  await guess(1, 'nobody-3@example.com', () => '203.0.113.5')
  const { status, headers } = await signIn(app.visitor(), owner.email, PASSWORD, '203.0.113.5')
  expect(status).toBe(429)
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect((await signIn(app.visitor(), owner.email, PASSWORD, '203.0.113.6')).status).toBe(200)
})

test('what a client writes into X-Forwarded-For before its proxy does makes no other network of it', async () => {
  const forged = (i: number) => `203.0.113.${i}, 10.0.0.${i}, 198.51.100.7`
  expect(await guess(5, owner.email, forged)).toEqual([401, 401, 401, 401, 401])
  await waitLasts()
  for (const address of [forged(9), '198.51.100.7', '10.1.1.1, 198.51.100.7, 10.0.0.3'])
    expect((await signIn(app.visitor(), owner.email, PASSWORD, address)).status).toBe(429)
  expect((await signIn(app.visitor(), owner.email, PASSWORD, '198.51.100.8')).status).toBe(200)
})

test('a success lets the account begin anew from its network, and not for others', async () => {
  await guess(4, owner.email)
  expect((await signIn(app.visitor(), owner.email, PASSWORD)).status).toBe(200)
  expect(await guess(5, owner.email)).toEqual([401, 401, 401, 401, 401])
})

test('what nobody tried for an hour is forgotten', async () => {
  await guess(6, owner.email)
  await app.database.query(
    `update sign_in_attempt set last_at = last_at - interval '61 minutes', blocked_until = null`,
  )
  expect(await guess(5, owner.email)).toEqual([401, 401, 401, 401, 401])
})

test('what is counted is kept as a hash, without the email and the address', async () => {
  await guess(1, owner.email, () => '203.0.113.77')
  const rows = await app.database.query<{ key: string }>('select key from sign_in_attempt')
  expect(rows).toHaveLength(3)
  expect(JSON.stringify(rows)).not.toMatch(/203\.0|example/)
})

test('another API process of the same database counts the same attempts', async () => {
  await guess(5, owner.email)
  await waitLasts()
  const second = await startApi({ ...app.config, port: 0 }, app.logger)
  onTestFinished(() => second.stop())
  await second.ready
  const client = createClient(`http://127.0.0.1:${second.port}`, [], {})
  expect((await signIn(client, owner.email, PASSWORD)).status).toBe(429)
})

test('an address in an untrusted header is not the one that is shown', async () => {
  const client = app.visitor()
  await signIn(client, owner.email, PASSWORD, '6.6.6.6, 203.0.113.5')
  const { text } = await client.request('/api/auth/sessions')
  expect(JSON.parse(text)).toContainEqual(expect.objectContaining({ current: true, address: '203.0.113.5' }))
})
