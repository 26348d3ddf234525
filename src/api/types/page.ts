import { GraphQLError } from 'graphql'
import { parsePublicId } from '../../domain/index.ts'

/** The number of rows to return: `first`, or the default. @throws GraphQLError BAD_REQUEST outside 1 to `most`. */
export function pageSize(first: number | null | undefined, usual: number, most: number): number {
  const size = first ?? usual
  if (size >= 1 && size <= most) return size
  throw new GraphQLError(`first is a number from 1 to ${most}.`, { extensions: { code: 'BAD_REQUEST' } })
}

/**
 * The id after which the page begins.
 *
 * @param argument the name of the argument that has it.
 * @throws GraphQLError BAD_REQUEST for an id of another workspace, or what is no id.
 */
export function lastSeen(
  workspace: string,
  id: string | null | undefined,
  argument: 'before' | 'after' = 'before',
): string | undefined {
  if (id === null || id === undefined) return undefined
  const parsed = parsePublicId(id)
  if (parsed?.workspace === workspace) return parsed.id
  throw unknownCursor(argument)
}

/**
 * The page of a list that is there as a whole.
 *
 * @param after the id of the last one seen; null: the page is the first.
 * @throws GraphQLError BAD_REQUEST for an id that the list does not have.
 */
export function pageAfter<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  after: string | null | undefined,
  size: number,
): Row[] {
  if (after === null || after === undefined) return rows.slice(0, size)
  const seen = rows.findIndex((row) => idOf(row) === after)
  if (seen < 0) throw unknownCursor('after')
  return rows.slice(seen + 1, seen + 1 + size)
}

export function unknownCursor(argument: 'before' | 'after'): GraphQLError {
  const advice = `${argument} is the id of the last one seen. If that is gone by now, begin anew without ${argument}.`
  return new GraphQLError(advice, { extensions: { code: 'BAD_REQUEST' } })
}
