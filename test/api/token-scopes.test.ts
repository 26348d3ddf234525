import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopes, scopesOf } from '../../src/domain/index.ts'
import { tokenHash } from '../../src/domain/tokens.ts'
import { scopesOfRole, scopeWords } from '../../web/src/roles/scopes.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

const make = (input: object, by: Client = acme.admin) =>
  by.graphql(documents.createApiToken, {
    input: { workspace: 'acme', name: 'made', role: 'ADMIN', ...input },
  })

async function tokenWith(input: object): Promise<Client> {
  const { data } = await make(input)
  return app.withToken(data.createApiToken.token)
}

async function newest() {
  const { data } = await acme.admin.graphql(documents.administration, { id: 'acme' })
  return data.workspace.apiTokens[0]
}

const isAbout = (time: string, days: number) =>
  expect(Math.abs(Date.parse(time) - Date.now() - days * DAY_MS)).toBeLessThan(DAY_MS / 2)

describe('a new token', () => {
  test('has all scopes of its role, its maker as owner, and 90 days', async () => {
    await make({ role: 'MEMBER' })
    const token = await newest()
    expect(new Set(token.scopes)).toEqual(scopesOf('MEMBER'))
    expect(token.owner).toEqual({ email: acme.admin.email })
    isAbout(token.expiresAt, 90)
  })

  test('has the scopes and the end that were asked for; null: it never ends', async () => {
    await make({ scopes: ['runs:start', 'runs:read'], expiresAt: inDays(365) })
    expect((await newest()).scopes).toEqual(['runs:read', 'runs:start'])
    isAbout((await newest()).expiresAt, 365)
    await make({ expiresAt: null })
    expect((await newest()).expiresAt).toBeNull()
  })

  test.each([
    [
      'an unknown scope',
      { scopes: ['secrets:read', 'secrets:own'] },
      /^secrets:own is no scope\. There are secrets:read, /,
    ],
    [
      'a text that is no scope, which is not shown',
      { scopes: ['sk_live_canary'] },
      /^One of the texts is no scope/,
    ],
    ['no scope', { scopes: [] }, /needs a scope/],
    [
      'a scope that the role does not include',
      { role: 'MEMBER', scopes: ['audit:read'] },
      /^The role MEMBER does not include audit:read/,
    ],
    ['an end in the past', { expiresAt: inDays(-1) }, /Give a time in the future/],
    ['an end in over a year', { expiresAt: inDays(400) }, /a year at most.* or null/],
    ['an end that is no time', { expiresAt: 'soon' }, /no time\. Write it as 2027-01-31T00:00:00Z/],
  ])('with %s is refused, and nothing changes', async (_what, input, says) => {
    const before = await readRows(app.database)
    const { data } = await make(input)
    expect(data.createApiToken).toMatchObject({
      code: 'INVALID_FIELD',
      message: expect.stringMatching(says),
    })
    expect(await readRows(app.database)).toEqual(before)
  })
})

