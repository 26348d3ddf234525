import { createDecipheriv, createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import forge from 'node-forge'

const { asn1 } = forge

/** The schemes of PBES1 (RFC 8018, appendix A.3) with DES-CBC, by their OID: the digest of each. */
const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.5.3': 'md5',
  '1.2.840.113549.1.5.10': 'sha1',
}

const MOST_ROUNDS = 2_000_000

/**
 * Opens encrypted PKCS#8 in PEM of the schemes that OpenSSL 3 and node-forge both refuse: PBES1 (RFC 8018, section
 * 6.1) with MD5 or SHA-1 and DES. `openssl pkcs8 -topk8` wrote MD5 with DES until 2016.
 *
 * @returns undefined when it is of another scheme.
 * @throws when it is damaged or the passphrase is wrong; the message may quote the content.
 */
export function readPbes1(pem: string, passphrase: string): KeyObject | undefined {
  const [message] = forge.pem.decode(pem)
  const [algorithm, encrypted] = parts(asn1.fromDer(message?.body ?? ''))
  const [oid, parameters] = parts(algorithm)
  const digest = digests[asn1.derToOid(bytesOf(oid).toString('latin1'))]
  if (digest === undefined) return undefined
  const [salt, rounds] = parts(parameters)
  const count = bytesOf(rounds).readUIntBE(0, bytesOf(rounds).length)
  if (count < 1 || count > MOST_ROUNDS) throw new Error('a number of rounds out of bounds')
  const derived = pbkdf1(digest, Buffer.from(passphrase), bytesOf(salt), count)
  const der = decipherDes(derived, bytesOf(encrypted))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** PBKDF1 (RFC 8018, section 5.1): 8 bytes of key and 8 bytes of initialization vector. */
function pbkdf1(digest: string, passphrase: Buffer, salt: Buffer, rounds: number): Buffer {
  let derived = Buffer.concat([passphrase, salt])
  for (let round = 0; round < rounds; round++) derived = createHash(digest).update(derived).digest()
  return derived.subarray(0, 16)
}

function decipherDes(derived: Buffer, encrypted: Buffer): Buffer {
  // OpenSSL 3 hides DES; triple DES with one key three times is the same.
  const key = derived.subarray(0, 8)
  const decipher = createDecipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), derived.subarray(8))
  return Buffer.concat([decipher.update(encrypted), decipher.final()])
}

function parts(node: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  if (!Array.isArray(node?.value)) throw new Error('not a sequence')
  return node.value
}

function bytesOf(node: forge.asn1.Asn1 | undefined): Buffer {
  if (typeof node?.value !== 'string') throw new Error('not a primitive value')
  return Buffer.from(node.value, 'latin1')
}
