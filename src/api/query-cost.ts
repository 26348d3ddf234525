import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  type InlineFragmentNode,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from 'graphql'
import { ExactNumber } from '../exact-json.ts'

/** What a field costs. It stands in the field's extensions as `cost`, see {@link costs}. */
export interface FieldCost {
  /** Of the field itself, in fields that take what is at hand; by default 1. */
  weight?: number
  /** How many items a list without the argument `first` has: about the most that is usual. */
  size?: number
  /** The largest `first`, or `last`, that the field takes. A field that takes them and is no list is a connection. */
  most?: number
  /** How many items it has without them, where the schema has no default. */
  usual?: number
}

/** The extensions of a field that costs more than 1, or that is a list of objects. */
export const costs = (cost: FieldCost): { cost: FieldCost } => ({ cost })

export interface QueryCost {
  /** Of the whole operation, in fields that take what is at hand. */
  readonly cost: number
  /** The field of the schema that makes most of it, as `Type.field`. */
  readonly heaviest: string
}

interface Sum {
  cost: number
  /** The largest part that a single field of the document has in it. */
  part: number
  heaviest: string
}

type Variables = Readonly<Record<string, unknown>>

// The lists of introspection are short on average, and GraphQL's own rules bound their depth. Only `types` is long.
const INTROSPECTION_SIZE = 4

/**
 * Computes what an operation costs, from its document and variables alone: each field counts once for every time that
 * the answer may have it. Aliases and fragments count wherever they stand, skipped fields as well.
 *
 * The time is linear in the document, because a fragment is computed once however often it is spread.
 *
 * @param document any: what there is not in the schema counts once.
 * @param variables `undefined`: the most that the operation costs with any variables.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables | undefined,
): QueryCost {
  const pricing = new Pricing(schema, document, variables && withDefaults(operation, variables))
  const { cost, heaviest } = pricing.sumOf(operation.selectionSet, schema.getRootType(operation.operation))
  return { cost, heaviest }
}

type ParentType = GraphQLNamedType | null | undefined

class Pricing {
  readonly #schema: GraphQLSchema
  readonly #values: Variables | undefined
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #known = new Map<SelectionSetNode, Sum>()

  constructor(schema: GraphQLSchema, { definitions }: DocumentNode, values: Variables | undefined) {
    this.#schema = schema
    this.#values = values
    const fragments = definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION)
    this.#fragments = new Map(fragments.map((it) => [it.name.value, it]))
  }

  /** A selection set has one type wherever it is spread, so that its sum is known by it alone. */
  sumOf(selections: SelectionSetNode, type: ParentType): Sum {
    const before = this.#known.get(selections)
    if (before) return before
    const sum: Sum = { cost: 0, part: 0, heaviest: '' }
    // A circle of fragments, which validation refuses, ends here.
    this.#known.set(selections, sum)
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) add(sum, this.#fieldSum(selection, type))
      else add(sum, this.#fragmentSum(selection, type))
    }
    return sum
  }

  #fragmentSum(selection: InlineFragmentNode | FragmentSpreadNode, type: ParentType): Sum {
    const isInline = selection.kind === Kind.INLINE_FRAGMENT
    const fragment = isInline ? selection : this.#fragments.get(selection.name.value)
    if (!fragment) return { cost: 0, part: 0, heaviest: '' }
    const { selectionSet, typeCondition } = fragment
    return this.sumOf(selectionSet, typeCondition ? this.#schema.getType(typeCondition.name.value) : type)
  }

  #fieldSum(node: FieldNode, parent: ParentType): Sum {
    const field = fieldOf(this.#schema, parent, node.name.value)
    const weight = declared(field)?.weight ?? 1
    const sum = { cost: weight, part: weight, heaviest: `${parent?.name}.${node.name.value}` }
    if (!field || !node.selectionSet) return sum
    const isMany = isList(field.type) || declared(field)?.most !== undefined
    const size = isMany ? sizeOf(this.#schema, field, node, this.#values) : 1
    const { cost, part, heaviest } = this.sumOf(node.selectionSet, getNamedType(field.type))
    return add(sum, { cost: bounded(cost * size), part: bounded(part * size), heaviest })
  }
}

