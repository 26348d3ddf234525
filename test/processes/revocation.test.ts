import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type RunningProcess, startApi } from '../../src/processes/api.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, createClient, PASSWORD, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

let app: TestApp
let other: RunningProcess
let acme: TestWorkspace
let listener: pg.Client
const announced: string[] = []

beforeAll(async () => {
  app = await startTestApp()
  other = await startApi({ ...app.config, port: 0 }, app.logger)
  await other.ready
  acme = await createTestWorkspace(app, 'acme')
  listener = new pg.Client({ connectionString: app.database.url.reveal() })
  await listener.connect()
  listener.on('notification', ({ payload = '' }) => announced.push(payload))
  await listener.query('listen rights_changed')
})
afterAll(async () => {
  await listener.end()
  await other.stop()
  await app.close()
})

/** The same credentials at both API processes. */
interface Somebody {
  id: string
  here: Client
  there: Client
}

const atBoth = (headers: Record<string, string>) => ({
  here: createClient(app.url, [], headers),
  there: createClient(`http://127.0.0.1:${other.port}`, [], headers),
})

async function person(role: 'ADMIN' | 'MEMBER'): Promise<Somebody> {
  const { email } = await app.signUp('Somebody')
  const signedIn = await app.visitor().request('/api/auth/sign-in/email', post({ email, password: PASSWORD }))
  const cookie = signedIn.headers
    .getSetCookie()
    .map((it) => it.split(';', 1)[0])
    .join('; ')
  const clients = atBoth({ cookie })
  const { url } = await acme.admin.mutate(documents.inviteMember, {
    input: { workspace: 'acme', email, role },
  })
  await clients.here.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  return { id: (await clients.here.graphql(documents.viewer)).data.viewer.id, ...clients }
}

async function token(): Promise<Somebody> {
  const input = { workspace: 'acme', name: 'ci', role: 'ADMIN' }
  const made = await acme.admin.mutate(documents.createApiToken, { input })
  return { id: made.id, ...atBoth({ authorization: `Bearer ${made.token}` }) }
}

const refusal = async (client: Client) =>
  (await client.graphql(documents.auditLog, { workspace: 'acme' })).errors?.[0]?.extensions.code

const ways = {
  'the token is revoked': {
    make: token,
    takeAway: ({ id }: Somebody) => acme.admin.mutate(documents.revokeApiToken, { id }),
    sql: `delete from api_token where name = 'ci'`,
  },
  'the member is removed': {
    make: () => person('ADMIN'),
    takeAway: ({ id }: Somebody) =>
      acme.admin.mutate(documents.removeMember, { input: { workspace: 'acme', member: id } }),
    sql: `delete from membership where "user" = $1`,
  },
  'the admin becomes a member': {
    make: () => person('ADMIN'),
    takeAway: ({ id }: Somebody) =>
      acme.admin.mutate(documents.setMemberRole, {
        input: { workspace: 'acme', member: id, role: 'MEMBER' },
      }),
    sql: `update membership set role = 'MEMBER' where "user" = $1`,
  },
  'the person signs out': {
    make: () => person('ADMIN'),
    takeAway: ({ here }: Somebody) => here.request('/api/auth/sign-out', post({})),
    sql: 'delete from auth_session where user_id = $1',
  },
}
const cases = Object.entries(ways)

test.each(cases)(
  '%s: this process refuses at once, and the other one when it hears of it',
  async (_, way) => {
    const somebody = await way.make()
    // Both remember the rights now.
    expect(await refusal(somebody.here)).toBeUndefined()
    expect(await refusal(somebody.there)).toBeUndefined()
    announced.length = 0
    await way.takeAway(somebody)
    expect(await refusal(somebody.here)).toMatch(/FORBIDDEN|UNAUTHENTICATED/)
    const holder = somebody.id.replace('acme.', '')
    await vi.waitUntil(() => announced.includes(holder), { timeout: 20_000 })
    await expect.poll(() => refusal(somebody.there)).toMatch(/FORBIDDEN|UNAUTHENTICATED/)
  },
)

/** Takes rights away where nobody announces it, as after a signal that was lost. */
async function takeAwaySilently({ sql }: { sql: string }, { id }: Somebody): Promise<void> {
  announced.length = 0
  await app.database.query(sql, sql.includes('$1') ? [id] : [])
}

test.each(cases)('%s, and no signal tells of it: nobody remembers the rights for long', async (_, way) => {
  const somebody = await way.make()
  expect(await refusal(somebody.there)).toBeUndefined()
  await takeAwaySilently(way, somebody)
  await expect.poll(() => refusal(somebody.there)).toMatch(/FORBIDDEN|UNAUTHENTICATED/)
  expect(announced).toEqual([])
})

test.each(cases)('%s, and no signal tells of it: nothing can be changed any more', async (_, way) => {
  const somebody = await way.make()
  expect(await refusal(somebody.there)).toBeUndefined()
  await takeAwaySilently(way, somebody)
  const input = { workspace: 'acme', name: 'LATE', value: 'sk_test_late_0123456789' }
  const { errors } = await somebody.there.graphql(documents.createSecret, { input })
  expect(errors).toMatchObject([{ extensions: { code: expect.stringMatching(/FORBIDDEN|UNAUTHENTICATED/) } }])
})

test('whoever comes to belong to a workspace is known to the other process', async () => {
  const somebody = await person('MEMBER')
  expect(await refusal(somebody.there)).toBe('FORBIDDEN')
  const input = { workspace: 'acme', member: somebody.id, role: 'ADMIN' }
  await acme.admin.mutate(documents.setMemberRole, { input })
  expect(await refusal(somebody.here)).toBeUndefined()
  await expect.poll(() => refusal(somebody.there)).toBeUndefined()
})
