import { constants, createPublicKey, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto'
import { databaseTime } from '../../database-time.ts'
import { AppError } from '../../errors.ts'
import { readStoredCertificate } from '../certificate.ts'
import { issueForPublicKey } from '../issue-certificate.ts'
import type { RootKey } from '../root-key.ts'
import type { Signer } from '../statement.ts'

/** An RSA private key that never leaves its place: an HSM or a KMS decrypts with it for us. */
export interface HeldKey {
  /** What messages call it: a URI without anything secret. */
  readonly place: string
  readonly publicKey: KeyObject
  /** The certificate that is kept beside the key, PEM; many places keep none. */
  readonly certificate: string | undefined
  /**
   * Undoes `RSA-OAEP-256` (RFC 7518, section 4.3).
   *
   * @throws AppError ROOT_KEY_UNAVAILABLE when the place cannot be asked now, INVALID_CONFIG when it refuses us for
   *   good; any other error when the key does not open it.
   */
  decrypt(encryptedKey: Uint8Array): Promise<Uint8Array>
  /** As {@link Signer} does it; undefined where the key may not or cannot sign. */
  readonly sign?: Signer['sign'] | undefined
}

/**
 * A root key from a key that is held elsewhere. Its certificate is `known` if that is of the same key, else the
 * one that is kept beside the key, else a new one that a throw-away key signs.
 *
 * @param known PEM of the certificate that the database has: what is sealed names its fingerprint.
 * @throws AppError INVALID_CONFIG when the key does not decrypt what was encrypted for it, or its certificate breaks
 *   a rule; what {@link HeldKey.decrypt} throws passes through.
 */
export async function createHeldRootKey(held: HeldKey, known: string | undefined): Promise<RootKey> {
  await checkDecryption(held)
  const own = [known, held.certificate].find((pem) => pem !== undefined && isFor(pem, held.publicKey))
  const options = { subject: 'Lockstep root key', now: databaseTime(), years: 10 }
  const pem = own ?? (await issueForPublicKey(held.publicKey, options))
  const certificate = readStoredCertificate(pem)
  return { certificate, unwrap: (encryptedKey) => held.decrypt(encryptedKey), sign: held.sign }
}

function isFor(pem: string, publicKey: KeyObject): boolean {
  try {
    return createPublicKey(pem).equals(publicKey)
  } catch {
    return false
  }
}

/** Made at every start: a key that cannot open must be found before something is sealed for it. */
async function checkDecryption({ place, publicKey, decrypt }: HeldKey): Promise<void> {
  const contentKey = randomBytes(32)
  const opened = await decrypt(encryptFor(publicKey, contentKey)).catch((error: unknown) => {
    if (error instanceof AppError) throw error
    return undefined
  })
  if (opened && contentKey.equals(opened)) return
  const message = `The key at ${place} does not decrypt with RSA-OAEP-256 what was encrypted for its public key.`
  throw new AppError('INVALID_CONFIG', message)
}

export function encryptFor(publicKey: KeyObject, contentKey: Uint8Array): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256' }, contentKey)
}
