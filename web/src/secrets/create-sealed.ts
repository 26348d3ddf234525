import type { Client } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { type Problem, problemIn } from '../api/problem.ts'
import { CreateSecretDocument } from '../gql/graphql.ts'
import { policyInput } from './policy-words.ts'
import { sealInBrowser } from './seal.ts'

/** Creates a secret, its value and its policy sealed in the browser. @returns what went wrong, if anything did. */
export async function createSealed(
  client: Client,
  at: { workspace: string; name: string },
  value: string,
  policy: Policy,
): Promise<Problem | undefined> {
  const sealing = await sealInBrowser(client, at, value, policy)
  if ('problem' in sealing) return sealing.problem
  const input = { ...at, content: { sealedValue: sealing.sealedValue }, policy: policyInput(policy) }
  return problemIn(await client.mutation(CreateSecretDocument, { input }).toPromise())
}
