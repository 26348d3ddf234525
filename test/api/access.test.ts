import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/schema.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type Need, operations, send, type Target, unknown } from '../support/operations.ts'
import { rootFields } from '../support/root-fields.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_access_0123456789'

/** The scopes of each caller in the workspace of the request. */
const callers: Readonly<Record<string, readonly Need[]>> = {
  anonymous: ['nothing'],
  garbageToken: ['nothing'],
  revokedToken: ['nothing'],
  otherToken: ['nothing', 'signedIn'],
  otherAdmin: ['nothing', 'signedIn', 'person'],
  removedMember: ['nothing', 'signedIn', 'person'],
  memberToken: ['nothing', 'signedIn', 'member'],
  member: ['nothing', 'signedIn', 'person', 'member'],
  adminToken: ['nothing', 'signedIn', 'member', 'admin'],
  admin: ['nothing', 'signedIn', 'person', 'member', 'admin'],
}

let app: TestApp
let acme: TestWorkspace
let clients: Record<string, Client>
let target: Target
const nowhere: Target = {
  workspace: 'initech',
  automation: unknown('initech'),
  run: unknown('initech'),
  secret: 'NOTHING',
}

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  const other = await createTestWorkspace(app, 'globex')
  target = await createTarget()
  clients = {
    anonymous: app.anonymous,
    garbageToken: app.withToken('lks_acme.garbage'),
    revokedToken: await revokedToken(),
    removedMember: await removedMember(),
    otherAdmin: other.admin,
    otherToken: await other.createToken('ADMIN'),
    memberToken: await acme.createToken('MEMBER'),
    member: await join('MEMBER'),
    adminToken: await acme.createToken('ADMIN'),
    admin: acme.admin,
  }
})
afterAll(() => app.close())

async function createTarget(): Promise<Target> {
  await acme.createSecret('THE_KEY', value)
  const fields = { values: { a: 1 } }
  const { id: automation } = await acme.createAutomation('Set', [{ key: 'set', type: 'set-values', fields }])
  const { id: run } = await acme.run(automation)
  return { workspace: 'acme', automation, run, secret: 'THE_KEY' }
}

async function idOf(person: Client): Promise<string> {
  return (await person.graphql(documents.viewer)).data.viewer.id
}

/** A person who accepted an invitation. */
async function join(role: 'ADMIN' | 'MEMBER'): Promise<Client> {
  const person = await app.signUp(role)
  const input = { workspace: 'acme', email: person.email, role }
  const { url } = await acme.admin.mutate(documents.inviteMember, { input })
  await person.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  return person
}

async function removedMember(): Promise<Client> {
  const person = await join('ADMIN')
  expect((await person.graphql(documents.auditLog, { workspace: 'acme' })).errors).toBeUndefined()
  const input = { workspace: 'acme', member: await idOf(person) }
  await acme.admin.mutate(documents.removeMember, { input })
  return person
}

async function revokedToken(): Promise<Client> {
  const input = { workspace: 'acme', name: 'revoked', role: 'ADMIN' }
  const { id, token } = await acme.admin.mutate(documents.createApiToken, { input })
  const client = app.withToken(token)
  expect((await client.graphql(documents.auditLog, { workspace: 'acme' })).errors).toBeUndefined()
  await acme.admin.mutate(documents.revokeApiToken, { id })
  return client
}

const client = (name: string): Client => clients[name] ?? app.anonymous

test('the access table names every operation of the schema', () => {
  expect(new Set(Object.keys(operations))).toEqual(
    new Set(rootFields(createSchema()).map(({ name }) => name)),
  )
})

describe.each(Object.keys(callers))('%s', (caller) => {
  const fulfils = callers[caller] ?? []

  test.each(Object.entries(operations))('%s', async (name, { need, query, variables }) => {
    const before = await readRows(app.database)
    const { answer } = await send(client(caller), query, variables(target))
    // These requests only read, or are refused for their input.
    expect(await readRows(app.database)).toEqual(before)
    if (fulfils.includes(need)) {
      expect(answer.errors).toBeUndefined()
      const isMember = fulfils.includes('member')
      const isEmpty =
        name === 'viewer' ? caller.match(/anonymous|garbage|revoked/) : name === 'workspace' && !isMember
      expect(answer.data[name] === null).toBe(Boolean(isEmpty))
    } else {
      const code = fulfils.includes('signedIn') ? 'FORBIDDEN' : 'UNAUTHENTICATED'
      expect(answer.errors).toMatchObject([{ path: [name], extensions: { code } }])
      expect(answer.data?.[name] ?? null).toBeNull()
    }
  })

  test('a forbidden object gets byte for byte the answer of a missing one', async () => {
    if (fulfils.includes('member')) return expect(fulfils).toContain('signedIn')
    for (const { query, variables } of Object.values(operations)) {
      const real = await send(client(caller), query, variables(target))
      const none = await send(client(caller), query, variables(nowhere))
      expect(real.text).toBe(none.text)
    }
  })
})
