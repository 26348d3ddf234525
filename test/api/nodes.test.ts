import { isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/schema.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { VALUE_TYPES } from '../support/value-types.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'sk_test_nodes_0123456789'
const IN_ACME = { workspace: 'acme' }
const STEPS = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]
const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }'

const schema = createSchema()
const nodeTypes = schema
  .getImplementations(schema.getType('Node') as Parameters<typeof schema.getImplementations>[0])
  .objects.map(({ name }) => name)

let app: TestApp
let acme: TestWorkspace
let globex: TestWorkspace
/** An id of each type that is a node, of things in `acme`. */
let ids: Record<string, string>

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  globex = await createTestWorkspace(app, 'globex')
  await acme.createSecret('API_KEY', VALUE)
  const automation = await acme.createAutomation('Nodes', STEPS)
  const run = await acme.run(automation.id)
  const { apiToken } = await mutate('createApiToken(input: $input)', 'ApiTokenInput', 'apiToken { id }', {
    ...IN_ACME,
    name: 'node',
    role: 'MEMBER',
  })
  const { invitation } = await mutate(
    'inviteMember(input: $input)',
    'InviteMemberInput',
    'invitation { id }',
    {
      ...IN_ACME,
      email: 'guest@example.com',
      role: 'MEMBER',
    },
  )
  const { data } = await acme.admin.graphql(
    `query ($run: ID!) { secrets(workspace: "acme") { id } secretPolicies(workspace: "acme") { id }
      run(id: $run) { steps { id } } auditLog(workspace: "acme", first: 1) { id }
      workspace(id: "acme") { members { id } } }`,
    { run: run.id },
  )
  ids = {
    Workspace: 'acme',
    Member: data.workspace.members[0].id,
    Secret: data.secrets[0].id,
    SecretPolicy: data.secretPolicies[0].id,
    Automation: automation.id,
    Run: run.id,
    StepRun: data.run.steps[0].id,
    ApiToken: apiToken.id,
    Invitation: invitation.id,
    AuditEvent: data.auditLog[0].id,
  }
})
afterAll(() => app.close())

function mutate(call: string, type: string, fields: string, input: object, client: Client = acme.admin) {
  const name = /^\w+/.exec(call)?.[0] ?? ''
  const success = `${name.charAt(0).toUpperCase()}${name.slice(1)}Success`
  const query = `mutation ($input: ${type}!) { ${call} { ... on ${success} { ${fields} } ... on Error { code message } } }`
  return client.mutate(query, { input })
}

const nodeOf = async (client: Client, id: string) => (await client.graphql(NODE, { id })).data.node

