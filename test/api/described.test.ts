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
