import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'

export interface RootField {
  operation: 'query' | 'mutation' | 'subscription'
  name: string
  field: GraphQLField<unknown, unknown>
}

/** Every root field of the schema. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const operations = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
  return operations.flatMap(([operation, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({ operation, name: field.name, field })),
  )
}

/** The smallest operation that calls the field, with arguments made from their types. */
export function smallestOperation({ operation, field }: RootField): string {
  const args = field.args.filter(isRequiredArgument).map(argument)
  const given = args.length > 0 ? `(${args.join(', ')})` : ''
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''
  return `${operation} { ${field.name}${given}${selection} }`
}

const argument = ({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>): string =>
  `${name}: ${literal(type)}`

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType)
  if (isListType(type)) return `[${literal(type.ofType)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null'
  if (isInputObjectType(type)) {
    return `{ ${Object.values(type.getFields()).filter(isRequiredInputField).map(argument).join(', ')} }`
  }
  const literals: Readonly<Record<string, string>> = { Int: '1', Boolean: 'true', JSON: '{}' }
  return literals[type.name] ?? '"x"'
}
