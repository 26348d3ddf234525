import { normalizedExecutor } from '@graphql-tools/executor'
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { compileQuery, PLAIN } from '../../src/api/compiled-query.ts'
import { Later, takesLater } from '../../src/api/later.ts'

const schema = buildSchema(`
  scalar Time
  enum Color { RED, BLUE }
  interface Named { name: String! }
  input Filter { color: Color, sizes: [Int!] = [1, 2] }
  type Thing implements Named { name: String!, color: Color, made: Time!, parent: Thing, parts(first: Int = 2): [Thing!]! late: Thing!, wrong: Int! }
  type Query { thing(name: String!, filter: Filter): Thing, things(first: Int = 3): [Thing!]!, holes: [Thing]!, echo(filter: Filter): String, named: Named!, none: Thing, must: Thing! }
`)
const later = async <T>(value: T) => value
const thing = (name: string) => ({ name, color: 'RED', made: new Date(0), wrong: 'x' })
resolveBy(schema, 'Query', {
  thing: (_source, { name }) => thing(name),
  things: (_source, { first }) => later(['a', 'b', 'c', 'd'].slice(0, first).map(thing)),
  holes: () => [thing('a'), null, later(thing('b')), later(undefined)],
  echo: (_source, { filter }) => JSON.stringify(filter),
  named: () => thing('a'),
  must: () => later(null),
})
resolveBy(schema, 'Thing', {
  parent: ({ name }) => (name.length > 3 ? null : thing(`${name}p`)),
  parts: ({ name }, { first }) =>
    Array.from({ length: first }, (_, number) => later(thing(`${name}${number}`))),
  late: async ({ name }, _args, { wait }) => later(wait().then(() => thing(`${name} late`))),
})
Object.assign(schema.getType('Time') as object, { coerceOutputValue: iso, serialize: iso })

function iso(value: unknown) {
  return (value as Date).toISOString()
}

type Resolver = (
  source: { name: string },
  args: { name: string; first: number; filter: unknown },
  context: { wait(): Promise<void> },
  info?: unknown,
) => unknown

function resolveBy(of: GraphQLSchema, type: string, resolvers: Record<string, Resolver>): void {
  const fields = (of.getType(type) as GraphQLObjectType).getFields()
  for (const [name, resolve] of Object.entries(resolvers)) Object.assign(fields[name] as object, { resolve })
}

const context = { wait: () => new Promise<void>((resolve) => setImmediate(resolve)) }

function compile(text: string, operationName?: string) {
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new Error('There is no such operation.')
  const execute = (variableValues: object) =>
    normalizedExecutor({ schema, document, operationName, variableValues, contextValue: context } as never)
  return { query: compileQuery(schema, document, operation), execute }
}

/** What is sent, so that the order of the fields counts too. */
const sent = async (answer: Promise<string | Buffer> | undefined) => String(await answer)

describe('the data of a compiled query are those of the executor', () => {
  test.each([
    ['fields, enums and scalars of our own', '{ thing(name: "a") { name color made } }'],
    [
      'the name of a type, and aliases',
      '{ __typename a: thing(name: "a") { kind: __typename n: name } b: none { name } }',
    ],
    [
      'lists of lists, of promises, with defaults',
      '{ things { name parts { name parts(first: 1) { made } } } }',
    ],
    ['holes in a list', '{ holes { name color } }'],
    [
      'fields in their order, whichever is there first',
      '{ thing(name: "a") { late { name } name parent { late { late { name } } color } } }',
    ],
    ['a field that stands there twice', '{ thing(name: "a") { parent { name } parent { color name } } }'],
    [
      'fragments',
      `{ things { ...all ...all ... on Thing { color } ... { made } } }
       fragment all on Thing { name parent { ...less } } fragment less on Thing { name }`,
    ],
    ['literals', '{ echo(filter: { color: BLUE, sizes: 7 }) empty: echo(filter: {}) nothing: echo }'],
  ])('%s', async (_what, text) => {
    const { query, execute } = compile(text)
    const expected = JSON.stringify(await execute({}))
    expect(expected).toContain('{"data":')
    expect(await sent(query?.({}, context))).toBe(expected)
  })

  test.each([
    [{}],
    [{ name: 'given', first: 1, filter: { color: 'BLUE' } }],
    [{ first: null, filter: { sizes: [3] }, more: 1 }],
  ])('variables %j', async (variables) => {
    const { query, execute } = compile(
      `query ($name: String = "default", $first: Int = 2, $filter: Filter) {
        thing(name: $name) { parts(first: $first) { name } } echo(filter: $filter) }`,
    )
    const expected = (await execute(variables)) as object
    if ('errors' in expected) await expect(async () => query?.(variables, context)).rejects.toThrow()
    else expect(await sent(query?.(variables, context))).toBe(JSON.stringify(expected))
  })
})

