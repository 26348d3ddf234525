import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { send, unknown } from '../support/operations.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_tenancy_0123456789'
const steps = [{ key: 'set', type: 'set-values', fields: { values: { a: 1 } } }]

let app: TestApp
let acme: TestWorkspace
let globex: TestWorkspace
let member: Client
let memberId: string
let ids: { automation: string; run: string; token: string; invitation: string }

beforeAll(async () => {
  app = await startTestApp({ env: { LOCKSTEP_PUBLIC_URL: 'https://lockstep.example.com' } })
  acme = await createTestWorkspace(app, 'acme')
  globex = await createTestWorkspace(app, 'globex')
  await acme.createSecret('THE_KEY', value)
  const { id: automation } = await acme.createAutomation('Set', steps)
  const { id: run } = await acme.run(automation)
  const input = { workspace: 'acme', name: 'target', role: 'MEMBER' }
  const { id: token } = await acme.admin.mutate(documents.createApiToken, { input })
  ids = { automation, run, token, invitation: await invitation() }
  member = await app.signUp('Member')
  const { url } = await acme.admin.mutate(documents.inviteMember, {
    input: { workspace: 'acme', email: member.email, role: 'MEMBER' },
  })
  await member.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  memberId = (await member.graphql(documents.viewer)).data.viewer.id
})
afterAll(() => app.close())

async function invitation(): Promise<string> {
  const input = { workspace: 'acme', email: 'guest@example.com', role: 'MEMBER' }
  await acme.admin.mutate(documents.inviteMember, { input })
  const { data } = await acme.admin.graphql(documents.administration, { id: 'acme' })
  return data.workspace.invitations[0].id
}

async function forbidden(client: Client, query: string, variables: object): Promise<string> {
  const before = await readRows(app.database)
  const { text, answer } = await send(client, query, variables)
  expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  expect(await readRows(app.database)).toEqual(before)
  return text
}

/** Changes that an admin of acme can make right away. */
function adminChanges(): [string, object][] {
  const inAcme = { workspace: 'acme' }
  return [
    [documents.createSecret, { input: { ...inAcme, name: 'NEW_KEY', value } }],
    [documents.updateSecret, { input: { ...inAcme, name: 'THE_KEY', value } }],
    [documents.deleteSecret, { input: { ...inAcme, name: 'THE_KEY' } }],
    [documents.setSecretPolicy, { input: { ...inAcme, name: 'THE_KEY', allowedHosts: ['a.com'] } }],
    [documents.inviteMember, { input: { ...inAcme, email: 'a@example.com', role: 'ADMIN' } }],
    [documents.revokeInvitation, { id: ids.invitation }],
    [documents.setMemberRole, { input: { ...inAcme, member: memberId, role: 'ADMIN' } }],
    [documents.removeMember, { input: { ...inAcme, member: memberId } }],
    [documents.createApiToken, { input: { ...inAcme, name: 'mine', role: 'ADMIN' } }],
    [documents.revokeApiToken, { id: ids.token }],
  ]
}

/** Changes that a member of acme can make right away. */
function memberChanges(): [string, object][] {
  const { automation, run } = ids
  const step = { key: 'set', type: 'set-values', fields: { values: 1 } }
  return [
    [documents.createAutomation, { input: { workspace: 'acme', name: 'New', steps } }],
    [documents.updateAutomation, { input: { id: automation, version: 1, name: 'Changed', steps } }],
    [documents.deleteAutomation, { id: automation }],
    [documents.runAutomation, { input: { automation } }],
    [documents.testStep, { input: { workspace: 'acme', step } }],
    [documents.cancelRun, { id: run }],
  ]
}

