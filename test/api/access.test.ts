import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/schema.ts'
import { scopes, scopesOf } from '../../src/domain/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { APP_SETTINGS, appTokensOf } from '../support/app-sign-in.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type Need, type Operation, operations, send, type Target, unknown } from '../support/operations.ts'
import { rootFields } from '../support/root-fields.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_access_0123456789'

const nobody: readonly Need[] = []
const stranger = ['signedIn', 'person'] as const
const member = ['signedIn', ...scopesOf('MEMBER')] as const
const admin = ['signedIn', ...scopesOf('ADMIN')] as const

/** What each caller has in the workspace of the request. */
const callers: Readonly<Record<string, readonly Need[]>> = {
  'signed out': nobody,
  'a token that is none': nobody,
  'a revoked token': nobody,
  'an expired token': nobody,
  'the token of a removed admin': nobody,
  'the token of an admin who was made a member': nobody,
  'a stranger': stranger,
  'the token of a stranger': ['signedIn'],
  'a removed admin': stranger,
  'an admin who was made a member': [...member, 'person'],
  'a member': [...member, 'person'],
  'an admin': [...admin, 'person'],
  'an app that acts for a stranger': stranger,
  'an app that acts for a removed admin': stranger,
  'an app that acts for a member': [...member, 'person'],
  'an app that acts for an admin': [...admin, 'person'],
  'a token with all scopes of a member': member,
  'a token with all scopes of an admin': admin,
  ...Object.fromEntries(scopes.map((scope) => [`a token with ${scope} alone`, ['signedIn', scope]])),
}

let app: TestApp
let acme: TestWorkspace
let target: Target
const clients = new Map<string, Client>()
const nowhere: Target = {
  workspace: 'initech',
  automation: unknown('initech'),
  run: unknown('initech'),
  secret: 'NOTHING',
}

beforeAll(async () => {
  app = await startTestApp({ env: APP_SETTINGS })
  acme = await createTestWorkspace(app, 'acme')
  const other = await createTestWorkspace(app, 'globex')
  target = await createTarget()
  const removed = await leave((id) => ({ query: documents.removeMember, input: { member: id } }))
  const demoted = await leave((id) => ({
    query: documents.setMemberRole,
    input: { member: id, role: 'MEMBER' },
  }))
  const made: Record<string, Client> = {
    'signed out': app.anonymous,
    'a token that is none': app.withToken('lks_acme.garbage'),
    'a revoked token': await revokedToken(),
    'an expired token': await expiredToken(),
    'the token of a removed admin': removed.token,
    'the token of an admin who was made a member': demoted.token,
    'a stranger': other.admin,
    'the token of a stranger': await other.createToken('ADMIN'),
    'a removed admin': removed.person,
    'an admin who was made a member': demoted.person,
    'a member': await join('MEMBER'),
    'an admin': acme.admin,
    'an app that acts for a stranger': await appOf(other.admin),
    'an app that acts for a removed admin': await appOf(removed.person),
    'an app that acts for a member': await appOf(await join('MEMBER')),
    'an app that acts for an admin': await appOf(acme.admin),
    'a token with all scopes of a member': await acme.createToken('MEMBER'),
    'a token with all scopes of an admin': await acme.createToken('ADMIN'),
  }
  for (const scope of scopes) made[`a token with ${scope} alone`] = (await newToken([scope])).client
  for (const [name, client] of Object.entries(made)) clients.set(name, client)
})
afterAll(() => app.close())

async function createTarget(): Promise<Target> {
  await acme.createSecret('THE_KEY', value)
  const fields = { values: { a: 1 } }
  const { id: automation } = await acme.createAutomation('Set', [{ key: 'set', type: 'set-values', fields }])
  const { id: run } = await acme.run(automation)
  return { workspace: 'acme', automation, run, secret: 'THE_KEY' }
}

async function newToken(of: readonly string[], by = acme.admin): Promise<{ id: string; client: Client }> {
  const input = { workspace: 'acme', name: 'one of many', role: 'ADMIN', scopes: of }
  const { id, token } = await by.mutate(documents.createApiToken, { input })
  return { id, client: app.withToken(token) }
}

