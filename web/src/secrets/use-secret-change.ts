import { useEffect } from 'react'
import { useClient } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { type Problem, problemIn } from '../api/problem.ts'
import { DescribeSecretDocument, SetSecretPolicyDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { policyInput } from './policy-words.ts'
import { replaceSealed } from './replace-sealed.ts'
import { afterRefusal, prepareSealing } from './seal.ts'

/** What an admin says of a secret. */
export interface Notes {
  owner: string
  description: string
}

export interface SecretChange {
  isOther(policy: Policy): boolean
  /**
   * Saves both in one request, or the one that is given.
   *
   * @returns what went wrong. A policy alone that lets the value go further is refused with POLICY_WIDENS.
   */
  save(policy: Policy | undefined, value: string | undefined): Promise<Problem | undefined>
  /** @returns what went wrong. */
  describe(notes: Notes): Promise<Problem | undefined>
}

/** Changes a secret. @param current where it may go, as the form began. */
export function useSecretChange(name: string, current: Policy): SecretChange {
  const workspace = useWorkspace().id
  const client = useClient()
  useEffect(() => void prepareSealing(client, workspace), [client, workspace])
  const setPolicy = async (policy: Policy) => {
    const input = { workspace, name, ...policyInput(policy) }
    return problemIn(await client.mutation(SetSecretPolicyDocument, { input }).toPromise())
  }
  return {
    isOther: (policy) => JSON.stringify(policyInput(policy)) !== JSON.stringify(policyInput(current)),
    async save(policy, value) {
      if (value !== undefined)
        return afterRefusal(
          client,
          workspace,
          await replaceSealed(client, { workspace, name }, value, policy),
        )
      return policy && setPolicy(policy)
    },
    async describe(notes) {
      const input = { workspace, name, ...notes }
      return problemIn(await client.mutation(DescribeSecretDocument, { input }).toPromise())
    },
  }
}
