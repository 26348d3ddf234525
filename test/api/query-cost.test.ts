import { readFileSync } from 'node:fs'
import {
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { CostLimit, costOf, type FieldCost } from '../../src/api/query-cost.ts'
import { createSchema } from '../../src/api/schema.ts'
import { readConfig } from '../../src/config.ts'

const schema = createSchema()
const limit = readConfig({}).graphqlMaxCost

/** What a document costs with these variables; `undefined`: with any. */
function priceOf(text: string, variables: Record<string, unknown> | undefined = {}) {
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const operation = document.definitions.find((it) => it.kind === 'OperationDefinition')
  return costOf(schema, document, operation as OperationDefinitionNode, variables)
}
const costIn = (text: string, variables?: Record<string, unknown>) => priceOf(text, variables).cost

const fields = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  .flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []))
const costOfField = ({ extensions }: (typeof fields)[number]) => extensions['cost'] as FieldCost | undefined

describe('every field', () => {
  test('that is a list of objects says how long it is', () => {
    const lists = fields.filter(
      ({ type }) => isListType(getNullableType(type)) && isCompositeType(getNamedType(type)),
    )
    expect(lists.length).toBeGreaterThan(10)
    const silent = lists.filter((it) => !costOfField(it)?.size && !costOfField(it)?.most)
    expect(silent.map(String)).toEqual([])
  })

  test('with the argument first says the most that it takes', () => {
    const paged = fields.filter(({ args }) => args.some(({ name }) => name === 'first'))
    expect(paged.length).toBeGreaterThan(5)
    expect(paged.filter((it) => !costOfField(it)?.most).map(String)).toEqual([])
  })
})

describe('the cost', () => {
  const names = (first: string) => {
    const declared = first.includes('$') ? '($first: Int)' : ''
    return `query ${declared} { secrets(workspace: "a"${first}) { name updatedAt } }`
  }

  test.each([
    ['the default of the field', '', {}, 100],
    ['a number', ', first: 7', {}, 7],
    ['null', ', first: null', {}, 100],
    ['a variable', ', first: $first', { first: 9 }, 9],
    ['a variable that is absent', ', first: $first', {}, 100],
    ['a variable that is no number', ', first: $first', { first: ['5'] }, 100],
    ['more than the field takes', ', first: $first', { first: 2_147_483_647 }, 5000],
    ['a negative number', ', first: -5', {}, 1],
  ])('of a list with %s counts its items', (_what, first, variables, items) => {
    expect(costIn(names(first), variables)).toBe(10 + items * 2)
  })

  test('with any variables is that of the longest list', () => {
    const operation = parse(names(', first: $first'))
    expect(
      costOf(schema, operation, operation.definitions[0] as OperationDefinitionNode, undefined).cost,
    ).toBe(10 + 5000 * 2)
  })

  test('takes the default of a variable', () => {
    expect(costIn('query ($n: Int = 30) { secrets(workspace: "a", first: $n) { name } }')).toBe(10 + 30)
  })

  test('counts an alias and a fragment wherever they stand', () => {
    const once = costIn('{ runs(workspace: "a") { id } }')
    expect(costIn('{ a: runs(workspace: "a") { id } b: runs(workspace: "a") { id } }')).toBe(2 * once)
    const spread = '{ a: runs(workspace: "a") { ...F } b: runs(workspace: "a") { ... on Run { ...F } } }'
    expect(costIn(`${spread} fragment F on Run { id }`)).toBe(2 * once)
  })

  test('is more where a field does more', () => {
    const automation = (field: string) => costIn(`{ automation(id: "a.b") { ${field} } }`)
    expect(automation('variables { kind }')).toBeGreaterThan((100 * automation('name')) / 2)
  })

  test('names the field that makes most of it', () => {
    const aliases = Array.from({ length: 60 }, (_, at) => `a${at}: runs(workspace: "a") { ...F }`).join(' ')
    const text = `{ ${aliases} } fragment F on Run { id automation { name variables { kind } } }`
    const { cost, heaviest } = priceOf(text)
    expect(cost).toBeGreaterThan(limit)
    expect(heaviest).toBe('Automation.variables')
  })

  test('of fragments that double 100 times is computed at once, and stays a number', () => {
    const double = (at: number) =>
      `fragment F${at} on Run { automation { a: runs { ...F${at + 1} } b: runs { ...F${at + 1} } } }`
    const doubles = Array.from({ length: 100 }, (_, at) => double(at)).join(' ')
    // Validation would take too long, which is why the length of a document is limited.
    const document = parse(`{ runs(workspace: "a") { ...F0 } } ${doubles} fragment F100 on Run { id }`)
    const { cost } = costOf(schema, document, document.definitions[0] as OperationDefinitionNode, {})
    expect(cost).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('of the introspection by the usual tools is within the limit', () => {
    expect(costIn(getIntrospectionQuery())).toBeLessThan(limit)
  })
})

test('the operation that is executed counts, not others of its document', () => {
  const document = parse('query Small { viewer { id } } query Large { automations(workspace: "a") { id } }')
  const small = new CostLimit(schema, 20)
  expect(small.alwaysHolds(document)).toBe(false)
  expect(small.exceeded(document, 'Small', {})).toBeUndefined()
  expect(small.exceeded(document, 'Large', {})).toEqual({ cost: 510, heaviest: 'Automation.id' })
})

test('variables decide where the longest list would be too much', () => {
  const document = parse('query ($first: Int) { secrets(workspace: "a", first: $first) { name } }')
  const some = new CostLimit(schema, 1000)
  expect(some.exceeded(document, undefined, { first: 990 })).toBeUndefined()
  expect(some.exceeded(document, undefined, { first: 991 })?.cost).toBe(1001)
})

test('the limit is enough for the variables of 303 automations, with samples', () => {
  const text = `{ automationsConnection(workspace: "a", first: 303) {
    edges { node { id name variables { kind title variables { reference label sample } } } } } }`
  expect(new CostLimit(schema, limit).alwaysHolds(parse(text))).toBe(true)
})

describe('half of the limit is enough, with any variables, for', () => {
  const persisted: Record<string, string> = JSON.parse(
    readFileSync('web/src/gql/persisted-documents.json', 'utf8'),
  )
  // Of frontends that people write with the client package.
  const { definitions } = parse(readFileSync('packages/client/src/documents.graphql', 'utf8'))
  const ofClient = definitions.map(print)

  test.each([...Object.values(persisted), ...ofClient])('%s', (text) => {
    expect(parse(text).definitions.length).toBeGreaterThan(0)
    expect(new CostLimit(schema, limit / 2).alwaysHolds(parse(text))).toBe(true)
  })
})
