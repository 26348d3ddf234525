import { isInterfaceType } from 'graphql'

/**
 * A plugin of the code generator: which types have an interface. The cache needs no unions, for no fragment is on one, and
 * every page would load them.
 *
 * @param {import('graphql').GraphQLSchema} schema
 */
export function plugin(schema) {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType)
  const entries = interfaces.map((it) => [
    it.name,
    schema
      .getPossibleTypes(it)
      .map(({ name }) => name)
      .sort(),
  ])
  const possibleTypes = JSON.stringify(Object.fromEntries(entries), null, 2)
  return `export const possibleTypes: Record<string, string[]> = ${possibleTypes}\n`
}
