import { GraphQLFloat, GraphQLInt, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { ExactNumber, exactNumber, parseJson } from '../exact-json.ts'

/** Reads the variables of a request without a change to any number in them. */
export const exactVariables: Plugin = {
  onRequestParse({ request }) {
    request.json = async () => parseJson(await request.text())
  },
  // Of the parameters of a GET, which are JSON here: others have been refused before.
  onParams({ request, params, setParams }) {
    if (request.method !== 'GET') return
    const { searchParams } = new URL(request.url)
    const read = (name: string) => {
      const text = searchParams.get(name)
      return text ? { [name]: parseJson(text) } : {}
    }
    setParams({ ...params, ...read('variables'), ...read('extensions') })
  },
}

/** The value of a JSON literal in a document, with every digit of its numbers. */
export function jsonLiteral(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  const read = (it: ValueNode) => jsonLiteral(it, variables)
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return exactNumber(node.value)
    case Kind.LIST:
      return node.values.map(read)
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, read(value)]))
    default:
      return valueFromASTUntyped(node, variables)
  }
}

// GraphQL takes 10.0 for an Int. What is written otherwise than JavaScript writes it must not be refused for that.
for (const scalar of [GraphQLInt, GraphQLFloat]) {
  const coerce = scalar.coerceInputValue
  scalar.coerceInputValue = (value) => coerce(value instanceof ExactNumber ? value.valueOf() : value)
  scalar.parseValue = scalar.coerceInputValue as typeof scalar.parseValue
}
