import { type KeyObject, X509Certificate } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import { readPkcs12 } from './pkcs12.ts'
import { readPrivateKeyPem } from './private-key-pem.ts'
import { createSoftwareRootKey, createSoftwareSigner, type RootKey } from './root-key.ts'
import { readRootKeyFile } from './root-key-file.ts'
import { readSigningCertificate, type Signer } from './statement.ts'

/**
 * Loads a root or recovery key with its certificate: PEM (see {@link readPrivateKeyPem}) or PKCS#12, told apart by
 * the content. Of several certificates it takes the one that belongs to the key.
 *
 * @throws AppError INVALID_CONFIG when the file is absent, unreadable, readable for group or others, damaged, not
 *   RSA, without its certificate, or does not open with the passphrase. No message quotes the content.
 */
export async function loadRootKey(file: string, passphrase?: Sensitive): Promise<RootKey> {
  const content = await readRootKeyFile(file)
  if (!content) throw new AppError('INVALID_CONFIG', `The root key file ${file} does not exist.`)
  return parseRootKey(file, content, passphrase)
}

/**
 * {@link loadRootKey} for content that was read already. The content is overwritten with zeros.
 *
 * @param file named in messages.
 * @param stranger thrown when there are certificates, and none is the key's.
 */
export function parseRootKey(
  file: string,
  content: Uint8Array,
  passphrase?: Sensitive,
  stranger?: AppError,
): RootKey {
  try {
    // latin1 keeps every byte; what we look for is ASCII.
    const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
    const isPem = text.includes('-----BEGIN ')
    const { key, certificates } = isPem
      ? readPem(file, text, passphrase)
      : readPkcs12(file, content, passphrase)
    return createSoftwareRootKey(key, ownCertificate(file, key, certificates, stranger))
  } finally {
    content.fill(0)
  }
}

/**
 * Loads the key that signs where the root key cannot: a PEM file, RSA, not encrypted, with its certificate, whose key
 * usage may be anything. It opens nothing.
 *
 * @throws AppError INVALID_CONFIG as {@link loadRootKey}.
 */
export async function loadSigningKey(file: string): Promise<Signer> {
  const content = await readRootKeyFile(file, 'signing key file')
  if (!content)
    throw new AppError('INVALID_CONFIG', `LOCKSTEP_SIGNING_KEY_FILE names ${file}, which does not exist.`)
  const { key, certificates } = readPem(file, Buffer.from(content).toString('latin1'))
  content.fill(0)
  const certificate = await readSigningCertificate(ownCertificate(file, key, certificates))
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (modulusLength >= MIN_SIGNING_BITS) return createSoftwareSigner(key, certificate)
  throw new AppError('INVALID_CONFIG', `The key in ${file} has ${modulusLength} bits; 2048 are the least.`)
}

// What PS256 asks for (RFC 7518, section 3.5).
const MIN_SIGNING_BITS = 2048

function readPem(
  file: string,
  text: string,
  passphrase?: Sensitive,
): { key: KeyObject; certificates: string[] } {
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g) ?? []
  const keys = blocks.filter((it) => /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(it))
  const [pem] = keys
  if (pem === undefined || keys.length !== 1) {
    throw new AppError('INVALID_CONFIG', `${file} must hold exactly one private key, ${keys.length} found.`)
  }
  const certificates = blocks.filter((it) => it.startsWith('-----BEGIN CERTIFICATE-----'))
  return { key: readPrivateKeyPem(file, pem, passphrase), certificates }
}

function ownCertificate(
  file: string,
  key: KeyObject,
  certificates: readonly string[],
  stranger?: AppError,
): string {
  if (key.asymmetricKeyType !== 'rsa')
    throw new AppError('INVALID_CONFIG', `The private key in ${file} is not RSA.`)
  const own = certificates.find((pem) => belongsTo(pem, key))
  if (own !== undefined) return own
  if (stranger && certificates.length > 0) throw stranger
  const found =
    certificates.length === 0 ? 'no certificate' : 'no certificate that belongs to its private key'
  throw new AppError('INVALID_CONFIG', `${file} holds ${found}; a key file needs both.`)
}

function belongsTo(pem: string, key: KeyObject): boolean {
  try {
    return new X509Certificate(pem).checkPrivateKey(key)
  } catch {
    return false
  }
}