describe('a token with few scopes', () => {
  test('reads nothing by way of what it may read', async () => {
    await acme.createSecret('NESTED', 'sk_test_nested_0123456789')
    const fields = { values: { a: '{{ secrets.NESTED }}' } }
    const { id } = await acme.createAutomation('Nested', [
      { key: 'set', type: 'set-values', fields: { values: 1 } },
    ])
    await acme
      .createAutomation('Names it', [{ key: 'set', type: 'set-values', fields }])
      .catch(() => undefined)
    const run = await acme.run(id)
    const runsOnly = await tokenWith({ scopes: ['runs:read'] })
    const automationsOnly = await tokenWith({ scopes: ['automations:read'] })
    const asked = [
      [runsOnly, `{ run(id: "${run.id}") { id automation { steps { fields } } } }`, 'automations:read'],
      [automationsOnly, `{ automation(id: "${id}") { name hookUrl } }`, 'runs:start'],
      [automationsOnly, `{ automation(id: "${id}") { name runs { id } } }`, 'runs:read'],
      [automationsOnly, `{ automation(id: "${id}") { variables { title } } }`, 'secrets:read'],
      [automationsOnly, '{ workspace(id: "acme") { name members { email } } }', 'members:read'],
      [automationsOnly, '{ workspace(id: "acme") { apiTokens { id } } }', 'members:write'],
    ] as const
    for (const [client, query, scope] of asked) {
      const { errors } = await client.graphql(query)
      expect(errors).toMatchObject([
        { message: expect.stringContaining(`lacks the scope ${scope}.`), extensions: { code: 'FORBIDDEN' } },
      ])
    }
  })

  test('that starts runs does not read an earlier run by its key', async () => {
    const { id } = await acme.createAutomation('Keyed', [
      { key: 'set', type: 'set-values', fields: { values: { private: 'output' } } },
    ])
    const starter = await tokenWith({ scopes: ['runs:start'] })
    const input = { automation: id, idempotencyKey: 'same' }
    const { run } = await starter.mutate(documents.runAutomation, { input })
    await acme.waitForRun(run.id)
    const query = `mutation ($input: RunAutomationInput!) { runAutomation(input: $input) {
      ... on RunAutomationSuccess { run { id output input error { code } } } } }`
    const { data, errors } = await starter.graphql(query, { input })
    expect(data.runAutomation.run).toEqual({ id: run.id, output: null, input: null, error: null })
    expect(errors?.map(({ message }) => message)).toEqual(
      Array(3).fill(expect.stringContaining('lacks the scope runs:read')),
    )
  })

  test('gives no other token, invitation or role more than it has', async () => {
    const manager = await tokenWith({ scopes: ['members:write', 'runs:read'], expiresAt: inDays(10) })
    const person = await app.signUp('Member')
    const invitation = { workspace: 'acme', email: person.email, role: 'MEMBER' }
    const { url } = await acme.admin.mutate(documents.inviteMember, { input: invitation })
    await person.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
    const { viewer } = (await person.graphql(documents.viewer)).data
    const before = await readRows(app.database)
    const lacks = [
      {
        message: expect.stringMatching(/lacks the scope \S+, so it cannot give it/),
        extensions: { code: 'FORBIDDEN' },
      },
    ]
    expect((await make({ scopes: ['secrets:write'], expiresAt: inDays(1) }, manager)).errors).toMatchObject(
      lacks,
    )
    const invite = { workspace: 'acme', email: 'more@example.com', role: 'MEMBER' }
    expect((await manager.graphql(documents.inviteMember, { input: invite })).errors).toMatchObject(lacks)
    const role = { workspace: 'acme', member: viewer.id, role: 'ADMIN' }
    expect((await manager.graphql(documents.setMemberRole, { input: role })).errors).toMatchObject(lacks)
    for (const expiresAt of [null, inDays(20)]) {
      const { data } = await make({ scopes: ['runs:read'], expiresAt }, manager)
      expect(data.createApiToken).toMatchObject({
        code: 'INVALID_FIELD',
        message: expect.stringMatching(/outlives/),
      })
    }
    expect(await readRows(app.database)).toEqual(before)
    expect((await make({ scopes: ['runs:read'] }, manager)).data.createApiToken.token).toMatch(/^lks_/)
    isAbout((await newest()).expiresAt, 10)
    expect((await newest()).owner).toEqual({ email: acme.admin.email })
  })
})

test('a token from before scopes and owners goes on with its role, and gives no token to others', async () => {
  const text = `acme.${'A'.repeat(42)}_`
  await app.database.query(
    `insert into api_token (workspace_id, id, token_hash, name, role, created_at)
     values ('acme', '01890a5d-ac96-774b-bcce-b302099a8057', $1, 'old', 'ADMIN', now())`,
    [tokenHash(text)],
  )
  const old = app.withToken(`lks_${text}`)
  expect((await old.graphql(documents.auditLog, { workspace: 'acme' })).errors).toBeUndefined()
  const { data } = await old.graphql(documents.administration, { id: 'acme' })
  const listed = data.workspace.apiTokens.find(({ name }: { name: string }) => name === 'old')
  expect(listed).toMatchObject({ owner: null, expiresAt: null, scopes: [...scopesOf('ADMIN')] })
  const { errors } = await make({}, old)
  expect(errors).toMatchObject([{ message: expect.stringMatching(/Make the token as a person/) }])
})

test('the web app offers the scopes that there are, for each role', () => {
  expect(scopeWords.map(({ scope }) => scope)).toEqual([...scopes])
  for (const role of ['ADMIN', 'MEMBER'] as const) {
    expect(new Set(scopesOfRole(role))).toEqual(scopesOf(role))
  }
})
