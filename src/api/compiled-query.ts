import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { fill, fillLater, isPromise, Later, NO_INFO, type Place } from './later.ts'
import { RepeatedParts } from './repeated-parts.ts'

/**
 * Executes one query of a valid document, as GraphQL does.
 *
 * @returns the answer as JSON: text, or bytes of UTF-8.
 * @throws anything where GraphQL would answer with an error. Who calls it then asks GraphQL, which says which.
 */
export type CompiledQuery = (
  variables: Readonly<Record<string, unknown>>,
  context: object,
) => Promise<string | Buffer>

/** What is the same for all fields of one execution. */
interface Execution {
  context: object
  parts: RepeatedParts
  /** What is told by an object alone. No WeakMap: V8's quick collection would take it for a reason to keep all of it. */
  done: Map<Complete, Map<unknown, Done>>
  /** Where something is missing that comes later. */
  later: Place[]
  variables: NonNullable<ReturnType<typeof getVariableValues>['variableValues']>
}

interface Done {
  data: unknown
  /** Of the second time on. */
  place?: string
}

/** What becomes of a value that a resolver gave, as data or as a promise of them. */
type Complete = (value: unknown, execution: Execution) => unknown

interface Scope {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** How many more fields may be compiled. */
  left: number
}

/**
 * The extension of an object type whose fields, and theirs, are told by the object alone, whoever asks. One object that stands at many places
 * of an answer is then written once.
 */
export const PLAIN = { isPlain: true }

// Stops disproportionate work: fragments within fragments make millions of fields of a short document.
const MAX_FIELDS = 500

/** Stands for a part of GraphQL that is not compiled, because hot queries do without it. */
class Rare extends Error {}

/**
 * Finds out once what an executor finds out with every row: fields, their resolvers and their types. Resolvers are those
 * of the schema, which ask for the rights themselves. They get no `info`: one that reads it throws.
 *
 * @returns undefined for a query with directives, introspection, or unions and interfaces.
 */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, variableDefinitions = [], selectionSet, directives }: OperationDefinitionNode,
): CompiledQuery | undefined {
  const type = schema.getQueryType()
  if (operation !== 'query' || !type || directives?.length) return undefined
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const it of document.definitions)
    if (it.kind === Kind.FRAGMENT_DEFINITION) fragments.set(it.name.value, it)
  try {
    const complete = compileObject(type, [selectionSet], { fragments, left: MAX_FIELDS })
    return async (inputs, context) => {
      const { variableValues: variables } = getVariableValues(schema, variableDefinitions, inputs)
      if (!variables) throw new TypeError('A variable does not fit its type.')
      const parts = new RepeatedParts()
      const execution: Execution = { context, variables, parts, done: new Map(), later: [] }
      const data = await complete(undefined, execution)
      await fillLater(execution.later)
      return parts.write({ data })
    }
  } catch (error) {
    if (error instanceof Rare) return undefined
    throw error
  }
}

function compileObject(
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
  scope: Scope,
): Complete {
  if (type.isTypeOf) throw new Rare()
  const nodes = new Map<string, FieldNode[]>()
  const collection = { fragments: scope.fragments, into: nodes, spread: new Set() }
  for (const selection of selections) collect(selection, type, collection)
  const fields = [...nodes].map(([key, its]) => [key, compileField(its, type, scope)] as const)
  const complete: Complete = (source, execution) => {
    const data: Record<string, unknown> = {}
    const pending: Promise<unknown>[] = []
    try {
      for (const [key, complete] of fields) {
        const value = complete(source, execution)
        // Also what is not there yet gets its place now.
        data[key] = value
        if (value instanceof Later) execution.later.push({ data, key, value })
        else if (isPromise(value)) pending.push(fill(data, key, value))
      }
    } catch (error) {
      // Nobody waits for these any more.
      void Promise.allSettled(pending)
      throw error
    }
    return pending.length === 0 ? data : Promise.all(pending).then(() => data)
  }
  return type.extensions['isPlain'] ? oncePerObject(complete) : complete
}

/**
 * For what is told by the object alone, whoever asks: where it stands again in an answer, it is not written again. One for
 * each selection, because another one of the same object has other fields.
 */
