import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto'

/** The floor of opening: X25519, HKDF with SHA-256 and AES-256-GCM, and nothing that says what is sealed. */
export function createFloorOpener(value: string): () => string {
  const own = generateKeyPairSync('x25519')
  const other = generateKeyPairSync('x25519')
  const contentKey = (secret: Buffer) => Buffer.from(hkdfSync('sha256', secret, '', 'floor', 32))
  const iv = randomBytes(12)
  const cipher = createCipheriv(
    'aes-256-gcm',
    contentKey(diffieHellman({ privateKey: other.privateKey, publicKey: own.publicKey })),
    iv,
  )
  const ciphertext = Buffer.concat([cipher.update(value), cipher.final()])
  const tag = cipher.getAuthTag()
  const sender = other.publicKey.export({ format: 'jwk' })
  return () => {
    const publicKey = createPublicKey({ key: sender, format: 'jwk' })
    const key = contentKey(diffieHellman({ privateKey: own.privateKey, publicKey }))
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(tag)
    return decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8')
  }
}
