// @ts-check
// A plugin of GraphQL Code Generator: what a normalised cache has to know of the schema, without scalars, arguments and words.
import {
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'

/** @typedef {import('graphql').GraphQLField<unknown, unknown>} Field */

/** @param {import('graphql').GraphQLSchema} schema */
export function plugin(schema) {
  const types = Object.values(schema.getTypeMap())
    .filter((it) => isCompositeType(it) && !it.name.startsWith('__'))
    .map((type) => ({
      kind: isObjectType(type) ? 'OBJECT' : isUnionType(type) ? 'UNION' : 'INTERFACE',
      name: type.name,
      ...('getFields' in type && { fields: Object.values(type.getFields()).map(fieldOf) }),
      ...('getInterfaces' in type && { interfaces: type.getInterfaces().map(named) }),
      ...(isAbstractType(type) && { possibleTypes: schema.getPossibleTypes(type).map(named) }),
    }))
  const root = { queryType: 'Query', mutationType: 'Mutation', subscriptionType: 'Subscription' }
  const roots = Object.fromEntries(Object.entries(root).map(([key, name]) => [key, { name }]))
  return `export default ${JSON.stringify({ __schema: { ...roots, types } })}\n`
}

/** @param {{ name: string }} type */
const named = ({ name }) => ({ kind: 'OBJECT', name })

/**
 * Null only with an error: a cache that took it for nullable would show null before the first answer.
 *
 * @param {Field} field
 */
function fieldOf({ name, type, astNode }) {
  const isSemantic = astNode?.directives?.some((it) => it.name.value === 'semanticNonNull')
  const written = typeOf(type)
  return { name, args: [], type: isSemantic ? { kind: 'NON_NULL', ofType: written } : written }
}

/**
 * @param {unknown} type
 * @returns {object}
 */
function typeOf(type) {
  if (isNonNullType(type)) return { kind: 'NON_NULL', ofType: typeOf(type.ofType) }
  if (isListType(type)) return { kind: 'LIST', ofType: typeOf(type.ofType) }
  return isCompositeType(type) ? named(type) : { kind: 'SCALAR', name: 'Any' }
}
