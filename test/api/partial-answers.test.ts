import {
  type DocumentNode,
  getOperationAST,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSchema, printedSchema } from '../../src/api/schema.ts'
import { scopesOf } from '../../src/domain/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type Need, operations, send, type Target } from '../support/operations.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const schema = createSchema()

let app: TestApp
let acme: TestWorkspace
let target: Target
const clients = new Map<string, Client>()

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('THE_KEY', 'sk_test_partial_0123456789')
  const fields = { values: { a: 1 } }
  const { id: automation } = await acme.createAutomation('Set', [{ key: 'set', type: 'set-values', fields }])
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation } })
  target = { workspace: 'acme', automation, run: run.id, secret: 'THE_KEY' }
  clients.set('a member', await join())
  clients.set('a signed-out caller', app.anonymous)
})
afterAll(() => app.close())

async function join(): Promise<Client> {
  const person = await app.signUp('Member')
  const input = { workspace: 'acme', email: person.email, role: 'MEMBER' }
  const { url } = await acme.admin.mutate(documents.inviteMember, { input })
  await person.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  return person
}

/** What each caller has. */
const callers: Readonly<Record<string, readonly Need[]>> = {
  'a member': ['signedIn', 'person', ...scopesOf('MEMBER')],
  'a signed-out caller': [],
}

/** What the caller may do, as an operation of the same kind. */
function allowed(caller: string, kind: OperationTypeNode): string {
  if (caller !== 'a member') return kind === OperationTypeNode.QUERY ? 'signUp { mode }' : '__typename'
  if (kind === OperationTypeNode.QUERY) return `secrets(workspace: "acme") { name }`
  return `createAutomation(input: { workspace: "acme", name: "Beside", steps: [] }) { __typename }`
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  return getOperationAST(document) ?? expect.unreachable('one operation')
}

/** The same document with another field before and after those that it has. */
function beside(document: DocumentNode, field: string): string {
  const [other] = operationOf(parse(`{ ${field} }`)).selectionSet.selections
  const named = (value: string) =>
    ({ ...other, alias: { kind: Kind.NAME, value } }) as unknown as SelectionNode
  const definitions = document.definitions.map((it) => {
    if (it.kind !== Kind.OPERATION_DEFINITION) return it
    const selections = [named('before'), ...it.selectionSet.selections, named('after')]
    return { ...it, selectionSet: { ...it.selectionSet, selections } }
  })
  return print({ ...document, definitions })
}

// A subscription has one root field, so nothing is beside it.
const all = Object.entries(operations).filter(
  ([, { query }]) => operationOf(parse(query)).operation !== OperationTypeNode.SUBSCRIPTION,
)

describe.each(Object.keys(callers))('beside a request of %s for', (caller) => {
  test.each(all)('%s, what is allowed is answered', async (name, { query, variables, needs }) => {
    const document = parse(query)
    const field = allowed(caller, operationOf(document).operation)
    const client = clients.get(caller) ?? expect.unreachable(caller)
    const { answer } = await send(client, beside(document, field), variables(target))
    expect(answer.data.before).toBeTruthy()
    expect(answer.data.after).toBeTruthy()
    if (needs.every((it) => callers[caller]?.includes(it))) return expect(answer.errors).toBeUndefined()
    expect(answer.data[name]).toBeNull()
    expect(answer.errors?.map(({ path }) => path)).toEqual([[name]])
  })
})

describe('what one mutation does', () => {
  test('is done in order, and in the answer although a later request is refused', async () => {
    const member = clients.get('a member') ?? expect.unreachable()
    const { data, errors } = await member.graphql(
      `mutation ($automation: ID!) {
        first: runAutomation(input: { automation: $automation }) { ... on RunAutomationSuccess { run { id } } }
        createSecret(input: { workspace: "acme", name: "NEW", value: "sk_test_refused_01" }) { __typename }
        last: runAutomation(input: { automation: $automation }) { ... on RunAutomationSuccess { run { id } } }
      }`,
      { automation: target.automation },
    )
    expect(errors).toMatchObject([{ path: ['createSecret'], extensions: { code: 'FORBIDDEN' } }])
    expect(data).toMatchObject({ createSecret: null })
    const { data: read } = await member.graphql(`{ runs(workspace: "acme", first: 2) { id } }`)
    expect(read.runs).toEqual([data.last.run, data.first.run])
  })
})

describe('a refused field inside of an object is null, with the error at its path', () => {
  test('what only admins may read of a workspace', async () => {
    const member = clients.get('a member') ?? expect.unreachable()
    const { data, errors } = await member.graphql(
      `{ workspace(id: "acme") { id apiTokens { id } invitations { id } keys { warnings } } }`,
    )
    expect(data).toEqual({ workspace: { id: 'acme', apiTokens: null, invitations: null, keys: null } })
    const forbidden = (field: string) => ({ path: ['workspace', field], extensions: { code: 'FORBIDDEN' } })
    expect(errors).toHaveLength(3)
    expect(errors).toEqual(
      expect.arrayContaining(
        ['apiTokens', 'invitations', 'keys'].map((it) => expect.objectContaining(forbidden(it))),
      ),
    )
  })
})

test('the directive stands in the printed schema at each field that is null only when it is refused', () => {
  const text = printedSchema()
  expect(text).toContain('keys: KeyHealth @semanticNonNull')
  expect(text).toContain('viewer: Viewer\n')
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    const fields = isObjectType(type) ? Object.values(type.getFields()) : []
    expect(fields.filter((it) => isNonNullType(it.type)).map(({ name }) => name)).toEqual([])
  }
})
