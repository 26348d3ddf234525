import type { Client } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { type Problem, problemIn } from '../api/problem.ts'
import { SecretPolicyDocument, type SecretPolicyQuery, UpdateSecretDocument } from '../gql/graphql.ts'
import { policyInput } from './policy-words.ts'
import { sealInBrowser } from './seal.ts'

const GONE: Problem = { code: 'NOT_FOUND', message: 'This secret does not exist any more.', canRetry: false }

/**
 * Replaces the value of a secret, sealed in the browser.
 *
 * @param policy where it may go from now on; undefined: where it may go now.
 * @returns what went wrong, if anything did.
 */
export async function replaceSealed(
  client: Client,
  at: { workspace: string; name: string },
  value: string,
  policy: Policy | undefined,
): Promise<Problem | undefined> {
  const sealedWith = policy ?? (await policyNow(client, at))
  if ('problem' in sealedWith) return sealedWith.problem
  const sealing = await sealInBrowser(client, at, value, sealedWith)
  if ('problem' in sealing) return sealing.problem
  const changed = policy && { policy: policyInput(policy) }
  const input = { ...at, content: { sealedValue: sealing.sealedValue }, ...changed }
  return problemIn(await client.mutation(UpdateSecretDocument, { input }).toPromise())
}

type LoadedPolicy = NonNullable<SecretPolicyQuery['secretPolicy']>

/** The policy that the secret has at this moment, which another admin may have changed. */
export async function policyNow(
  client: Client,
  at: { workspace: string; name: string },
): Promise<LoadedPolicy | { problem: Problem }> {
  const asked = await client.query(SecretPolicyDocument, at, { requestPolicy: 'network-only' }).toPromise()
  return asked.data?.secretPolicy ?? { problem: problemIn(asked) ?? GONE }
}