describe('members', () => {
  test('can read the names of secrets', async () => {
    const token = await acme.createToken('MEMBER')
    for (const client of [member, token]) {
      const { data } = await client.graphql(documents.secrets, { workspace: 'acme' })
      expect(data.secrets).toEqual([{ name: 'THE_KEY', updatedAt: expect.any(String) }])
    }
  })

  test('are refused every change that is for admins, and nothing changes', async () => {
    const token = await acme.createToken('MEMBER')
    for (const [query, variables] of adminChanges()) {
      await forbidden(member, query, variables)
      await forbidden(token, query, variables)
    }
  })

  test.each(['invitations { id }', 'apiTokens { id }', 'keys { warnings }'])(
    'are refused %s',
    async (field) => {
      const token = await acme.createToken('MEMBER')
      for (const client of [member, token]) {
        const { data, errors } = await client.graphql(`{ workspace(id: "acme") { name ${field} } }`)
        expect(data).toEqual({ workspace: { name: 'acme', [field.split(' ')[0] ?? '']: null } })
        const path = ['workspace', field.split(' ')[0]]
        expect(errors).toMatchObject([{ path, extensions: { code: 'FORBIDDEN' } }])
      }
    },
  )

  test('are refused one of several changes, and the others happen', async () => {
    const query = `mutation ($bad: SecretNameInput!, $good: AutomationInput!) {
      bad: deleteSecret(input: $bad) { __typename }
      good: createAutomation(input: $good) { ... on CreateAutomationSuccess { automation { id } } }
    }`
    const bad = { workspace: 'acme', name: 'THE_KEY' }
    const good = { workspace: 'acme', name: 'Good', steps: [] }
    const { data, errors } = await member.graphql(query, { bad, good })
    expect(errors).toMatchObject([{ path: ['bad'], extensions: { code: 'FORBIDDEN' } }])
    expect(data).toEqual({ bad: null, good: { automation: { id: expect.any(String) } } })
  })
})

describe('an admin of another workspace', () => {
  test('is refused every change with the answer for a missing workspace', async () => {
    const other = await globex.createToken('ADMIN')
    for (const [query, variables] of [...adminChanges(), ...memberChanges()]) {
      for (const client of [globex.admin, other]) {
        const real = await forbidden(client, query, variables)
        const text = JSON.stringify(variables).replaceAll('"acme', '"initech')
        expect(await forbidden(client, query, JSON.parse(text))).toBe(real)
      }
    }
  })

  test.each([
    ['automation', documents.automation, () => ids.automation],
    ['run', documents.run, () => ids.run],
    ['runUpdated', documents.runUpdated, () => ids.run],
  ])('gets the same answer for %s, known, unknown or malformed', async (_name, query, id) => {
    const real = await forbidden(globex.admin, query, { id: id() })
    const others = [
      unknown('acme'),
      unknown('initech'),
      'acme.1',
      'garbage',
      '',
      '.',
      id().replace('acme', '\0'),
      '💥.x',
    ]
    for (const other of others) expect(await forbidden(globex.admin, query, { id: other })).toBe(real)
  })

  test('gets the same answer for a workspace whether its id exists or is impossible', async () => {
    for (const query of [documents.secrets, documents.runs, documents.auditLog, documents.sealingKey]) {
      const real = await forbidden(globex.admin, query, { workspace: 'acme' })
      for (const other of ['initech', '', 'a\0b', 'x'.repeat(5000), "'; drop table secret; --", '\ud800']) {
        expect(await forbidden(globex.admin, query, { workspace: other })).toBe(real)
      }
    }
    for (const id of ['acme', 'initech', '', 'a\0b', '\ud800']) {
      const { answer } = await send(globex.admin, documents.workspace, { id })
      expect(answer).toEqual({ data: { workspace: null } })
    }
  })

  test('finds no object of the other workspace by its id in their own', async () => {
    const runs = await globex.admin.graphql(documents.runs, {
      workspace: 'globex',
      automation: ids.automation,
      status: ['SUCCEEDED'],
    })
    expect(runs.data).toEqual({ runs: [] })
    const input = { workspace: 'globex', member: memberId }
    const { data } = await globex.admin.graphql(documents.removeMember, { input })
    expect(data.removeMember).toMatchObject({ code: 'NOT_FOUND' })
    const usages = await globex.admin.graphql(documents.secretUsages, {
      workspace: 'globex',
      name: 'THE_KEY',
    })
    expect(usages.data).toEqual({ secretUsages: [] })
  })
})