/** Keeps with each operation the most that it may cost, so that its variables are looked at only where they matter. */
export class CostLimit {
  /** The highest cost that is allowed. */
  readonly limit: number
  readonly #schema: GraphQLSchema
  readonly #most = new WeakMap<OperationDefinitionNode, number>()

  constructor(schema: GraphQLSchema, limit: number) {
    this.#schema = schema
    this.limit = limit
  }

  /** Whether no operation of the document is ever above the limit, whatever its variables are. */
  alwaysHolds(document: DocumentNode): boolean {
    return document.definitions.every(
      (it) => it.kind !== Kind.OPERATION_DEFINITION || this.#mostOf(document, it) <= this.limit,
    )
  }

  /** @returns the cost if it is above the limit. */
  exceeded(
    document: DocumentNode,
    name: string | null | undefined,
    variables: Variables,
  ): QueryCost | undefined {
    const operation = getOperationAST(document, name)
    if (!operation || this.#mostOf(document, operation) <= this.limit) return undefined
    const found = costOf(this.#schema, document, operation, variables)
    return found.cost > this.limit ? found : undefined
  }

  /** What a request costs whose cost is not {@link exceeded}. */
  costOf(document: DocumentNode, name: string | null | undefined, variables: Variables): number {
    const operation = getOperationAST(document, name)
    return operation ? costOf(this.#schema, document, operation, variables).cost : 0
  }

  #mostOf(document: DocumentNode, operation: OperationDefinitionNode): number {
    const known = this.#most.get(operation)
    if (known !== undefined) return known
    const { cost } = costOf(this.#schema, document, operation, undefined)
    this.#most.set(operation, cost)
    return cost
  }
}

function add(sum: Sum, other: Sum): Sum {
  sum.cost = bounded(sum.cost + other.cost)
  if (other.part > sum.part) Object.assign(sum, { part: other.part, heaviest: other.heaviest })
  return sum
}

// Nested lists multiply to more than a number holds.
const bounded = (cost: number): number => Math.min(cost, Number.MAX_SAFE_INTEGER)

const declared = (field: GraphQLField<unknown, unknown> | undefined) =>
  field?.extensions['cost'] as FieldCost | undefined

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type))

function fieldOf(schema: GraphQLSchema, parent: ParentType, name: string) {
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  }
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
}

function sizeOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  values: Variables | undefined,
): number {
  const { size, most, usual } = declared(field) ?? {}
  if (most === undefined) {
    if (size !== undefined) return size
    return field.name === 'types' ? Object.keys(schema.getTypeMap()).length : INTROSPECTION_SIZE
  }
  const written = node.arguments?.filter(({ name }) => name.value === 'first' || name.value === 'last') ?? []
  const asked = written.flatMap(({ value }) => firstOf(value, values, most) ?? [])
  const first = asked.length > 0 ? Math.max(...asked) : (usual ?? usualFirst(field) ?? most)
  // More than the field takes is refused by the field, before it reads anything.
  return Math.min(Math.max(first, 1), most)
}

function firstOf(node: ValueNode, values: Variables | undefined, most: number) {
  if (node.kind === Kind.INT) return Number(node.value)
  if (node.kind !== Kind.VARIABLE) return undefined
  if (!values) return most
  const value = values[node.name.value]
  // What is no number is refused before anything is executed.
  const number = value instanceof ExactNumber ? value.valueOf() : value
  return typeof number === 'number' ? number : undefined
}

function usualFirst(field: GraphQLField<unknown, unknown>): number | undefined {
  const usual = field.args.find(({ name }) => name === 'first')?.defaultValue
  return typeof usual === 'number' ? usual : undefined
}

function withDefaults(operation: OperationDefinitionNode, variables: Variables): Variables {
  const usual = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  )
  return { ...Object.fromEntries(usual), ...variables }
}
