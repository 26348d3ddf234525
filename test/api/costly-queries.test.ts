import type { GraphQLObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Later, NO_INFO } from '../../src/api/later.ts'
import { createLoaders } from '../../src/api/loaders.ts'
import { createSchema } from '../../src/api/schema.ts'
import type { Domain, VariablesKey } from '../../src/domain/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const steps = [
  { key: 'first', type: 'set-values', fields: { values: { a: '{{ trigger.a }}' } } },
  {
    key: 'second',
    type: 'custom-http',
    fields: {
      method: 'GET',
      url: 'http://localhost:1/',
      headers: [{ name: 'x-key', value: '{{ secrets.KEY }}' }],
    },
  },
]

let app: TestApp
let acme: TestWorkspace
let ids: string[]

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', 'sk_test_costly_0123456789')
  ids = []
  // Two have one name, and are not in the order of their names.
  for (const name of ['C', 'A', 'B', 'B']) ids.push((await acme.createAutomation(name, steps)).id)
})
afterAll(() => app.close())

/** The status, and the code and message of the first error, as a client sees them that knows GraphQL's own type. */
async function refusal(query: string, variables: object = {}) {
  const { headers, ...init } = post({ query, variables })
  const accept = 'application/graphql-response+json'
  const { status, text } = await acme.admin.request('/graphql', { ...init, headers: { ...headers, accept } })
  const { data, errors } = JSON.parse(text)
  return { status, data, code: errors?.[0].extensions.code, message: errors?.[0].message as string }
}

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ')
const SAMPLES = 'fragment Samples on Run { automation { variables { kind } } }'

describe('a request that costs too much', () => {
  const sixty = `{ ${aliases(60, 'runs(workspace: "acme") { ...Samples }')} } ${SAMPLES}`

  test('is refused with its cost, the limit and the field that makes most of it', async () => {
    const found = await refusal(sixty)
    expect(found).toMatchObject({ status: 400, data: undefined, code: 'QUERY_TOO_COSTLY' })
    expect(found.message).toMatch(
      /^The request costs \d{7}, and the limit is 500000\. .*Automation\.variables/,
    )
  })

  test('is refused every time, and to those who ask for JSON', async () => {
    for (const _time of [1, 2]) {
      const { status, text } = await acme.admin.request('/graphql', post({ query: sixty }))
      expect(status).toBe(400)
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COSTLY' } }] })
    }
  })

  test('is counted among the errors', async () => {
    const { text } = await app.anonymous.request('/metrics')
    expect(text).toMatch(/\{code="QUERY_TOO_COSTLY"\} [1-9]/)
  })

  test('is refused by its variables, and answered with others', async () => {
    const query = `query ($first: Int) { automations(workspace: "acme", first: $first) { variables { kind } } }`
    for (const _time of [1, 2]) {
      expect((await acme.admin.graphql(query, { first: 4 })).data.automations).toHaveLength(4)
      expect(await refusal(query, { first: 5000 })).toMatchObject({ status: 400, code: 'QUERY_TOO_COSTLY' })
    }
  })

  test('is refused as a subscription', async () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'id' : `automation { runs(first: 50) { ${nested(depth - 1)} } }`
    const query = `subscription { runUpdated(id: "acme.x") { ${nested(4)} } }`
    expect(await refusal(query)).toMatchObject({ status: 400, code: 'QUERY_TOO_COSTLY' })
  })

  test('is refused as a change, which is not made', async () => {
    const run = `runAutomation(input: { automation: "${ids[0]}" }) { ... on RunAutomationSuccess { run { ...Many } } }`
    const many = 'fragment Many on Run { automation { runs(first: 50) { ...Samples } } }'
    const query = `mutation { ${aliases(60, run)} } ${many} ${SAMPLES}`
    expect(await refusal(query)).toMatchObject({ status: 400, code: 'QUERY_TOO_COSTLY' })
    expect(await app.database.query('select id from run')).toEqual([])
  })
})

describe('a hostile document is refused:', () => {
  const doubled = (at: number) =>
    `fragment F${at} on Run { automation { a: runs { ...F${at + 1} } b: runs { ...F${at + 1} } } }`
  const double = Array.from({ length: 12 }, (_, at) => doubled(at)).join(' ')
  const list = 'query ($first: Int) { runs(workspace: "acme", first: $first) { id } }'

  test.each([
    ['1000 aliases', `{ ${aliases(1000, 'viewer { id }')} }`, {}, 'GRAPHQL_PARSE_FAILED'],
    [
      'fragments that double',
      `{ runs(workspace: "acme") { ...F0 } } ${double} fragment F12 on Run { id }`,
      {},
      'QUERY_TOO_COSTLY',
    ],
    [
      'a cycle of fragments',
      '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a fragment that there is not', '{ viewer { ...A } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable that is a list', list, { first: [1, 2] }, 'BAD_USER_INPUT'],
    ['a variable that is a text', list, { first: '1e9' }, 'BAD_USER_INPUT'],
    [
      'introspection in depth',
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s', async (_what, query, variables, code) => {
    expect(await refusal(query, variables)).toMatchObject({ status: 400, code })
  })

  test.each([-1, 0, 501, 2_147_483_647])('a page of %i, by the field that knows its most', async (first) => {
    const { code, message } = await refusal(list, { first })
    expect({ code, message }).toEqual({ code: 'BAD_REQUEST', message: 'first is a number from 1 to 500.' })
  })
})

describe('automations', () => {
  const query = `query ($first: Int, $after: ID) {
    automations(workspace: "acme", first: $first, after: $after) { id name }
  }`
  const page = async (variables: object): Promise<{ id: string; name: string }[]> =>
    (await acme.admin.graphql(query, variables)).data.automations
  const refusedAfter = async (after: string) => (await acme.admin.graphql(query, { after })).errors?.[0]

  test('come in pages by name, each once', async () => {
    const all = await page({})
    expect(all.map(({ name }) => name)).toEqual(['A', 'B', 'B', 'C'])
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(ids))
    const first = await page({ first: 2 })
    const second = await page({ first: 2, after: first[1]?.id })
    expect([...first, ...second]).toEqual(all)
    expect(await page({ first: 2, after: second[1]?.id })).toEqual([])
  })

  test('go on after one that is deleted by now', async () => {
    const { id } = await acme.createAutomation('Ab', steps)
    await acme.admin.mutate(documents.deleteAutomation, { id })
    expect((await page({ after: id })).map(({ name }) => name)).toEqual(['B', 'B', 'C'])
  })

  test.each([
    ['nonsense', "1' or true"],
    ['an id of another workspace', 'other.0199aaaa-0000-7000-8000-000000000000'],
    ['an id that there is not', 'unknown'],
  ])('after %s are refused in words', async (_what, text) => {
    const after = text === 'unknown' ? `${ids[0]?.slice(0, -4)}0000` : text
    expect(await refusedAfter(after)).toMatchObject({
      message: expect.stringMatching(/^after is the id of the last one seen/),
      extensions: { code: 'BAD_REQUEST' },
    })
  })

  test.each([0, 5001])('are refused for a page of %i', async (first) => {
    const { errors } = await acme.admin.graphql(query, { first })
    expect(errors).toMatchObject([{ message: 'first is a number from 1 to 5000.' }])
  })
})