describe('a token', () => {
  test('acts only in its workspace, even if its maker is an admin elsewhere', async () => {
    await acme.admin.mutate(documents.createWorkspace, { input: { id: 'second', name: 'Second' } })
    const token = await acme.createToken('ADMIN')
    const { data } = await token.graphql(documents.viewer)
    expect(data.viewer).toMatchObject({
      kind: 'API_TOKEN',
      email: null,
      workspaces: [{ id: 'acme', viewerRole: 'ADMIN' }],
    })
    expect((await token.graphql(documents.workspace, { id: 'second' })).data).toEqual({ workspace: null })
    await forbidden(token, documents.secrets, { workspace: 'second' })
    await forbidden(token, documents.createSecret, { input: { workspace: 'second', name: 'KEY', value } })
  })

  test('cannot create a workspace or accept an invitation', async () => {
    const token = await acme.createToken('ADMIN')
    await forbidden(token, documents.createWorkspace, { input: { id: 'by-token', name: 'By token' } })
    await forbidden(token, documents.acceptInvitation, { token: 'acme.x' })
  })

  test('takes precedence over a cookie, and an invalid one counts as no token', async () => {
    const headers = { authorization: 'Bearer lks_acme.none', ...post({}).headers }
    for (const authorization of [headers.authorization, 'Bearer', 'Bearer ', 'bearer  a b']) {
      const init = { ...post({ query: documents.viewer }), headers: { ...headers, authorization } }
      const { text } = await acme.admin.request('/graphql', init)
      expect(JSON.parse(text)).toEqual({ data: { viewer: null } })
    }
  })
})

describe('a request with a cookie', () => {
  const create = (origin: Record<string, string>) => {
    const input = { workspace: 'acme', name: `FROM_${Math.random().toString(36).slice(2)}`, value }
    const init = post({ query: documents.createSecret, variables: { input } })
    return acme.admin.request('/graphql', { ...init, headers: { ...init.headers, ...origin } })
  }

  test.each([
    ['another site', 'https://evil.example'],
    ['a sandboxed frame', 'null'],
    ['a host that begins like ours', 'http://127.0.0.1.evil.example'],
    ['garbage', '::::'],
  ])('from %s is signed out', async (_what, origin) => {
    const before = await readRows(app.database)
    const { text } = await create({ origin })
    expect(JSON.parse(text).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await readRows(app.database)).toEqual(before)
  })

  test('from our own pages is signed in, even if a proxy changes the host', async () => {
    for (const origin of [app.url, app.config.publicUrl]) {
      const { text } = await create({ origin })
      expect(JSON.parse(text).data.createSecret.__typename).toBe('CreateSecretSuccess')
    }
  })

  test('is signed out after signing out', async () => {
    const person = await app.signUp('Leaver')
    expect((await person.graphql(documents.viewer)).data.viewer.name).toBe('Leaver')
    const { status } = await person.request('/api/auth/sign-out', {
      ...post({}),
      headers: { origin: app.url, 'content-type': 'application/json' },
    })
    expect(status).toBe(200)
    expect((await person.graphql(documents.viewer)).data).toEqual({ viewer: null })
  })
})

test("the caller's role is read at each request", async () => {
  const auditLog = () => member.graphql(documents.auditLog, { workspace: 'acme' })
  const setRole = (role: string) =>
    acme.admin.mutate(documents.setMemberRole, { input: { workspace: 'acme', member: memberId, role } })
  expect((await auditLog()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  await setRole('ADMIN')
  expect((await auditLog()).errors).toBeUndefined()
  await setRole('MEMBER')
  expect((await auditLog()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  await acme.admin.mutate(documents.removeMember, { input: { workspace: 'acme', member: memberId } })
  await forbidden(member, documents.secrets, { workspace: 'acme' })
  expect((await member.graphql(documents.viewer)).data.viewer.workspaces).toEqual([])
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