describe('node', () => {
  test.each(nodeTypes)('reads %s again by its id', async (type) => {
    expect(await nodeOf(acme.admin, ids[type] ?? '')).toEqual({ __typename: type, id: ids[type] })
  })

  test('has an id that no other type has', () => {
    expect(new Set(Object.keys(ids))).toEqual(new Set(nodeTypes))
    expect(new Set(Object.values(ids)).size).toBe(nodeTypes.length)
  })

  test('gives all that the type has', async () => {
    const query = `query ($secret: ID!, $run: ID!) {
      secret: node(id: $secret) { ... on Secret { name updatedAt } }
      run: node(id: $run) { ... on Run { status automation { name } steps { key } } } }`
    const { data, errors } = await acme.admin.graphql(query, { secret: ids['Secret'], run: ids['Run'] })
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({
      secret: { name: 'API_KEY' },
      run: { status: 'SUCCEEDED', automation: { name: 'Nodes' }, steps: [{ key: 'set' }] },
    })
  })

  test('tells a stranger the same of what there is and of what there is not', async () => {
    for (const id of Object.values(ids)) {
      const answers = await Promise.all(
        [id, id.replace('acme', 'absent')].map((it) => globex.admin.graphql(NODE, { id: it })),
      )
      expect(answers).toEqual([{ data: { node: null } }, { data: { node: null } }])
    }
  })

  test.each(['SecretPolicy', 'ApiToken', 'Invitation', 'AuditEvent'])(
    'tells a member nothing of %s, which only admins read',
    async (type) => {
      const member = await acme.createToken('MEMBER')
      expect(await member.graphql(NODE, { id: ids[type] })).toEqual({ data: { node: null } })
    },
  )

  test('asks a token for the scope of the field of that type', async () => {
    const input = { ...IN_ACME, name: 'runs', role: 'ADMIN', scopes: ['runs:read'] }
    const { token } = await acme.admin.mutate(documents.createApiToken, { input })
    const narrow = app.withToken(token)
    const seen = await Promise.all(
      nodeTypes.map(async (type) => (await nodeOf(narrow, ids[type] ?? '')) && type),
    )
    expect(new Set(seen.filter(Boolean))).toEqual(new Set(['Workspace', 'Run', 'StepRun']))
  })

  test('is refused to the signed-out', async () => {
    const { errors } = await app.anonymous.graphql(NODE, { id: ids['Secret'] })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  test.each([
    '',
    '.',
    'acme.',
    'acme.secret.',
    'acme.secret.API_KEY.more',
    'acme.secret.API\0KEY',
    'acme.secret.api_key',
    'acme.other.API_KEY',
    'acme.00000000-0000-0000-0000-000000000000',
    'acme.00000000-0000-0000-0000-000000000000.set',
    'Acme',
    `acme.secret.${'A'.repeat(10_000)}`,
  ])('is null without an error for %j', async (id) => {
    expect(await acme.admin.graphql(NODE, { id })).toEqual({ data: { node: null } })
  })
})

describe('ids', () => {
  test('of a secret is made of the names of workspace and secret alone, whatever becomes of the value', async () => {
    const read = async () =>
      (await acme.admin.graphql('{ secrets(workspace: "acme", search: "API_KEY") { id } }')).data.secrets
    expect(await read()).toEqual([{ id: 'acme.secret.API_KEY' }])
    await acme.admin.mutate(documents.updateSecret, {
      input: { ...IN_ACME, name: 'API_KEY', value: `${VALUE} and more` },
    })
    expect(await read()).toEqual([{ id: 'acme.secret.API_KEY' }])
  })

  test('of the viewer is that of the token, for a token', async () => {
    const input = { ...IN_ACME, name: 'viewer', role: 'MEMBER' }
    const { id, token } = await acme.admin.mutate(documents.createApiToken, { input })
    const { data } = await app.withToken(token).graphql('{ viewer { id kind } }')
    expect(data.viewer).toEqual({ id, kind: 'API_TOKEN' })
  })

  test('of a member is that of the membership, and names the person', async () => {
    const { data } = await acme.admin.graphql(
      '{ viewer { id } workspace(id: "acme") { members { id user } } }',
    )
    const [member] = data.workspace.members
    expect(member.user).toBe(data.viewer.id)
    expect(member.id).not.toBe(member.user)
  })

  test('belong to every type of objects but a few values', () => {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType)
    const without = types.filter(
      (type) =>
        !type.name.startsWith('__') &&
        !/(?:Success|Error|AuditDetail|Connection|Edge)$|^PageInfo$|^(?:Query|Mutation|Subscription)$/.test(
          type.name,
        ) &&
        String(type.getFields()['id']?.type) !== 'ID!',
    )
    // The error of a step has its name from its kind, and is a value.
    const values = VALUE_TYPES.filter((it) => it !== 'StepError')
    expect(new Set(without.map(({ name }) => name))).toEqual(new Set(values))
  })
})

describe('mutations give back what they made, changed or ended', () => {
  const everywhere = { ...IN_ACME, email: 'second@example.com', role: 'MEMBER' }

  test('an invitation, which can then be revoked', async () => {
    const made = await mutate(
      'inviteMember(input: $input)',
      'InviteMemberInput',
      'invitation { id email role }',
      everywhere,
    )
    expect(made.invitation).toMatchObject({ email: 'second@example.com', role: 'MEMBER' })
    const ended = await acme.admin.mutate(
      `mutation ($id: ID!) { revokeInvitation(id: $id) { ... on RevokeInvitationSuccess { id invitation { id email } } } }`,
      { id: made.invitation.id },
    )
    expect(ended).toEqual({
      id: made.invitation.id,
      invitation: { id: made.invitation.id, email: 'second@example.com' },
    })
  })

  test('an API token, which can then be revoked', async () => {
    const input = { ...IN_ACME, name: 'given back', role: 'MEMBER' }
    const made = await mutate(
      'createApiToken(input: $input)',
      'ApiTokenInput',
      'id apiToken { id name lastUsedAt }',
      input,
    )
    expect(made.apiToken).toEqual({ id: made.id, name: 'given back', lastUsedAt: null })
    const ended = await acme.admin.mutate(
      `mutation ($id: ID!) { revokeApiToken(id: $id) { ... on RevokeApiTokenSuccess { id apiToken { id name } } } }`,
      { id: made.id },
    )
    expect(ended).toEqual({ id: made.id, apiToken: { id: made.id, name: 'given back' } })
  })

  test('an automation that is deleted', async () => {
    const { id } = await acme.createAutomation('Deleted', STEPS)
    const ended = await acme.admin.mutate(
      `mutation ($id: ID!) { deleteAutomation(id: $id) { ... on DeleteAutomationSuccess { id automation { id name } } } }`,
      { id },
    )
    expect(ended).toEqual({ id, automation: { id, name: 'Deleted' } })
  })

  test('a member who is removed, named by either id', async () => {
    for (const by of ['id', 'user'] as const) {
      const guest = await app.signUp('Guest')
      const { url } = await acme.admin.mutate(documents.inviteMember, {
        input: { ...everywhere, email: guest.email },
      })
      await guest.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
      const { data } = await acme.admin.graphql('{ workspace(id: "acme") { members { id user email } } }')
      const found = data.workspace.members.find(({ email }: { email: string }) => email === guest.email)
      const input = { ...IN_ACME, member: found[by] }
      const changed = await mutate('setMemberRole(input: $input)', 'MemberRoleInput', 'member { id role }', {
        ...input,
        role: 'ADMIN',
      })
      expect(changed.member).toEqual({ id: found.id, role: 'ADMIN' })
      const ended = await mutate(
        'removeMember(input: $input)',
        'MemberInput',
        'id member { id user email }',
        input,
      )
      expect(ended).toEqual({ id: found[by], member: found })
    }
  })

  test('the run of a step that is tested', async () => {
    const input = { ...IN_ACME, step: STEPS[0] }
    const { result, run } = await mutate(
      'testStep(input: $input)',
      'TestStepInput',
      'result { id status } run { id status }',
      input,
    )
    expect(result.id).toBe(`${run.id}.set`)
    expect(run.status).toBe('SUCCEEDED')
  })

  test('a member of another workspace is not removed by the id of that membership', async () => {
    const { data } = await globex.admin.graphql('{ workspace(id: "globex") { members { id } } }')
    const input = { ...IN_ACME, member: data.workspace.members[0].id }
    const answer = await acme.admin.graphql(documents.removeMember, { input })
    expect(answer.data.removeMember).toMatchObject({ code: 'NOT_FOUND' })
  })
})
