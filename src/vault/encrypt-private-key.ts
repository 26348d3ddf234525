import { createCipheriv, type KeyObject, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'
import type { Sensitive } from '../sensitive.ts'

const { asn1, pki } = forge
const { Class, Type } = asn1
const ROUNDS = 600_000

/**
 * A private key as encrypted PKCS#8 in PEM (RFC 5958): PBES2 (RFC 8018) with AES-256-CBC and 600,000 rounds of
 * PBKDF2 with HMAC-SHA-256. It is put together here because node:crypto would use 2048 rounds, which lets a short
 * passphrase be guessed, and node-forge would compute the rounds in JavaScript for seconds.
 */
export async function encryptPrivateKey(key: KeyObject, passphrase: Sensitive): Promise<string> {
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const encryptionKey = await promisify(pbkdf2)(passphrase.reveal(), salt, ROUNDS, 32, 'sha256')
  const plaintext = key.export({ format: 'der', type: 'pkcs8' })
  const cipher = createCipheriv('aes-256-cbc', encryptionKey, iv)
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()])
  plaintext.fill(0)
  encryptionKey.fill(0)
  const info = sequence(algorithm('pkcs5PBES2', pbes2Parameters(salt, iv)), octets(encrypted))
  return pki.encryptedPrivateKeyToPem(info).replaceAll('\r', '')
}

function pbes2Parameters(salt: Buffer, iv: Buffer): forge.asn1.Asn1 {
  const count = asn1.create(Class.UNIVERSAL, Type.INTEGER, false, asn1.integerToDer(ROUNDS).getBytes())
  const none = asn1.create(Class.UNIVERSAL, Type.NULL, false, '')
  const derivation = sequence(octets(salt), count, algorithm('hmacWithSHA256', none))
  return sequence(algorithm('pkcs5PBKDF2', derivation), algorithm('aes256-CBC', octets(iv)))
}

function algorithm(name: string, parameters: forge.asn1.Asn1): forge.asn1.Asn1 {
  const oid = asn1.oidToDer(pki.oids[name] ?? '').getBytes()
  return sequence(asn1.create(Class.UNIVERSAL, Type.OID, false, oid), parameters)
}

function sequence(...parts: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts)
}

function octets(bytes: Buffer): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, bytes.toString('binary'))
}
