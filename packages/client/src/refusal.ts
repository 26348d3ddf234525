/** What the API answers when it refuses a change: the members of each result's union that have a code. */
export interface Refusal {
  __typename: string
  code: string
  message: string
}

/** The refusal in the result of a mutation, with the type that it has in the union; undefined when it succeeded. */
export function refusalOf<Result extends { __typename: string }>(
  result: Result,
): Extract<Result, Refusal> | undefined {
  // A member that is newer than these types is an error as well.
  return result.__typename.endsWith('Success') ? undefined : (result as Extract<Result, Refusal>)
}
