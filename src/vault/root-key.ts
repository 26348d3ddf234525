import { type KeyObject, webcrypto } from 'node:crypto'
import { AppError } from '../errors.ts'
import { type Certificate, readStoredCertificate } from './certificate.ts'
import type { Signer, SigningCertificate } from './statement.ts'

/**
 * A root or recovery key, wherever it lives (a file, an HSM, a KMS): whatever can undo `RSA-OAEP-256` (RFC 7518,
 * section 4.3: RSAES-OAEP with SHA-256 and MGF1 with SHA-256, empty label).
 */
export interface RootKey {
  readonly certificate: Certificate
  /** @returns the content key. Rejects when this key does not open it. */
  unwrap(encryptedKey: Uint8Array): Promise<Uint8Array>
  /** As {@link Signer} does it; undefined where the key may not or cannot sign. */
  readonly sign?: Signer['sign'] | undefined
}

/**
 * A root key from a private key in memory. WebCrypto holds it from here on, not extractable.
 *
 * @throws AppError INVALID_CONFIG when the certificate breaks a rule of {@link readStoredCertificate}.
 */
export function createSoftwareRootKey(privateKey: KeyObject, certificatePem: string): RootKey {
  const certificate = readStoredCertificate(certificatePem)
  const key = privateKey.toCryptoKey({ name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['decrypt'])
  return {
    certificate,
    unwrap: async (encryptedKey) => {
      const copy = new Uint8Array(encryptedKey)
      return new Uint8Array(await webcrypto.subtle.decrypt('RSA-OAEP', key, copy))
    },
    sign: createSoftwareSigner(privateKey, certificate).sign,
  }
}

/** Signs with a private key in memory. WebCrypto holds it from here on, not extractable. */
export function createSoftwareSigner(privateKey: KeyObject, certificate: SigningCertificate): Signer {
  const key = privateKey.toCryptoKey({ name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign'])
  const algorithm = { name: 'RSA-PSS', saltLength: 32 }
  return {
    certificate,
    sign: async (input) => new Uint8Array(await webcrypto.subtle.sign(algorithm, key, new Uint8Array(input))),
  }
}

/**
 * Start-up's check that the loaded root key is the database's, made before anything is written: a worker with
 * another key would seal what nobody else can open.
 *
 * @param stored the fingerprint in the database: SHA-256 over the DER, hex.
 * @param place where the key was loaded from: a file, a variable, a URI.
 * @throws AppError KEY_MISMATCH with both fingerprints and the three ways out.
 */
export function assertFingerprint(loaded: Certificate, stored: string, place: string): void {
  if (loaded.fingerprint === stored.replaceAll(':', '').toLowerCase()) return
  throw new AppError(
    'KEY_MISMATCH',
    [
      `The root key in ${place} is not the key of this database. Nothing was changed.`,
      `  loaded:          ${loaded.fingerprint}`,
      `  in the database: ${stored}`,
      'There are three ways out:',
      `  1. Put the database's key back at ${place}: from a backup, or, if it was rotated, from the machine where`,
      '     `lockstep keys rotate-root` made the new one (LOCKSTEP_ROOT_KEY_FILE may name another file).',
      '  2. If the key is right, the database is not: check DATABASE_URL and LOCKSTEP_DATA.',
      '  3. If the key is lost: `lockstep keys recover --key FILE`, with the key of a recovery certificate.',
    ].join('\n'),
  )
}
