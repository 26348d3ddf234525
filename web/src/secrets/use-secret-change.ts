import { useEffect } from 'react'
import { useClient } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { type Problem, problemIn } from '../api/problem.ts'
import {
  DescribeSecretDocument,
  SecretPolicyDocument,
  SetSecretPolicyDocument,
  UpdateSecretDocument,
} from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { policyInput } from './policy-words.ts'
import { afterRefusal, prepareSealing, sealInBrowser } from './seal.ts'

const GONE: Problem = { code: 'NOT_FOUND', message: 'This secret does not exist any more.', canRetry: false }

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
  /** The policy that the secret has at this moment, which another admin may have changed. */
  const policyNow = async (): Promise<Policy | { problem: Problem }> => {
    const asked = await client
      .query(SecretPolicyDocument, { workspace, name }, { requestPolicy: 'network-only' })
      .toPromise()
    return asked.data?.secretPolicy ?? { problem: problemIn(asked) ?? GONE }
  }
  const replace = async (policy: Policy | undefined, value: string) => {
    const sealedWith = policy ?? (await policyNow())
    if ('problem' in sealedWith) return sealedWith.problem
    const sealing = await sealInBrowser(client, { workspace, name }, value, sealedWith)
    if ('problem' in sealing) return sealing.problem
    const changed = policy && { policy: policyInput(policy) }
    const input = { workspace, name, content: { sealedValue: sealing.sealedValue }, ...changed }
    return problemIn(await client.mutation(UpdateSecretDocument, { input }).toPromise())
  }
  return {
    isOther: (policy) => JSON.stringify(policyInput(policy)) !== JSON.stringify(policyInput(current)),
    async save(policy, value) {
      if (value !== undefined) return afterRefusal(client, workspace, await replace(policy, value))
      return policy && setPolicy(policy)
    },
    async describe(notes) {
      const input = { workspace, name, ...notes }
      return problemIn(await client.mutation(DescribeSecretDocument, { input }).toPromise())
    },
  }
}
