import { type KeyObject, X509Certificate } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import { readPkcs12 } from './pkcs12.ts'
import { readPrivateKeyPem } from './private-key-pem.ts'
import { createSoftwareRootKey, type RootKey } from './root-key.ts'
import { readRootKeyFile } from './root-key-file.ts'

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
 */
export function parseRootKey(file: string, content: Uint8Array, passphrase?: Sensitive): RootKey {
  try {
    // latin1 keeps every byte; what we look for is ASCII.
    const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
    const isPem = text.includes('-----BEGIN ')
    const { key, certificates } = isPem
      ? readPem(file, text, passphrase)
      : readPkcs12(file, content, passphrase)
    if (key.asymmetricKeyType !== 'rsa')
      throw new AppError('INVALID_CONFIG', `The private key in ${file} is not RSA.`)
    return createSoftwareRootKey(key, ownCertificate(file, key, certificates))
  } finally {
    content.fill(0)
  }
}

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

function ownCertificate(file: string, key: KeyObject, certificates: readonly string[]): string {
  const own = certificates.find((pem) => belongsTo(pem, key))
  if (own !== undefined) return own
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
