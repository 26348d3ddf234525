import { GraphQLError } from 'graphql'
import { parsePublicId } from '../../domain/index.ts'

/** The number of rows to return: `first`, or the default. @throws GraphQLError BAD_REQUEST outside 1 to `most`. */
export function pageSize(first: number | null | undefined, usual: number, most: number): number {
  const size = first ?? usual
  if (size >= 1 && size <= most) return size
  throw new GraphQLError(`first is a number from 1 to ${most}.`, { extensions: { code: 'BAD_REQUEST' } })
}

/** The id after which the page begins. @throws GraphQLError BAD_REQUEST for an id of another workspace. */
export function lastSeen(workspace: string, before: string | null | undefined): string | undefined {
  if (before === null || before === undefined) return undefined
  const parsed = parsePublicId(before)
  if (parsed?.workspace === workspace) return parsed.id
  const advice = 'before is the id of the last one seen.'
  throw new GraphQLError(advice, { extensions: { code: 'BAD_REQUEST' } })
}
