import { useQuery } from 'urql'
import { SignUpPolicyDocument } from '../gql/graphql.ts'

/** Who can make an account: the first person of all, everybody, only the invited, or nobody. */
export type SignUpOffer = 'first' | 'open' | 'invited' | 'closed'

/** Undefined until it is known; `invited` when it cannot be found out. */
export function useSignUpOffer(): SignUpOffer | undefined {
  const [{ data, error }] = useQuery({ query: SignUpPolicyDocument })
  if (!data) return error && 'invited'
  const { mode, hasAccounts } = data.signUp
  if (mode === 'CLOSED') return 'closed'
  if (!hasAccounts) return 'first'
  return mode === 'OPEN' ? 'open' : 'invited'
}
