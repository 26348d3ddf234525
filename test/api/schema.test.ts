import { readFile } from 'node:fs/promises'
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isUnionType,
  printSchema,
  valueFromAST,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorTypeName } from '../../src/api/errors.ts'
import { createSchema, printedSchema } from '../../src/api/schema.ts'
import { changeErrorCodes } from '../../src/errors.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { send } from '../support/operations.ts'
import { rootFields, smallestOperation } from '../support/root-fields.ts'
import { readRows } from '../support/rows.ts'

/** The fields that a signed-out caller may query. */
const publicFields = [
  // Null when signed out.
  'viewer',
  // Null unless the caller belongs to it.
  'workspace',
  // A signed-out person has to know whether sign-up is possible. It tells nothing about any person.
  'signUp',
  // Who has the token of an invitation sees what it is for. Null without.
  'invitationOffer',
]

/**
 * Fields whose type says more than the contract, of the same JSON: documents and answers stay as they are. An enum has
 * the texts that the string has, and an object is JSON.
 */
const REFINED: Readonly<Record<string, string>> = {
  'StepField.kind: String!': 'StepField.kind: StepFieldKind!',
  'StepRun.status: String!': 'StepRun.status: RunStatus!',
  'StepType.output: JSON!': 'StepType.output: JSONSchema!',
  'Step.fields: JSON!': 'Step.fields: JSONObject!',
  'VariableGroup.kind: String!': 'VariableGroup.kind: VariableGroupKind!',
}

const schema = createSchema()
const contract = buildSchema(await readFile(new URL('contract.graphql', import.meta.url), 'utf8'))

describe('the contract', () => {
  test('is in the schema with every type, field, argument, default and nullability', () => {
    const promised = describeSchema(contract).map((line) => REFINED[line] ?? line)
    const offered = new Set(describeSchema(schema))
    expect(promised.length).toBeGreaterThan(200)
    expect(promised.filter((line) => !offered.has(line))).toEqual([])
  })

  test('is not broken for its clients by additions in the schema', () => {
    const broken = findBreakingChanges(contract, buildSchema(printSchema(schema)))
    const refined = Object.keys(REFINED).map((line) => line.split(':', 1)[0] ?? '')
    const isRefined = ({ type, description }: (typeof broken)[number]) =>
      type === 'FIELD_CHANGED_KIND' && refined.some((it) => description.includes(`${it} `))
    expect(broken.filter((it) => !isRefined(it))).toEqual([])
  })

  test('a secret has only its name, the time of its last change, and an id', () => {
    const secret = schema.getType('Secret')
    const fields = isObjectType(secret) ? Object.keys(secret.getFields()) : []
    // test/api/nodes.test.ts shows that the id is made of the names of workspace and secret, and tells nothing else.
    expect(new Set(fields)).toEqual(new Set(['id', 'name', 'updatedAt']))
  })

  test('schema.graphql is what the code prints', async () => {
    const file = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')
    expect(printedSchema().trim()).toBe(file.trim())
  })
})

describe('refusals', () => {
  test('the types that implement Error are the codes in PascalCase with the suffix Error', () => {
    const types = schema.getImplementations(errorInterface()).objects.map(({ name }) => name)
    expect(new Set(types)).toEqual(new Set(changeErrorCodes.map(pascalError)))
  })

  test.each(changeErrorCodes)('%s is shown as the type of that name', (code) => {
    expect(errorTypeName(code)).toBe(pascalError(code))
  })

  test('every result is a union of its success and error types', () => {
    const results = Object.values(schema.getTypeMap()).filter(({ name }) => name.endsWith('Result'))
    expect(results.length).toBeGreaterThan(15)
    for (const result of results) {
      const members = isUnionType(result) ? result.getTypes() : []
      const successes = members.filter((it) => !it.getInterfaces().includes(errorInterface()))
      expect(successes.map(({ name }) => name)).toEqual([result.name.replace(/Result$/, 'Success')])
      expect(members.length).toBeGreaterThan(1)
    }
  })
})

describe('scopes', () => {
  test.each(rootFields(schema))('$operation $name declares its scopes', ({ name, field }) => {
    const { pothosOptions } = field.extensions as { pothosOptions?: { authScopes?: unknown } }
    const scopes = pothosOptions?.authScopes
    expect(['function', 'object']).toContain(typeof scopes)
    if (typeof scopes === 'function') return
    expect(Object.keys(scopes ?? {})).not.toEqual([])
    // `public` opens a field to everybody.
    expect(Object.keys(scopes ?? {}).includes('public')).toBe(publicFields.includes(name))
  })

  describe('without a sign-in', () => {
    let app: TestApp
    beforeAll(async () => {
      app = await startTestApp({ worker: false })
    })
    afterAll(() => app.close())

    test.each(rootFields(schema))('$operation $name is closed unless it is public', async (root) => {
      const before = await readRows(app.database)
      const { answer } = await send(app.anonymous, smallestOperation(root))
      if (root.name === 'signUp')
        return expect(answer).toEqual({ data: { signUp: { __typename: 'SignUp' } } })
      if (publicFields.includes(root.name)) return expect(answer).toEqual({ data: { [root.name]: null } })
      expect(answer.errors).toMatchObject([{ path: [root.name], extensions: { code: 'UNAUTHENTICATED' } }])
      expect(answer.data?.[root.name] ?? null).toBeNull()
      expect(await readRows(app.database)).toEqual(before)
    })
  })
})

function errorInterface() {
  const type = schema.getType('Error')
  if (!isInterfaceType(type)) throw new TypeError('There is no interface Error.')
  return type
}

const pascalError = (code: string): string =>
  `${code
    .split('_')
    .map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`)
    .join('')}Error`

/** One line for each thing that a client can rely on. */
function describeSchema(from: GraphQLSchema): string[] {
  return Object.values(from.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .flatMap(describeType)
}

function describeType(type: GraphQLNamedType): string[] {
  const { name } = type
  if (isEnumType(type)) return type.getValues().map((value) => `enum ${name}.${value.name}`)
  if (isUnionType(type)) return type.getTypes().map((member) => `union ${name} has ${member.name}`)
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => `input ${name}.${describeInput(field)}`)
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [`scalar ${name}`]
  const fields = Object.values(type.getFields()).flatMap((field) => [
    `${name}.${field.name}: ${field.type}`,
    ...field.args.map((argument) => `${name}.${field.name}(${describeInput(argument)})`),
  ])
  return [...fields, ...type.getInterfaces().map((it) => `${name} implements ${it.name}`)]
}

function describeInput({ name, type, defaultValue, default: given }: GraphQLArgument | GraphQLInputField) {
  const written = given?.literal ? valueFromAST(given.literal, type) : (given?.value ?? defaultValue)
  return `${name}: ${type} = ${JSON.stringify(written)}`
}
