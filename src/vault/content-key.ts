import { createHash, createPublicKey, createSecretKey, diffieHellman, type KeyObject } from 'node:crypto'
import type { PublicJwk } from './seal-value.ts'

/** OtherInfo of the derivation (RFC 7518, section 4.6.2): the name of the content encryption, and 256 bits. */
const otherInfo = Buffer.concat([uint32(7), Buffer.from('A256GCM'), uint32(0), uint32(0), uint32(256)])

/**
 * The content key that both sides agree on by `ECDH-ES` (RFC 7518, section 4.6; for X25519, RFC 8037, section 3.2). The
 * derivation is that of NIST SP 800-56A, section 5.8.1, with SHA-256: one round gives 256 bits.
 *
 * It is made at once. WebCrypto hands each step to another thread, which takes several times as long as the step.
 *
 * @throws Error when the public key is no X25519 key, or one with which the secret would be zero.
 */
export function agreeOnContentKey(privateKey: KeyObject, { kty, crv, x }: PublicJwk): KeyObject {
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' })
  const secret = diffieHellman({ privateKey, publicKey })
  try {
    const bytes = createHash('sha256').update(uint32(1)).update(secret).update(otherInfo).digest()
    const contentKey = createSecretKey(bytes)
    bytes.fill(0)
    return contentKey
  } finally {
    secret.fill(0)
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
