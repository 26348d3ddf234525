import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { expect, test } from 'vitest'
import { printedSchema } from '../../src/api/schema.ts'
import { RELATIVES, SHARED_TEXTS } from '../../src/api/shared-texts.ts'

interface Named {
  name: string
  description?: string | null | undefined
}

/** All that has a name in a type, by its path. */
function partsOf(type: GraphQLNamedType): [string, Named][] {
  const below = (items: readonly Named[], path = type.name): [string, Named][] =>
    items.map((it) => [`${path}.${it.name}`, it])
  if (isEnumType(type)) return below(type.getValues())
  if (isInputObjectType(type)) return below(Object.values(type.getFields()))
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const fields = Object.values(type.getFields())
  return [...below(fields), ...fields.flatMap((it) => below(it.args, `${type.name}.${it.name}`))]
}

const schema = buildSchema(printedSchema())
const types = Object.values(schema.getTypeMap()).filter(
  (it) => !isIntrospectionType(it) && !isSpecifiedScalarType(it),
)
const parts: [string, Named][] = types.flatMap((it) => [[it.name, it] as [string, Named], ...partsOf(it)])

test('every type, field, argument, input field and enum value is described', () => {
  expect(parts.length).toBeGreaterThan(600)
  expect(parts.filter(([, { description }]) => !description?.trim()).map(([path]) => path)).toEqual([])
})

test('a description is a sentence', () => {
  const odd = parts.filter(([, { description }]) => !/^[A-Z`"{].*[.!]$/s.test(description?.trim() ?? ''))
  expect(odd.map(([path]) => path)).toEqual([])
})

test('the description of the schema says how a value is sealed', () => {
  for (const word of ['sealingKey', 'ECDH-ES', 'A256GCM', '`ws`', '`name`', '`pol`']) {
    expect(schema.description).toContain(word)
  }
})

const fieldsOf = (name: string) => {
  const type = schema.getType(name)
  if (!isObjectType(type) && !isInputObjectType(type)) throw new Error(`There is no ${name}.`)
  return new Map(Object.values(type.getFields()).map((it) => [it.name, it.description ?? '']))
}
const firstSentence = (text: string): string => /^.*?\.(?= [A-Z]|$)/s.exec(text)?.[0] ?? ''

test('a type and the inputs that it is made of say the same of a field that they share', () => {
  // What is read is the version that it has, and what is written is the one that somebody has read.
  const other = new Set(['UpdateAutomationInput.version', 'UpdateAutomationInput.draft'])
  const told: string[] = []
  const different: object[] = []
  for (const [type, { made, changed, alike }] of Object.entries(RELATIVES)) {
    const texts = fieldsOf(type)
    for (const relative of [...made, changed, alike].filter((it) => it !== undefined))
      for (const [field, text] of fieldsOf(relative)) {
        const path = `${relative}.${field}`
        const own = texts.get(field)
        if (own === undefined || other.has(path)) continue
        told.push(`${type}.${field}`)
        if (firstSentence(text) !== firstSentence(own)) different.push({ path, text, own })
      }
  }
  expect(different).toEqual([])
  expect([...new Set(told)]).toEqual(expect.arrayContaining(Object.keys(SHARED_TEXTS)))
})

test('every input that is named after a type is told to be its relative', () => {
  const known = new Set(Object.values(RELATIVES).flatMap(({ made }) => made))
  const inputs = types.filter((it) => isInputObjectType(it)).map(({ name }) => name)
  const named = inputs.filter((it) => isObjectType(schema.getType(it.replace(/Input$/, ''))))
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((it) => !known.has(it))).toEqual([])
})
