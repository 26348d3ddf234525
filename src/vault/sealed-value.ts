import { AppError } from '../errors.ts'
import type { Policy } from '../secret/policy.ts'
import { base64urlBytes, base64urlLength, isBase64url } from './base64url.ts'
import { decodeHeader, hasExactly, isObject, type JsonObject } from './jose-header.ts'
import { readPolicyClaim } from './policy-claim.ts'

/** The row that a sealed value belongs to. Both are written into the protected header and checked on opening. */
export interface At {
  workspace: string
  name: string
}

/** The most bytes of UTF-8 that a value may have that a client sealed (64 KiB). */
export const MAX_CLIENT_SEALED_BYTES = 64 * 1024

/** The most bytes of UTF-8 that can be sealed at all (32 MiB): the bound that opening checks first. */
export const MAX_SEALED_BYTES = 32 * 1024 * 1024

/** The most UTF-16 units in a workspace id or a name that can be sealed: what keeps the header in its bound. */
export const MAX_NAME_LENGTH = 256

// A policy of as many and as long entries as there may be fits in.
const MAX_HEADER_LENGTH = 192 * 1024
const maxSealedLength = MAX_HEADER_LENGTH + 64 + base64urlLength(MAX_SEALED_BYTES)
const ivLength = base64urlLength(12)
const tagLength = base64urlLength(16)
const keyLength = base64urlLength(32)

/** What a sealed value says about itself, or the rule of the format that it breaks. */
export type SealedValueHeader =
  | {
      ok: true
      kid: string
      bytes: number
      /** What the header says before anything has authenticated it; `undefined` for none. */
      policy: Policy | undefined
    }
  | { ok: false; fault: string }

/**
 * Reads a compact JWE (RFC 7516, section 7.1) of the one form we make (`ECDH-ES` on X25519, `A256GCM`; RFC 7518
 * sections 4.6 and 5.3, RFC 8037 section 3.2), without any key. Sizes and patterns are checked before anything
 * is decoded, and everything before any cryptography, so a hostile header never reaches it.
 *
 * @returns the workspace key's `kid` and the size of the value in bytes, or the broken rule. A rule's text never
 *   quotes the input, which may hold a value.
 */
export function readSealedValue(at: At, sealed: string): SealedValueHeader {
  if (sealed.length > maxSealedLength) return { ok: false, fault: 'it is too large' }
  const parts = sealed.split('.', 6)
  const [encoded = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = parts
  if (parts.length !== 5) return { ok: false, fault: 'it is not the five parts of a compact JWE' }
  if (encoded.length > MAX_HEADER_LENGTH) return { ok: false, fault: 'its header is too large' }
  if (encryptedKey !== '') return { ok: false, fault: 'its encrypted key is not empty, as ECDH-ES demands' }
  if (iv.length !== ivLength || tag.length !== tagLength || !isBase64url(iv) || !isBase64url(tag)) {
    return { ok: false, fault: 'its initialization vector or tag is malformed' }
  }
  if (!isBase64url(ciphertext)) return { ok: false, fault: 'its ciphertext is not base64url' }
  const bytes = base64urlBytes(ciphertext.length)
  if (bytes > MAX_SEALED_BYTES) return { ok: false, fault: 'it is too large' }
  const header = decodeHeader(encoded)
  if (!header) return { ok: false, fault: 'its header is not base64url of a JSON object' }
  const { kid } = header
  const fault = headerFault(at, header)
  if (fault !== undefined) return { ok: false, fault }
  // A valid header has a kid; the test repeats it for the compiler.
  if (typeof kid !== 'string') return { ok: false, fault: 'its kid is missing' }
  return { ok: true, kid, bytes, policy: readPolicyClaim(header['pol']) }
}

function headerFault(at: At, header: JsonObject): string | undefined {
  const { alg, enc, kid, epk, ws, name } = header
  // Stops downgrades: none, dir, RSA, a shorter key, a cipher without authentication.
  if (alg !== 'ECDH-ES') return 'its alg must be ECDH-ES'
  if (enc !== 'A256GCM') return 'its enc must be A256GCM'
  const members = ['alg', 'enc', 'kid', 'epk', 'ws', 'name']
  const hasPolicy = Object.hasOwn(header, 'pol')
  if (!hasExactly(header, hasPolicy ? [...members, 'pol'] : members)) {
    return 'its header must have exactly alg, enc, kid, epk, ws, name and, if any, pol'
  }
  if (!isKey(kid)) return 'its kid must be an RFC 7638 thumbprint (SHA-256)'
  if (!isEphemeralKey(epk)) return 'its epk must be an X25519 public key (kty, crv and x alone)'
  // Stops a ciphertext that was moved to another row.
  if (ws !== at.workspace) return 'its ws must be the workspace that it is read from'
  if (name !== at.name) return 'its name must be the name that it is read from'
  if (hasPolicy && !readPolicyClaim(header['pol'])) {
    return 'its pol must be an object of hosts, methods, paths and places, each absent or a list of texts'
  }
  return undefined
}

function isEphemeralKey(value: unknown): boolean {
  if (!isObject(value) || !hasExactly(value, ['kty', 'crv', 'x'])) return false
  const { kty, crv, x } = value
  return kty === 'OKP' && crv === 'X25519' && isKey(x)
}

/** 32 bytes: an X25519 key or a SHA-256 thumbprint. */
function isKey(value: unknown): value is string {
  return typeof value === 'string' && value.length === keyLength && isBase64url(value)
}

/**
 * Checks a value that a client sealed, as far as it can be checked without a private key: five parts, `alg`,
 * `enc`, `epk`, `ws`, `name`, size (1 byte to 64 KiB) and that it is sealed for the current workspace key.
 *
 * @param kid the workspace's current key.
 * @returns the policy that it says is sealed in, which only opening can prove; `undefined` for none.
 * @throws AppError SEALED_VALUE_REJECTED that says which rule failed.
 */
export function checkSealedValue(at: At, kid: string, sealed: string): Policy | undefined {
  const header = readSealedValue(at, sealed)
  const fault = header.ok ? clientFault(kid, header) : header.fault
  if (header.ok && fault === undefined) return header.policy
  throw new AppError('SEALED_VALUE_REJECTED', `The sealed value of ${at.name} is rejected: ${fault}.`)
}

function clientFault(kid: string, header: { kid: string; bytes: number }): string | undefined {
  // Stops a value that nobody could open: sealed for another workspace's key or a replaced one.
  if (header.kid !== kid)
    return `its kid must be the workspace's current key ${kid}; seal again with sealingKey`
  if (header.bytes === 0) return 'the value in it is empty'
  if (header.bytes > MAX_CLIENT_SEALED_BYTES) {
    return `the value in it has ${header.bytes} bytes, at most ${MAX_CLIENT_SEALED_BYTES} are allowed`
  }
  return undefined
}

/**
 * The size in bytes of UTF-8 of the value in a sealed value; A256GCM shows it (RFC 7518, section 5.3). For
 * bounds such as the least length of a value; call {@link checkSealedValue} first.
 */
export function sealedValueSize(sealed: string): number {
  return base64urlBytes(sealed.split('.', 4)[3]?.length ?? 0)
}
