import { GraphQLError } from 'graphql'

/** How many rows to give: `first`, or the usual number. @throws GraphQLError BAD_REQUEST outside 1 to `most`. */
export function pageSize(first: number | null | undefined, usual: number, most: number): number {
  const size = first ?? usual
  if (size >= 1 && size <= most) return size
  throw new GraphQLError(`first is a number from 1 to ${most}.`, { extensions: { code: 'BAD_REQUEST' } })
}