describe('usages of a secret', () => {
  const query = `query ($first: Int, $after: ID) {
    secretUsages(workspace: "acme", name: "KEY", first: $first, after: $after) { id automation { name } step field }
  }`
  const page = async (variables: object) => (await acme.admin.graphql(query, variables)).data.secretUsages

  test('come in pages, each once', async () => {
    const all = await page({})
    expect(all).toHaveLength(4)
    expect(all[0]).toMatchObject({ automation: { name: 'A' }, step: 'second' })
    const first = await page({ first: 3 })
    expect([...first, ...(await page({ first: 3, after: first[2].id }))]).toEqual(all)
    expect(await page({ after: all[3].id })).toEqual([])
  })

  test.each(['nonsense', 'acme.0199aaaa-0000-7000-8000-000000000000/second/values'])(
    'after %s are refused in words',
    async (after) => {
      const { errors } = await acme.admin.graphql(query, { after })
      expect(errors?.[0]).toMatchObject({
        message: expect.stringMatching(/^after is the id of the last one seen/),
        extensions: { code: 'BAD_REQUEST' },
      })
    },
  )
})

test('variables that are asked for many times are read once, and together', async () => {
  const asked: VariablesKey[][] = []
  const variables = {
    listOfMany: async (_workspace: string, keys: readonly VariablesKey[]) => {
      asked.push([...keys])
      return keys.map(() => [])
    },
  }
  const loaders = createLoaders({ variables } as Partial<Domain> as Domain)
  const automation = (id: string, version = 1) =>
    ({ workspace: 'acme', id, version }) as VariablesKey['automation']
  const keys = [automation('a'), automation('b'), automation('a'), automation('a', 2)].flatMap((it) => [
    { automation: it, step: undefined },
    { automation: it, step: 'second' },
  ])
  await Promise.all([...keys, ...keys].map((key) => loaders.variables.load(key)))
  expect(asked.map((it) => it.map(({ automation: { id, version }, step }) => [id, version, step]))).toEqual([
    [
      ['a', 1, undefined],
      ['a', 1, 'second'],
      ['b', 1, undefined],
      ['b', 1, 'second'],
      ['a', 2, undefined],
      ['a', 2, 'second'],
    ],
  ])
})

test('the variables of several automations wait for one and the same promise', () => {
  const listOfMany: Domain['variables']['listOfMany'] = async (_workspace, keys) => keys.map(() => [])
  const loaders = createLoaders({ variables: { listOfMany } } as Partial<Domain> as Domain)
  const context = { caller: { kind: 'user' }, may: () => true, loaders }
  const automationType = createSchema().getType('Automation') as GraphQLObjectType
  const later = ['a', 'b', 'c'].map((id) =>
    automationType
      .getFields()
      ['variables']?.resolve?.({ workspace: 'acme', id, version: 1 }, {}, context, NO_INFO),
  ) as Later<unknown>[]
  for (const it of later) expect(it).toBeInstanceOf(Later)
  expect(new Set(later.map(({ ready }) => ready)).size).toBe(1)
})

test('variables of many automations are those of each', async () => {
  await acme.run(ids[0] ?? '', { a: 'of C' })
  await acme.run(ids[1] ?? '', { a: 'of A' })
  const query = `{ automations(workspace: "acme", first: 10) { name
    all: variables { kind variables { reference sample } } before: variables(step: "second") { title } } }`
  const { data } = await acme.admin.graphql(query)
  const samples = data.automations.map(({ name, all }: { name: string; all: Group[] }) => [
    name,
    all[0]?.variables.find(({ reference }) => reference === '{{ trigger.a }}')?.sample,
  ])
  expect(samples).toEqual([
    ['A', 'of A'],
    ['B', undefined],
    ['B', undefined],
    ['C', 'of C'],
  ])
  for (const { all, before } of data.automations) expect(before).toHaveLength(all.length - 1)
})

interface Group {
  variables: { reference: string; sample: unknown }[]
}
