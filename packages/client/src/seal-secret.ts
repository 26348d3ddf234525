import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type PolicyDraft, readPolicy } from '../../../src/secret/policy.ts'
import { checkValue } from '../../../src/secret/value.ts'
import { type PublicJwk, sealValue } from '../../../src/vault/seal-value.ts'
import { checkSealingKey, type Pin, type Trust } from '../../../src/vault/vouched-key.ts'
import { type SecretInput, WorkspaceSealingKeyDocument } from './gql/graphql.ts'

/** Sends a document and gives its data; with urql `(it, variables) => client.query(it, variables).toPromise()` has it. */
export type Execute = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<Data>

export type RootKeyTrust = Trust

export interface SealedSecret {
  /** The input of `CreateSecretDocument` and `UpdateSecretDocument`. */
  input: Pick<SecretInput, 'workspace' | 'name' | 'sealedValue' | 'policy'>
  /** To remember, and to give as `trust.pin` the next time: another root key is refused then. */
  pin: Pin | undefined
}

/**
 * Seals the value of a secret and its policy for the key of the workspace, after checking who vouches for the key. Only a
 * worker opens it.
 *
 * @param policy where the value may go: `{ hosts: ['api.example.com'] }`.
 * @param trust what is known of the root key. Without it the first key is believed.
 * @throws AppError INVALID_VALUE and VALUE_TOO_LARGE for a value that cannot be stored, KEY_MISMATCH when nobody trusted
 *   vouches for the key.
 */
export async function sealSecret(
  execute: Execute,
  at: { workspace: string; name: string },
  value: string,
  policy: PolicyDraft,
  trust: RootKeyTrust = {},
): Promise<SealedSecret> {
  checkValue(value)
  const { sealingKey } = await execute(WorkspaceSealingKeyDocument, { workspace: at.workspace })
  const key = { ...sealingKey, jwk: sealingKey.jwk as PublicJwk }
  const pin = await checkSealingKey(at.workspace, key, trust)
  const wanted = readPolicy(policy)
  const sealedValue = await sealValue(key, at, value, wanted)
  const { hosts, methods, paths, places } = wanted
  const stated = { hosts: [...hosts], methods: [...methods], paths: [...paths], places: [...places] }
  return { input: { ...at, sealedValue, policy: stated }, pin }
}
