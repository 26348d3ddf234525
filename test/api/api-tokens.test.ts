import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { atOnce } from '../support/at-once.ts'
import { expectNoCanary } from '../support/canary.ts'
import * as documents from '../support/documents.ts'
import { unknown } from '../support/operations.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

async function create(name: string, role = 'ADMIN'): Promise<{ id: string; token: string }> {
  return acme.admin.mutate(documents.createApiToken, { input: { workspace: 'acme', name, role } })
}

test('a token is shown once, names its workspace, and acts with its role', async () => {
  const { id, token } = await create('  ci ', 'MEMBER')
  expect(token).toMatch(/^lks_acme\.[0-9A-Za-z]{49}$/)
  expect(id).toMatch(/^acme\.[0-9a-f-]{36}$/)
  const { data } = await app.withToken(token).graphql(documents.viewer)
  expect(data.viewer).toEqual({
    kind: 'API_TOKEN',
    id: expect.any(String),
    name: 'ci',
    email: null,
    workspaces: [{ id: 'acme', viewerRole: 'MEMBER' }],
  })
  const shown = app.responses.filter((answer) => answer.includes(token))
  expect(shown).toHaveLength(1)
})

test('the database and the log contain neither the token nor its random part', async () => {
  const { token } = await create('hashed')
  await app.withToken(token).graphql(documents.viewer)
  const random = token.slice('lks_acme.'.length)
  for (const part of [token, random]) {
    await expectNoCanary([part], {
      database: app.database,
      log: app.log,
      responses: [],
      notifications: app.notifications,
    })
  }
  const rows = await app.database.query<{ token_hash: string }>('select token_hash from api_token')
  expect(rows.every(({ token_hash }) => /^[0-9a-f]{64}$/.test(token_hash))).toBe(true)
})

test('two tokens with the same name differ', async () => {
  const [one, two] = [await create('same'), await create('same')]
  expect(one.token).not.toBe(two.token)
  expect(one.id).not.toBe(two.id)
})

test('a token that is altered in any character is refused', async () => {
  const { token } = await create('exact')
  const works = async (text: string) =>
    (await app.withToken(text).graphql(documents.secrets, { workspace: 'acme' })).errors === undefined
  expect(await works(token)).toBe(true)
  const altered = [
    token.slice(0, -1),
    // The checksum is of the workspace too, and of an old form there is none.
    token.slice(0, -6),
    token.replace(/.{6}$/, '000000'),
    `${token}A`,
    token.replace('lks_', ''),
    token.replace('lks_', 'LKS_'),
    token.replace('acme', 'globex'),
    token.toLowerCase(),
    `${token}.x`,
    `${token} x`,
    'lks_',
    'lks_acme.',
  ]
  for (const text of altered) expect([text, await works(text)]).toEqual([text, false])
})

test('a revoked token is refused at once, and cannot be revoked again', async () => {
  const { id, token } = await create('short-lived')
  const client = app.withToken(token)
  expect((await client.graphql(documents.secrets, { workspace: 'acme' })).errors).toBeUndefined()
  expect(await acme.admin.mutate(documents.revokeApiToken, { id })).toMatchObject({ id })
  const { errors } = await client.graphql(documents.secrets, { workspace: 'acme' })
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  const before = await readRows(app.database)
  for (const gone of [id, unknown('acme')]) {
    const { data } = await acme.admin.graphql(documents.revokeApiToken, { id: gone })
    expect(data.revokeApiToken).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/revoked/),
    })
  }
  expect(await readRows(app.database)).toEqual(before)
})

test('if two admins revoke a token at once, one succeeds and the audit log has one event', async () => {
  const { id } = await create('revoked-twice')
  const revoke = () => acme.admin.graphql(documents.revokeApiToken, { id })
  const row = `select 1 from api_token where name = 'revoked-twice'`
  const answers = await atOnce(app.database, row, [revoke, revoke, revoke])
  const types = answers.map(({ data }) => data.revokeApiToken.__typename)
  expect(types.filter((it) => it === 'RevokeApiTokenSuccess')).toHaveLength(1)
  const rows = await app.database.query(
    `select * from audit_event where action = 'token.revoke' and target = 'revoked-twice'`,
  )
  expect(rows).toHaveLength(1)
})

test.each([
  ['an empty name', '', /empty/],
  ['a name over 200 characters', 'x'.repeat(201), /over 200/],
  ['a name with a NUL', 'a\0b', /control character/],
])('%s is refused', async (_what, name, says) => {
  const before = await readRows(app.database)
  const input = { workspace: 'acme', name, role: 'MEMBER' }
  const { data } = await acme.admin.graphql(documents.createApiToken, { input })
  expect(data.createApiToken).toMatchObject({
    code: 'INVALID_NAME',
    message: expect.stringMatching(says),
  })
  expect(await readRows(app.database)).toEqual(before)
})

test('admins see the tokens of their workspace, newest first, without their secret parts', async () => {
  const other = await createTestWorkspace(app, 'globex')
  const { id: first } = await other.admin.mutate(documents.createApiToken, {
    input: { workspace: 'globex', name: 'first', role: 'MEMBER' },
  })
  const second = await other.createToken('ADMIN')
  await second.graphql(documents.viewer)
  const { data } = await second.graphql(documents.administration, { id: 'globex' })
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(data.workspace.apiTokens).toEqual([
    expect.objectContaining({ name: 'ADMIN token', role: 'ADMIN', createdAt: time, lastUsedAt: time }),
    expect.objectContaining({ id: first, name: 'first', role: 'MEMBER', createdAt: time, lastUsedAt: null }),
  ])
  await other.admin.mutate(documents.revokeApiToken, { id: first })
  const left = await other.admin.graphql(documents.administration, { id: 'globex' })
  expect(left.data.workspace.apiTokens).toHaveLength(1)
})

test('a token records the time and the address of its last use', async () => {
  const { token } = await create('used')
  const read = () =>
    app.database.query(`select last_used_at, last_used_from from api_token where name = 'used'`)
  expect(await read()).toEqual([{ last_used_at: null, last_used_from: null }])
  await app.withToken(token).graphql(documents.viewer)
  expect(await read()).toEqual([{ last_used_at: expect.any(Date), last_used_from: '127.0.0.1' }])
})
