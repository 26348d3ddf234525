import type { ArgBuilder, ObjectRef } from '@pothos/core'
import { GraphQLError } from 'graphql'
import type { Builder, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'

/**
 * Connections of the GraphQL Cursor Connections Specification (https://relay.dev/graphql/connections.htm).
 */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[]
  hasNextPage: boolean
  hasPreviousPage: boolean
  /** Counts the whole list. */
  count(): number | Promise<number>
}

/** Which list of which workspace: a cursor counts in no other. */
export interface List<Row> {
  name: string
  workspace: string
  keyOf(row: Row): string
  /** Whether a text can be a key of the list. */
  isKey(text: string): boolean
  /** How many items a page has without `first` and `last`, and at most. */
  usual: number
  most: number
}

/** What of a list is wanted, in the order of the list. */
export interface Part {
  /** One more than the page has: whether there is more is told by it. */
  limit: number
  /** Whether the items are the last of the list and not the first. */
  backward: boolean
  /** The keys between which the page is, neither of them included. */
  after: string | undefined
  before: string | undefined
}

export interface PageArgs {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

/** Declares `${name}Connection` and `${name}Edge`. @param counts whether it has `totalCount`. */
export function defineConnection<Row>(
  builder: Builder,
  name: string,
  Node: ObjectRef<SchemaTypes, Row>,
  { counts }: { counts: boolean },
): ObjectRef<SchemaTypes, Connection<Row>> {
  const Edge = builder.objectRef<{ cursor: string; node: Row }>(`${name}Edge`).implement({
    description: 'An item of a connection, with its place.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The place of the item, for `after` and `before`.' }),
      node: t.field({
        type: Node as ObjectRef<SchemaTypes, object>,
        description: 'The item.',
        resolve: ({ node }) => node as object,
      }),
    }),
  })
  const PageInfo = pageInfo(builder)
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description: 'A page of a list.',
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        // The field of the connection is multiplied by the size of the page already.
        extensions: costs({ size: 1 }),
        description: 'The items of the page, in the order of the list.',
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Where the page is in the list.',
        resolve: (connection) => connection,
      }),
      ...(counts && {
        totalCount: t.int({
          description: 'How many items the whole list has, with the same search.',
          resolve: (connection) => connection.count(),
        }),
      }),
    }),
  })
}

const pageInfos = new WeakMap<Builder, ReturnType<typeof definePageInfo>>()

function pageInfo(builder: Builder): ReturnType<typeof definePageInfo> {
  const type = pageInfos.get(builder) ?? definePageInfo(builder)
  pageInfos.set(builder, type)
  return type
}

function definePageInfo(builder: Builder) {
  return builder.objectRef<Connection<unknown>>('PageInfo').implement({
    description: 'Where a page is in its list.',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether items follow.' }),
      hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether items come before.' }),
      startCursor: t.string({
        nullable: true,
        description: 'The place of the first item of the page; null: the page is empty.',
        resolve: ({ edges }) => edges[0]?.cursor,
      }),
      endCursor: t.string({
        nullable: true,
        description: 'The place of the last item of the page; null: the page is empty.',
        resolve: ({ edges }) => edges.at(-1)?.cursor,
      }),
    }),
  })
}

/** The arguments of every connection. */
export function pageArguments(t: { arg: ArgBuilder<SchemaTypes> }, most: number) {
  const size = (which: string) =>
    t.arg.int({ required: false, description: `How many items at most, ${which}: 1 to ${most}.` })
  const place = (side: string) =>
    t.arg.string({ required: false, description: `A cursor of this list: only items ${side} it.` })
  return {
    first: size('from the beginning'),
    after: place('behind'),
    last: size('from the end, instead of `first`'),
    before: place('in front of'),
  }
}

/**
 * Reads a page.
 *
 * @param read gives the items of a part, in the order of the list.
 * @throws GraphQLError BAD_REQUEST for a size that is none, both sizes, or a cursor that is not of this list.
 */
export async function readConnection<Row>(
  list: List<Row>,
  args: PageArgs,
  read: (part: Part) => Promise<Row[]>,
  count: Connection<Row>['count'],
): Promise<Connection<Row>> {
  const part = partOf(list, args)
  const { limit, backward, after, before } = part
  const rows = await read(part)
  const hasMore = rows.length === limit
  const page = !hasMore ? rows : backward ? rows.slice(1) : rows.slice(0, -1)
  return {
    edges: page.map((node) => ({ cursor: cursorOf(list, list.keyOf(node)), node })),
    hasNextPage: backward ? before !== undefined : hasMore,
    hasPreviousPage: backward ? hasMore : after !== undefined,
    count,
  }
}

// Lists that are read as a whole are short, so that a page is by default all that most of them have.
export const USUAL_LISTED = 100
export const MAX_LISTED = 1000

/** The page of a list that is there as a whole. @throws GraphQLError BAD_REQUEST as {@link readConnection}. */
export function readWhole<Row extends { id: string }>(
  name: string,
  workspace: string,
  rows: readonly Row[],
  page: PageArgs,
): Promise<Connection<Row>> {
  const shape = { keyOf: ({ id }: Row) => id, isKey: () => true, usual: USUAL_LISTED, most: MAX_LISTED }
  const list = { name, workspace, ...shape }
  return readConnection(
    list,
    page,
    async (part) => sliceOf(rows, list, part),
    () => rows.length,
  )
}

/** For a list whose connection has no `totalCount`. */
export const uncounted = (): number => Number.NaN

/** The part of a list that is there as a whole. @throws GraphQLError BAD_REQUEST for a cursor whose item is gone. */
export function sliceOf<Row>(
  rows: readonly Row[],
  { keyOf }: Pick<List<Row>, 'keyOf'>,
  { limit, backward, after, before }: Part,
): Row[] {
  const place = (key: string) => {
    const found = rows.findIndex((row) => keyOf(row) === key)
    if (found < 0) throw badRequest('The item of the cursor is gone. Begin anew without it.')
    return found
  }
  const between = rows.slice(
    after === undefined ? 0 : place(after) + 1,
    before === undefined ? rows.length : place(before),
  )
  return backward ? between.slice(-limit) : between.slice(0, limit)
}

function partOf<Row>(list: List<Row>, { first, after, last, before }: PageArgs): Part {
  const backward = typeof last === 'number'
  if (backward && typeof first === 'number') throw badRequest('Give first or last, not both.')
  const size = last ?? first ?? list.usual
  if (size < 1 || size > list.most)
    throw badRequest(`${backward ? 'last' : 'first'} is a number from 1 to ${list.most}.`)
  return {
    limit: size + 1,
    backward,
    after: keyIn(list, 'after', after),
    before: keyIn(list, 'before', before),
  }
}

const cursorOf = ({ name, workspace }: Pick<List<never>, 'name' | 'workspace'>, key: string): string =>
  Buffer.from(`${name} ${workspace} ${key}`).toString('base64url')

function keyIn<Row>(
  list: List<Row>,
  argument: string,
  cursor: string | null | undefined,
): string | undefined {
  if (cursor === null || cursor === undefined) return undefined
  const head = `${list.name} ${list.workspace} `
  const text = Buffer.from(cursor, 'base64url').toString()
  const key = text.slice(head.length)
  // Decoding skips what is no base64url.
  if (text.startsWith(head) && list.isKey(key) && cursorOf(list, key) === cursor) return key
  throw badRequest(`${argument} is no cursor of this list. Take one of its edges or of its pageInfo.`)
}

const badRequest = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const isUuid = (text: string): boolean => UUID.test(text)