test.each([
  ['a leaf that cannot be written', '{ thing(name: "a") { wrong } }', {}],
  ['a value that is missing', '{ must { name } }', {}],
  ['an error beside what is not there yet', '{ thing(name: "a") { late { wrong } name wrong } }', {}],
  ['a variable of another type', 'query ($first: Int) { things(first: $first) { name } }', { first: 'x' }],
])('it throws for %s', async (_what, text, variables) => {
  const { query, execute } = compile(text)
  expect(await execute(variables)).toHaveProperty('errors')
  await expect(async () => query?.(variables, context)).rejects.toThrow()
})

const deep = (levels: number) =>
  Array.from(
    { length: levels },
    (_, it) => `fragment f${it} on Thing { a: parent { ...f${it + 1} } b: parent { ...f${it + 1} } }`,
  ).join(' ')

test.each([
  ['a mutation', 'mutation { a }', buildSchema('type Query { a: Int } type Mutation { a: Int }')],
  ['directives', '{ thing(name: "a") { name @skip(if: true) } }', schema],
  ['an interface', '{ named { name } }', schema],
  ['a condition on an interface', '{ thing(name: "a") { ... on Named { name } } }', schema],
  ['introspection', '{ __schema { queryType { name } } }', schema],
  ['a key that is none', '{ thing(name: "a") { __proto__: name } }', schema],
  ['millions of fields', `{ thing(name: "a") { ...f0 } } ${deep(30)} fragment f30 on Thing { name }`, schema],
])('it leaves %s to the executor', (_what, text, of) => {
  const document = parse(text)
  const operation = getOperationAST(document)
  expect(operation && compileQuery(of, document, operation)).toBeUndefined()
})

describe('an object of a plain type', () => {
  const plain = buildSchema(`
    type Group { title: String!, parts: [Part!]! }
    type Part { name: String! }
    type Row { groups: [Group!]! }
    type Query { groups: [Group!]!, rows: [Row!]! }
  `)
  const group = { title: 'shared "Größe"', parts: [{ name: 'part' }] }
  const groups = [group, group, { ...group, title: 'other' }, group]
  let read = 0
  resolveBy(plain, 'Query', {
    groups: () => groups,
    rows: () => [{ groups }, { groups: [group] }, { groups }],
  })
  resolveBy(plain, 'Part', {
    name: ({ name }) => {
      read += 1
      return name
    },
  })

  async function answer(text: string, extensions: object) {
    Object.assign(plain.getType('Group') as object, { extensions })
    const document = parse(text)
    const operation = getOperationAST(document)
    const query = operation && compileQuery(plain, document, operation)
    if (!query) throw new Error('It was not compiled.')
    read = 0
    const answers = [await query({}, {}), await query({}, {})]
    // What repeats is copied as bytes.
    for (const it of answers) expect(Buffer.isBuffer(it)).toBe(extensions === PLAIN)
    return answers.map(String)
  }

  test.each([
    ['', '{ groups { title parts { name } } other: groups { title } }', 2, 4],
    [', and so is a list of them', '{ rows { groups { parts { name } title } } }', 2, 9],
  ])('is written once in an answer, and anew in the next one%s', async (_what, text, once, each) => {
    const [first, second] = await answer(text, PLAIN)
    expect(read).toBe(2 * once)
    expect(second).toBe(first)
    expect(first).toBe((await answer(text, {}))[0])
    expect(read).toBe(2 * each)
  })
})

describe('values that come later', () => {
  const many = buildSchema('type Row { id: Int! late: Row, wrong: Int } type Query { rows: [Row!]! }')
  const ids = Array.from({ length: 100 }, (_, id) => ({ id }))
  let opened: (value?: unknown) => void
  let ready: Promise<unknown>
  let infos: unknown[]
  resolveBy(many, 'Query', { rows: () => ids })
  const later =
    (read: (row: { id: number }) => unknown) =>
    (row: unknown, _args: unknown, _context: unknown, info?: unknown) => {
      infos.push(info)
      return new Later(ready, () => read(row as { id: number }))
    }
  resolveBy(many, 'Row', {
    late: later(({ id }) => (id > 1000 ? null : { id: id + 1000 })),
    wrong: later(() => 'x'),
  })

  const ask = (text: string) => {
    infos = []
    ready = new Promise((resolve) => {
      opened = resolve
    })
    const document = parse(text)
    const operation = getOperationAST(document)
    return operation ? compileQuery(many, document, operation)?.({}, {}) : undefined
  }

  test('are put into their places when they are there, with what comes later still', async () => {
    const asked = ask('{ rows { late { id late { id } } id } }')
    await new Promise((resolve) => setImmediate(resolve))
    expect(infos).toHaveLength(100)
    opened()
    const rows = ids.map(({ id }) => ({ late: { id: id + 1000, late: id === 0 ? { id: 2000 } : null }, id }))
    expect(await sent(asked)).toBe(JSON.stringify({ data: { rows } }))
    expect(infos.every(takesLater)).toBe(true)
  })

  test.each([
    ['what comes cannot be written', '{ rows { wrong } }', () => undefined],
    ['nothing comes', '{ rows { late { id } } }', () => Promise.reject(new Error('The database is away.'))],
  ])('make it throw when %s', async (_what, text, end) => {
    const asked = ask(text)
    opened(end())
    await expect(asked).rejects.toThrow()
  })
})
