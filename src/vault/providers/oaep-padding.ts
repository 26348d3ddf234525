import forge from 'node-forge'

declare module 'node-forge' {
  namespace pkcs1 {
    function decode_rsa_oaep(
      key: { n: { bitLength(): number } },
      encoded: Bytes,
      options: { md: md.MessageDigest; mgf1: { md: md.MessageDigest } },
    ): Bytes
  }
}

/**
 * Removes the padding of RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label (RFC 8017, section 7.1.2, step
 * 3) from what an RSA private key made of a ciphertext. node-forge does it without branching on what it finds, so
 * that a wrong byte takes as long as another (Manger's attack).
 *
 * @param bytes the length of the RSA modulus.
 * @throws when the padding is wrong.
 */
export function removeOaepPadding(encoded: Uint8Array, bytes: number): Buffer {
  // Of the key it wants the length alone; some tokens leave out leading zeros.
  const key = { n: { bitLength: () => bytes * 8 } }
  const padded = Buffer.concat([Buffer.alloc(Math.max(0, bytes - encoded.length)), encoded])
  const sha256 = () => forge.md.sha256.create()
  const options = { md: sha256(), mgf1: { md: sha256() } }
  const decoded = forge.pkcs1.decode_rsa_oaep(key, padded.toString('latin1'), options)
  padded.fill(0)
  return Buffer.from(decoded, 'latin1')
}
