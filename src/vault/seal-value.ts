import { CompactEncrypt, calculateJwkThumbprint } from 'jose'
import { AppError } from '../errors.ts'
import type { Policy } from '../secret/policy.ts'
import { policyClaim } from './policy-claim.ts'
import { type At, MAX_NAME_LENGTH, MAX_SEALED_BYTES } from './sealed-value.ts'

/** A public X25519 key (RFC 8037, section 2). */
export interface PublicJwk {
  kty: 'OKP'
  crv: 'X25519'
  x: string
}

/** The public half of a workspace key. Its `kid` is the thumbprint of `jwk` (RFC 7638, SHA-256, base64url). */
export interface PublicWorkspaceKey {
  kid: string
  jwk: PublicJwk
}

/**
 * Seals a value for a workspace key: a compact JWE (RFC 7516) with a fresh content key agreed by `ECDH-ES`
 * (RFC 7518, section 4.6) and `A256GCM`.
 *
 * @param policy where the value may go, in its one spelling. It is sealed in: the ciphertext authenticates it, so that
 *   nobody can change it without the value. `undefined` for what is no secret, such as the input of a run.
 * @throws AppError INVALID_VALUE when the value is not well-formed Unicode, VALUE_TOO_LARGE over 32 MiB,
 *   INVALID_NAME for a workspace or name that is empty or over 256 characters, KEY_MISMATCH when `kid` is not
 *   the thumbprint of `jwk`.
 */
export async function sealValue(
  key: PublicWorkspaceKey,
  at: At,
  value: string,
  policy?: Policy,
): Promise<string> {
  const { header, plaintext } = prepareSealing(key, at, value, policy)
  const { kty, crv, x } = key.jwk
  const thumbprint = await calculateJwkThumbprint({ kty, crv, x }, 'sha256')
  checkThumbprint(key, at, thumbprint)
  return new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt({ kty, crv, x })
}

/**
 * What every way of sealing seals: the protected header but for `epk`, and the plaintext.
 *
 * @throws AppError INVALID_VALUE, VALUE_TOO_LARGE, INVALID_NAME, as {@link sealValue} does.
 */
export function prepareSealing(key: PublicWorkspaceKey, at: At, value: string, policy?: Policy) {
  checkPlace(at)
  const plaintext = encodeValue(at, value)
  const pol = policy && policyClaim(policy)
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: key.kid, ws: at.workspace, name: at.name }
  return { header: pol === undefined ? header : { ...header, pol }, plaintext }
}

/** Stops sealing under a kid whose private key could never open it. @throws AppError KEY_MISMATCH */
export function checkThumbprint({ kid }: PublicWorkspaceKey, { workspace }: At, thumbprint: string): void {
  if (thumbprint === kid) return
  throw new AppError('KEY_MISMATCH', `The public key of workspace ${workspace} is not the key ${kid}.`)
}

function checkPlace(at: At): void {
  for (const part of [at.workspace, at.name]) {
    if (part === '' || part.length > MAX_NAME_LENGTH || !part.isWellFormed()) {
      const rule = `1 to ${MAX_NAME_LENGTH} characters of well-formed Unicode`
      throw new AppError('INVALID_NAME', `A value is sealed for a workspace and a name of ${rule}.`)
    }
  }
}

function encodeValue(at: At, value: string): Uint8Array {
  // UTF-8 cannot hold half of a surrogate pair: encoding would silently store another value.
  if (!value.isWellFormed()) {
    throw new AppError('INVALID_VALUE', `The value of ${at.name} is not well-formed Unicode.`)
  }
  const bytes = new TextEncoder().encode(value)
  if (bytes.length > MAX_SEALED_BYTES) {
    throw new AppError('VALUE_TOO_LARGE', `The value of ${at.name} has over ${MAX_SEALED_BYTES} bytes.`)
  }
  return bytes
}