function oncePerObject(complete: Complete): Complete {
  return (source, execution) => {
    const its = execution.done.get(complete) ?? new Map<unknown, Done>()
    execution.done.set(complete, its)
    const known = its.get(source)
    if (!known) {
      const data = complete(source, execution)
      its.set(source, { data })
      return data
    }
    if (isPromise(known.data)) return known.data
    known.place ??= execution.parts.placeOf(known.data)
    return known.place
  }
}

interface Collection extends Pick<Scope, 'fragments'> {
  /** The fields by the name that they have in the answer, in the order of that answer. */
  into: Map<string, FieldNode[]>
  /** A fragment counts once. */
  spread: Set<unknown>
}

function collect({ selections }: SelectionSetNode, type: GraphQLObjectType, collection: Collection): void {
  const { fragments, into, spread } = collection
  for (const it of selections) {
    if (it.directives?.length) throw new Rare()
    if (it.kind === Kind.FIELD) {
      const key = (it.alias ?? it.name).value
      // As a key of an object it would be another thing.
      if (key === '__proto__') throw new Rare()
      into.set(key, [...(into.get(key) ?? []), it])
      continue
    }
    const fragment = it.kind === Kind.FRAGMENT_SPREAD ? fragments.get(it.name.value) : it
    if (!fragment || fragment.directives?.length) throw new Rare()
    if (fragment.typeCondition && fragment.typeCondition.name.value !== type.name) throw new Rare()
    if (spread.has(fragment)) continue
    spread.add(fragment)
    collect(fragment.selectionSet, type, collection)
  }
}

function compileField(nodes: readonly FieldNode[], parent: GraphQLObjectType, scope: Scope): Complete {
  if (--scope.left < 0) throw new Rare()
  const [node] = nodes as [FieldNode]
  const name = node.name.value
  if (name === '__typename') return () => parent.name
  const field = parent.getFields()[name]
  if (!field) throw new Rare()
  const resolve =
    field.resolve ?? ((source: unknown) => (source as Record<string, unknown> | undefined)?.[name])
  const complete = compileType(
    field.type,
    nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    scope,
  )
  const takesArgs = field.args.length > 0
  return (source, execution) => {
    const args = takesArgs ? getArgumentValues(field, node, execution.variables) : {}
    const value: unknown = resolve(source, args, execution.context, NO_INFO)
    if (value instanceof Later) return new Later(value.ready, () => complete(value.read(), execution))
    return isPromise(value) ? value.then((it) => complete(it, execution)) : complete(value, execution)
  }
}

function compileType(
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  scope: Scope,
): Complete {
  if (!isNonNullType(type)) return orNull(compileValue(type, selections, scope))
  const complete = compileValue(type.ofType, selections, scope)
  return (value, execution) => {
    if (value === null || value === undefined) throw new TypeError('A field that must have a value has none.')
    return complete(value, execution)
  }
}

const orNull =
  (complete: Complete): Complete =>
  (value, execution) =>
    value === null || value === undefined ? null : complete(value, execution)

/** For a value that there is. */
function compileValue(
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  scope: Scope,
): Complete {
  if (isLeafType(type)) return (value) => leaf(type.coerceOutputValue(value))
  if (isObjectType(type)) return compileObject(type, selections, scope)
  if (!isListType(type)) throw new Rare()
  const complete = compileType(type.ofType, selections, scope)
  const all: Complete = (value, execution) => {
    if (!Array.isArray(value)) throw new TypeError('A list is no array.')
    return allOf(value, (it) =>
      isPromise(it) ? it.then((item) => complete(item, execution)) : complete(it, execution),
    )
  }
  const item = getNamedType(type)
  return isObjectType(item) && item.extensions['isPlain'] ? oncePerObject(all) : all
}

function leaf(value: unknown): unknown {
  if (value === null || value === undefined) throw new TypeError('A value cannot be written.')
  return value
}

function allOf(items: readonly unknown[], complete: (item: unknown) => unknown): unknown {
  const done: unknown[] = []
  let waits = false
  try {
    for (const item of items) {
      const value = complete(item)
      waits ||= isPromise(value)
      done.push(value)
    }
  } catch (error) {
    void Promise.allSettled(done)
    throw error
  }
  return waits ? Promise.all(done) : done
}
