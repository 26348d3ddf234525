import { createCipheriv, createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Policy } from '../secret/policy.ts'
import { agreeOnContentKey } from './content-key.ts'
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
  return encryptCompact(key.jwk, header, plaintext)
}

/** RFC 7638, with SHA-256. */
function thumbprintOf({ kty, crv, x }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')
}

/** A compact JWE (RFC 7516, section 7.1), `A256GCM` (RFC 7518, section 5.3) under a key that is agreed on anew. */
function encryptCompact(jwk: PublicJwk, header: object, plaintext: Uint8Array): string {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const { kty, crv, x } = publicKey.export({ format: 'jwk' })
  const encoded = Buffer.from(JSON.stringify({ ...header, epk: { kty, crv, x } })).toString('base64url')
  const contentKey = agreeOnContentKey(privateKey, jwk)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv)
  contentKey.fill(0)
  cipher.setAAD(Buffer.from(encoded))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((it) => it.toString('base64url'))
  return [encoded, '', ...parts].join('.')
}
