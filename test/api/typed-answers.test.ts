import { buildSchema, isEnumType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printedSchema } from '../../src/api/schema.ts'
import { auditActions } from '../../src/store/entities/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'sk_test_typed_0123456789'
const IN_ACME = { workspace: 'acme' }

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const ask = async (query: string, variables = {}) => {
  const { data, errors } = await acme.admin.graphql(query, variables)
  expect(errors).toBeUndefined()
  return data
}

test('the conditions of fields are objects, with the same content as their JSON', async () => {
  const { stepTypes } = await ask(
    `{ stepTypes { type fields { name kind when requiredWhen textWhen shownIf { field is } requiredIf { field is }
       textIf { field is } } } }`,
  )
  const fields = stepTypes.flatMap((it: { fields: object[] }) => it.fields)
  const typed = (json: { field: string; is: unknown } | null) =>
    json && { field: json.field, is: [json.is].flat() }
  for (const it of fields) {
    expect([it.shownIf, it.requiredIf, it.textIf]).toEqual([it.when, it.requiredWhen, it.textWhen].map(typed))
  }
  expect(fields.filter((it: { shownIf: unknown }) => it.shownIf).length).toBeGreaterThan(3)
  expect(fields.map((it: { kind: string }) => it.kind)).toContain('pairs')
})

test('the sealing key has its parts with types, and the same as JSON', async () => {
  const { sealingKey } = await ask(
    `query ($workspace: ID!) { sealingKey(workspace: $workspace) { jwk publicKey { kty crv x } } }`,
    IN_ACME,
  )
  expect(sealingKey.publicKey).toEqual({ kty: 'OKP', crv: 'X25519', x: expect.stringMatching(/^[\w-]{43}$/) })
  expect(sealingKey.jwk).toMatchObject(sealingKey.publicKey)
})

test('a value is taken in the input of which a client can give only one form', async () => {
  const input = { ...IN_ACME, name: 'ONE_OF', content: { value: VALUE } }
  const { secret } = await acme.admin.mutate(documents.createSecret, { input })
  expect(secret.name).toBe('ONE_OF')
})

test.each([
  ['both forms', { content: { value: VALUE, sealedValue: 'a.b.c.d.e' } }],
  ['no form', { content: {} }],
  ['a form that is null', { content: { value: null } }],
])('a content with %s does not fit its type, and the refusal has no part of it', async (_name, content) => {
  const input = { ...IN_ACME, name: 'NOT_ONE_OF', ...content }
  const { data, errors } = await acme.admin.graphql(documents.createSecret, { input })
  expect(data?.createSecret ?? null).toBeNull()
  expect(errors).toHaveLength(1)
  expect(JSON.stringify(errors)).not.toContain(VALUE)
})

test.each([{ value: VALUE }, { sealedValue: 'a.b.c.d.e' }])(
  'a value that is given twice is refused',
  async (twice) => {
    const input = { ...IN_ACME, name: 'TWICE', content: { value: VALUE }, ...twice }
    const { data } = await acme.admin.graphql(documents.createSecret, { input })
    expect(data.createSecret).toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining('twice'),
    })
  },
)

const AUDIT = `query ($workspace: ID!) { auditLog(workspace: $workspace, first: 500) { action kind detail details {
  __typename
  ... on SecretPolicyAuditDetail { hosts methods paths places }
  ... on SecretUseAuditDetail { step type attempt host method status code times }
  ... on AutomationAuditDetail { automation version }
  ... on RunAuditDetail { run version type }
  ... on MemberAuditDetail { role invitedBy }
  ... on ApiTokenAuditDetail { tokenRole: role scopes expiresAt owner }
  ... on SignInAuditDetail { how }
} } }`

test('events have their action as an enum and their details with types, as the JSON has them', async () => {
  const { admin } = acme
  await admin.mutate(documents.createSecret, {
    input: { ...IN_ACME, name: 'BOUND', content: { value: VALUE }, allowedHosts: ['api.example.com'] },
  })
  const { id } = await acme.createAutomation('Typed', [
    { key: 'set', type: 'set-values', fields: { values: 1 } },
  ])
  await acme.run(id)
  await admin.mutate(documents.inviteMember, {
    input: { ...IN_ACME, email: 'guest@example.com', role: 'MEMBER' },
  })
  await acme.createToken('MEMBER')
  const { auditLog } = await ask(AUDIT, IN_ACME)
  const of = (action: string) => auditLog.find((it: { action: string }) => it.action === action)
  for (const { action, kind } of auditLog) {
    expect(kind).toBe(action.toUpperCase().replaceAll(/[.-]/g, '_'))
  }
  const bound = auditLog.find(({ detail }: { detail: { hosts?: string[] } | null }) => detail?.hosts?.length)
  expect(bound.details).toEqual({ __typename: 'SecretPolicyAuditDetail', ...bound.detail })
  expect(of('automation.create').details).toMatchObject({ automation: id, version: 1 })
  const started = of('run.start')
  expect(started.details).toEqual({ __typename: 'RunAuditDetail', type: null, ...started.detail })
  expect(of('member.invite').details).toMatchObject({ role: 'MEMBER', invitedBy: null })
  expect(of('token.create').details).toMatchObject({
    tokenRole: 'MEMBER',
    scopes: of('token.create').detail.scopes,
    expiresAt: of('token.create').detail.expiresAt,
    owner: null,
  })
  expect(of('workspace.create')).toMatchObject({ details: null, detail: null })
})

test('an event of another version of Lockstep is shown without what this one does not know', async () => {
  await app.database.query(
    `insert into audit_event (workspace_id, id, at, actor, action, target, detail)
     values ('acme', uuid_of_now(), now(), 'x', 'later.thing', 'y', '{"a": 1}'),
            ('acme', uuid_of_now(), now(), 'x', 'run.start', 'y', '{"version": "many"}')`,
  )
  const { auditLog } = await ask(AUDIT, IN_ACME)
  expect(auditLog.find((it: { action: string }) => it.action === 'later.thing')).toMatchObject({
    kind: null,
    details: null,
    detail: { a: 1 },
  })
  expect(auditLog.find((it: { action: string }) => it.action === 'run.start').details).toEqual({
    __typename: 'RunAuditDetail',
    run: null,
    version: null,
    type: null,
  })
})

test('every action that is written to the log of a workspace is a value of the enum', () => {
  const type = buildSchema(printedSchema()).getType('AuditAction')
  const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : []
  expect(new Set(values)).toEqual(
    new Set(Object.keys(auditActions).map((it) => it.toUpperCase().replaceAll(/[.-]/g, '_'))),
  )
})
