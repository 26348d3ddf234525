import { useQuery } from 'urql'
import { SignUpPolicyDocument } from '../gql/graphql.ts'

/** Who can make an account: the first person, everybody, only invited people, or nobody. */
export type SignUpOffer = 'first' | 'open' | 'invited' | 'closed'

/**
 * Asks the API who can make an account.
 *
 * @returns undefined until the answer is there, and `invited` when there is none.
 */
export function useSignUpOffer(): SignUpOffer | undefined {
  const [{ data, error }] = useQuery({ query: SignUpPolicyDocument })
  if (!data) return error && 'invited'
  const { mode, hasAccounts } = data.signUp
  if (mode === 'CLOSED') return 'closed'
  if (!hasAccounts) return 'first'
  return mode === 'OPEN' ? 'open' : 'invited'
}
