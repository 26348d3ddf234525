import { createPrivateKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, flattenedDecrypt } from 'jose'
import { AppError } from '../errors.ts'
import { isObject } from './jose-header.ts'
import type { RootKey } from './root-key.ts'
import { envelopeFault, type GeneralJwe } from './workspace-key-envelope.ts'

/**
 * Opens the private half of a workspace key with a root (or recovery) key.
 *
 * @returns a key for `ECDH-ES` on X25519.
 * @throws AppError SECRET_UNREADABLE with the workspace, the kid and the reason.
 */
export async function openWorkspaceKey(
  rootKey: RootKey,
  workspace: string,
  kid: string,
  sealed: GeneralJwe,
): Promise<KeyObject> {
  const { key, contentKey } = await openEnvelope(rootKey, workspace, kid, sealed)
  contentKey.fill(0)
  return key
}

/**
 * Opens the envelope of a workspace key, down to the private half that has to be in it.
 *
 * @returns the key, and the content key for whoever adds a recipient, to be overwritten with zeros after use.
 * @throws AppError SECRET_UNREADABLE with the workspace, the kid and the reason.
 */
export async function openEnvelope(
  rootKey: RootKey,
  workspace: string,
  kid: string,
  sealed: GeneralJwe,
): Promise<{ key: KeyObject; contentKey: Uint8Array }> {
  const unreadable = (reason: string, cause?: unknown) => {
    const message = `The key ${kid} of workspace ${workspace} cannot be opened: ${reason}`
    return new AppError('SECRET_UNREADABLE', message, cause === undefined ? {} : { cause })
  }
  const fault = envelopeFault(workspace, kid, sealed)
  if (fault !== undefined) throw unreadable(`${fault}.`)
  const { fingerprint } = rootKey.certificate
  const recipient = sealed.recipients.find((it) => it.header.kid === fingerprint)
  if (!recipient) throw unreadable(`it is not sealed for the root key ${fingerprint}.`)
  let opened: { plaintext: Uint8Array; contentKey: Uint8Array }
  try {
    opened = await decrypt(rootKey, recipient.encrypted_key, sealed)
  } catch (error) {
    // A token or a KMS that does not answer says so itself; nothing was altered then.
    if (error instanceof AppError) throw unreadable(error.message, error)
    throw unreadable(`the root key ${fingerprint} does not open it, or it was altered.`, error)
  }
  const key = await importPrivateKey(kid, opened.plaintext)
  if (key) return { key, contentKey: opened.contentKey }
  opened.contentKey.fill(0)
  throw unreadable('what is sealed in it is not that X25519 key.')
}

async function decrypt(rootKey: RootKey, encryptedKey: string, sealed: GeneralJwe) {
  const contentKey = await rootKey.unwrap(Buffer.from(encryptedKey, 'base64url'))
  const { protected: encoded, iv, ciphertext, tag } = sealed
  try {
    // The root key may sit in an HSM that unwraps and nothing else. With the content key in hand the rest is a JWE
    // with direct encryption (RFC 7518, section 4.5): `alg` stands in the unprotected header, so what is
    // authenticated stays the same.
    const jwe = { protected: encoded, iv, ciphertext, tag, header: { alg: 'dir' } }
    const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }
    return { contentKey, plaintext: (await flattenedDecrypt(jwe, contentKey, options)).plaintext }
  } catch (error) {
    contentKey.fill(0)
    throw error
  }
}

/** The key in a JWK (RFC 8037), or undefined when it is not the private half of `kid`. */
async function importPrivateKey(kid: string, plaintext: Uint8Array): Promise<KeyObject | undefined> {
  try {
    const jwk: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext))
    if (!isObject(jwk)) return undefined
    const { kty, crv, x, d } = jwk
    if (kty !== 'OKP' || crv !== 'X25519' || typeof x !== 'string' || typeof d !== 'string') return undefined
    if ((await calculateJwkThumbprint({ kty, crv, x }, 'sha256')) !== kid) return undefined
    return createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
  } catch {
    // The parser's message quotes the private key, so it is not kept as a cause.
    return undefined
  } finally {
    plaintext.fill(0)
  }
}

/** The kid of a public X25519 key (RFC 7638), undefined for anything else. */
export async function thumbprintOf(jwk: unknown): Promise<string | undefined> {
  if (!isObject(jwk)) return undefined
  const { kty, crv, x } = jwk
  if (kty !== 'OKP' || crv !== 'X25519' || typeof x !== 'string') return undefined
  return calculateJwkThumbprint({ kty, crv, x }, 'sha256')
}
