/** What the API answers when it refuses a change: the member of each result's union that has a code. */
export interface Refusal {
  __typename: string
  code: string
  message: string
}

/** The refusal in the result of a mutation; undefined when it succeeded. */
export function refusalOf(result: { __typename: string }): Refusal | undefined {
  return 'code' in result && 'message' in result ? (result as Refusal) : undefined
}
