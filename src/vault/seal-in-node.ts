import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type { Policy } from '../secret/policy.ts'
import { type Agreement, agreeAnew, createAgreements } from './agreement.ts'
import { checkThumbprint, type PublicJwk, type PublicWorkspaceKey, prepareSealing } from './seal-value.ts'
import type { At } from './sealed-value.ts'

const IV_BYTES = 12

/** Does what `sealValue` does, in Node and without leaving the thread. Throws the same. */
export async function sealInNode(
  key: PublicWorkspaceKey,
  at: At,
  value: string,
  policy?: Policy,
): Promise<string> {
  const { header, plaintext } = prepareSealing(key, at, value, policy)
  checkThumbprint(key, at, thumbprintOf(key.jwk))
  return encryptCompact(agreeAnew(key), header, plaintext)
}

/**
 * The same for data of runs: those of half a minute have one ephemeral key, and so one content key, which stays in
 * memory for as long. A stored secret is sealed by {@link sealInNode}, which keeps nothing.
 */
export function createRunSeal(): typeof sealInNode {
  const agreementWith = createAgreements()
  return async (key, at, value, policy) => {
    const { header, plaintext } = prepareSealing(key, at, value, policy)
    checkThumbprint(key, at, thumbprintOf(key.jwk))
    return encryptCompact(agreementWith(key), header, plaintext)
  }
}

/** RFC 7638, with SHA-256. */
function thumbprintOf({ kty, crv, x }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')
}

/** A compact JWE (RFC 7516, section 7.1), `A256GCM` (RFC 7518, section 5.3) under a key that was agreed on. */
function encryptCompact({ epk, contentKey }: Agreement, header: object, plaintext: Uint8Array): string {
  const encoded = Buffer.from(JSON.stringify({ ...header, epk })).toString('base64url')
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv)
  cipher.setAAD(Buffer.from(encoded))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((it) => it.toString('base64url'))
  return [encoded, '', ...parts].join('.')
}
