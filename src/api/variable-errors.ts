import {
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  typeFromAST,
  validateInputValue,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'

interface Asked {
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
}

/** Refuses variables that do not fit their types, with an error for each place, instead of GraphQL, which quotes them. */
export function checkVariables(schema: GraphQLSchema): Plugin {
  const check = (args: Asked, stop: (result: { errors: GraphQLError[] }) => void) => {
    const errors = variableErrors(schema, args)
    if (errors.length > 0) stop({ errors })
  }
  return {
    onExecute: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
  }
}

// One more would help nobody.
const MAX_ERRORS = 50

/** Says where and why a variable does not fit its type. It shows names of the schema and positions, never what was sent. */
function variableErrors(
  schema: GraphQLSchema,
  { document, operationName, variableValues }: Asked,
): GraphQLError[] {
  const values = (variableValues ?? {}) as Readonly<Record<string, unknown>>
  const found = new Map<string, GraphQLError>()
  for (const definition of getOperationAST(document, operationName)?.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    const type = typeFromAST(schema, definition.type)
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (!isInputType(type) || (value === undefined && definition.defaultValue)) continue
    validateInputValue(
      value,
      type,
      (_error, path) => {
        if (found.size >= MAX_ERRORS) return
        for (const { at, message } of explain(type, value, [name, ...path])) {
          const extensions = { code: 'BAD_USER_INPUT', at: { path: at.map(String) } }
          found.set(message, new GraphQLError(message, { nodes: definition.variable, extensions }))
        }
      },
      true,
    )
  }
  return [...found.values()]
}

type Path = readonly (string | number)[]
interface Explanation {
  at: Path
  message: string
}

function explain(root: GraphQLInputType, sent: unknown, path: Path): Explanation[] {
  let [type, value] = [root, sent]
  for (const key of path.slice(1)) {
    const inner = getNullableType(type)
    if (isListType(inner)) type = inner.ofType
    else if (isInputObjectType(inner)) type = inner.getFields()[key]?.type ?? type
    value = (value as Readonly<Record<string | number, unknown>>)[key]
  }
  const where = placeOf(path)
  const missing = (value === undefined || value === null) && isNonNullType(type)
  if (missing) return [{ at: path, message: `${where} is required: ${typeWords(type)}.` }]
  const inner = getNullableType(type)
  if (!isInputObjectType(inner) || typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ at: path, message: `${where} does not fit: it takes ${typeWords(type)}.` }]
  const fields = Object.values(inner.getFields())
  const given = value as Readonly<Record<string, unknown>>
  const absent = fields.filter((it) => isRequiredInputField(it) && given[it.name] === undefined)
  const faults = absent.map((it) => {
    const at = [...path, it.name]
    return { at, message: `${placeOf(at)} is required: ${typeWords(it.type)}.` }
  })
  const names = fields.map(({ name }) => name)
  if (Object.keys(given).some((it) => !names.includes(it)))
    faults.push({
      at: [...path],
      message: `${where} has a field that ${inner} does not have. It may have: ${names.join(', ')}.`,
    })
  if (faults.length > 0 || !inner.isOneOf) return faults
  return [{ at: path, message: `${where} takes exactly one of ${names.join(', ')}.` }]
}

const placeOf = ([name, ...keys]: Path): string =>
  `$${name}${keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}`

function typeWords(type: GraphQLInputType): string {
  const inner = getNullableType(type)
  return isEnumType(inner)
    ? `one of ${inner
        .getValues()
        .map(({ name }) => name)
        .join(', ')}`
    : `a value of the type ${type}`
}
