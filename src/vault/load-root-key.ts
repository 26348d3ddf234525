import type { KeyObject } from 'node:crypto'
import { AppError } from '../errors.ts'
import { type KeyAndChain, KeyFault, readKeyAndChain } from '../key-material/index.ts'
import type { Sensitive } from '../sensitive.ts'
import { createSoftwareRootKey, createSoftwareSigner, type RootKey } from './root-key.ts'
import { readRootKeyFile } from './root-key-file.ts'
import { readSigningCertificate, type Signer } from './statement.ts'

/**
 * Loads a root or recovery key with its certificate, in every form that the key reader knows. Of several certificates it
 * takes the one that belongs to the key.
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
 * @param known further certificates among which the key's own may be.
 * @param stranger thrown when there are certificates, and none is the key's.
 */
export function parseRootKey(
  file: string,
  content: Uint8Array,
  passphrase?: Sensitive,
  known: readonly string[] = [],
  stranger?: AppError,
): RootKey {
  try {
    const { key, chain } = readRsaKey(file, content, passphrase, known, stranger)
    return createSoftwareRootKey(key, chain[0] ?? '')
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
  const { key, chain } = readRsaKey(file, content)
  content.fill(0)
  const certificate = await readSigningCertificate(chain[0] ?? '')
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (modulusLength >= MIN_SIGNING_BITS) return createSoftwareSigner(key, certificate)
  throw new AppError('INVALID_CONFIG', `The key in ${file} has ${modulusLength} bits; 2048 are the least.`)
}

// What PS256 asks for (RFC 7518, section 3.5).
const MIN_SIGNING_BITS = 2048

function readRsaKey(
  file: string,
  content: Uint8Array,
  passphrase?: Sensitive,
  known?: readonly string[],
  stranger?: AppError,
): { key: KeyObject; chain: readonly string[] } {
  const found = readPair(file, content, passphrase, known, stranger)
  if (found.key.asymmetricKeyType === 'rsa') return found
  throw new AppError('INVALID_CONFIG', `The private key in ${file} is not RSA.`)
}

function readPair(
  file: string,
  content: Uint8Array,
  passphrase?: Sensitive,
  known?: readonly string[],
  stranger?: AppError,
): KeyAndChain {
  try {
    return readKeyAndChain(content, passphrase?.reveal(), known)
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error
    if (stranger && error.kind === 'mismatch') throw stranger
    throw new AppError('INVALID_CONFIG', `${file} ${error.message}.`)
  }
}