/** A person who accepted an invitation. */
async function join(role: 'ADMIN' | 'MEMBER'): Promise<Client> {
  const person = await app.signUp(role)
  const input = { workspace: 'acme', email: person.email, role }
  const { url } = await acme.admin.mutate(documents.inviteMember, { input })
  await person.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  return person
}

const expectAdmin = async (client: Client) =>
  expect((await client.graphql(documents.auditLog, { workspace: 'acme' })).errors).toBeUndefined()

const appOf = async (person: Client) => app.withToken((await appTokensOf(person, app.anonymous)).access_token)

/** An admin with a token of their own. Both worked before the change. */
async function leave(change: (id: string) => { query: string; input: object }) {
  const person = await join('ADMIN')
  const { client: token } = await newToken(scopes, person)
  for (const client of [person, token]) await expectAdmin(client)
  const { data } = await person.graphql(documents.viewer)
  const { query, input } = change(data.viewer.id)
  await acme.admin.mutate(query, { input: { workspace: 'acme', ...input } })
  return { person, token }
}

async function revokedToken(): Promise<Client> {
  const { id, client } = await newToken(scopes)
  await expectAdmin(client)
  await acme.admin.mutate(documents.revokeApiToken, { id })
  return client
}

async function expiredToken(): Promise<Client> {
  const { id, client } = await newToken(scopes)
  const sql = 'update api_token set expires_at = now() where id = $1'
  await app.database.query(sql, [id.replace('acme.', '')])
  return client
}

/** What becomes of an operation: how it is refused, or `null` or `answered`. */
async function outcome(client: Client, name: string, { query, variables }: Operation): Promise<string> {
  const { answer } = await send(client, query, variables(target))
  const refused = answer.errors?.find(({ path }) => path?.length === 1 && path[0] === name)
  if (refused) return `${refused.extensions.code}: ${refused.message}`
  return answer.data[name] === null && !answer.errors ? 'null' : 'answered'
}

/** What should become of it. */
function expected(caller: string, name: string, { needs }: Operation): unknown {
  const has = callers[caller] ?? []
  const isSignedIn = has.includes('signedIn')
  const isInside = has.some((it) => it.includes(':'))
  if (needs.every((it) => has.includes(it))) {
    const isNull =
      (name === 'viewer' && !isSignedIn) ||
      name === 'invitationOffer' ||
      (name === 'workspace' && !isInside) ||
      (name === 'node' && !has.includes('automations:read'))
    return isNull ? 'null' : 'answered'
  }
  if (!isSignedIn) return expect.stringMatching(/^UNAUTHENTICATED: Sign in, or send an API token/)
  const isOwnToken = isInside && !has.includes('person')
  const [missing = ''] = needs.filter((it) => !has.includes(it))
  return isOwnToken && missing !== 'person'
    ? `FORBIDDEN: This token lacks the scope ${missing}. An admin can make one that has it.`
    : 'FORBIDDEN: You may not do this here. Ask an admin of the workspace.'
}

test('the table names every operation of the schema', () => {
  expect(new Set(Object.keys(operations))).toEqual(
    new Set(rootFields(createSchema()).map(({ name }) => name)),
  )
})

const all = Object.entries(operations)

describe.each(Object.keys(callers))('%s', (caller) => {
  const client = () => clients.get(caller) ?? expect.unreachable(caller)

  test('gets an answer to what the scopes allow, and is refused the rest, which changes nothing', async () => {
    const before = await readRows(app.database)
    const outcomes = await Promise.all(
      all.map(async ([name, it]) => [name, await outcome(client(), name, it)]),
    )
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(all.map(([name, it]) => [name, expected(caller, name, it)])),
    )
    // All of it only reads, or is refused for its input.
    expect(await readRows(app.database)).toEqual(before)
  })
})

const outside = Object.keys(callers).filter((it) => !callers[it]?.some((need) => need.includes(':')))

test.each(outside)(
  '%s: a forbidden object gets byte for byte the answer of a missing one',
  async (caller) => {
    const client = clients.get(caller) ?? expect.unreachable(caller)
    for (const { query, variables } of Object.values(operations)) {
      const real = await send(client, query, variables(target))
      const none = await send(client, query, variables(nowhere))
      expect(real.text).toBe(none.text)
    }
  },
)
