import { AppError } from '../../../src/errors.ts'
import type { PublicJwk } from '../../../src/vault/seal-value.ts'
import type { SealingKey } from '../../../src/vault/vouched-key.ts'
import type { SealingKeyQuery } from '../gql/graphql.ts'
import { rememberKey, trustIn } from './known-keys.ts'

/** Loads what checks a key. Only pages on which values are sealed need it. */
export const loadCheck = () => import('../../../src/vault/vouched-key.ts')

/** What vouches for a workspace's key, as far as this browser can tell. */
export type Vouching =
  | { state: 'vouched'; fingerprint: string }
  | { state: 'unvouched' }
  /** `accept` trusts the key from now on. It is for a person who has compared the fingerprints. */
  | { state: 'refused'; message: string; accept: (() => Promise<void>) | undefined }

/** Checks who vouches for the key that the API gave. This browser remembers the first one. */
export async function checkVouching(workspace: string, key: SealingKey): Promise<Vouching> {
  const { checkSealingKey } = await loadCheck()
  try {
    const pin = await checkSealingKey(workspace, key, trustIn(workspace))
    if (!pin) return { state: 'unvouched' }
    rememberKey(workspace, pin)
    return { state: 'vouched', fingerprint: pin.fingerprint }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const met = await checkSealingKey(workspace, key, {}).catch(() => undefined)
    const accept = met && (async () => rememberKey(workspace, met))
    return { state: 'refused', message: error.message, accept }
  }
}

/** The key in an answer of the API; undefined when there is none. */
export function sealingKeyIn(data: SealingKeyQuery | undefined): SealingKey | undefined {
  const key = data?.sealingKey
  return key && isPublicJwk(key.publicKey) ? { ...key, jwk: key.publicKey } : undefined
}

const isPublicJwk = (jwk: Pick<PublicJwk, 'x'> & { kty: string; crv: string }): jwk is PublicJwk =>
  jwk.kty === 'OKP' && jwk.crv === 'X25519'
