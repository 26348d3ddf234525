import { createPrivateKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { type AppError, fieldError, type Sensitive } from '../../src/steps/index.ts'
import type { SignJwtInput } from './fields.ts'

type Algorithm = SignJwtInput['algorithm']

interface Requirement {
  /** The type of the key, as node:crypto names it. */
  readonly type: 'rsa' | 'ec' | 'ed25519' | 'secret'
  readonly curve?: string
  /** The strength that the algorithm requires (RFC 7518). */
  readonly minBits?: number
  readonly wanted: string
}

const PAIR = 'as PEM without a passphrase or as JWK; of the JSON of a service account, its private_key alone'
const rsa = {
  type: 'rsa',
  minBits: 2048,
  wanted: `an RSA private key of 2048 bits or more, ${PAIR}`,
} as const
const requirements: Readonly<Record<Algorithm, Requirement>> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: { type: 'ec', curve: 'prime256v1', wanted: `an EC private key on the curve P-256, ${PAIR}` },
  ES384: { type: 'ec', curve: 'secp384r1', wanted: `an EC private key on the curve P-384, ${PAIR}` },
  EdDSA: { type: 'ed25519', wanted: `an Ed25519 private key, ${PAIR}` },
  HS256: shared(256),
  HS384: shared(384),
  HS512: shared(512),
}

function shared(minBits: number): Requirement {
  const what = `a shared secret of ${minBits / 8} bytes or more without white space around it, or a JWK of kind oct`
  return { type: 'secret', minBits, wanted: `${what}, and no key of a pair` }
}

/**
 * Reads the key and checks that the algorithm can use its kind and strength.
 *
 * @throws AppError INVALID_FIELD, the same for every fault of a key.
 */
export function signingKey(key: Sensitive, algorithm: Algorithm): KeyObject {
  const needed = requirements[algorithm]
  const read = readKey(key.reveal(), needed, algorithm)
  if (read === undefined || !isEnough(read, needed)) throw refusedKey(algorithm)
  return read
}

/** Stops an oracle: different messages would tell people something about a value that they may not see. */
export function refusedKey(algorithm: Algorithm): AppError {
  const { wanted } = requirements[algorithm]
  return fieldError({ field: 'key' }, `${algorithm} cannot sign with it. It wants ${wanted}.`)
}

function readKey(text: string, needed: Requirement, algorithm: Algorithm): KeyObject | undefined {
  try {
    const jwk = readJwk(text)
    if (jwk?.alg !== undefined && jwk.alg !== algorithm) return undefined
    return needed.type === 'secret' ? sharedSecret(text, jwk) : privateKey(text, jwk)
  } catch {
    // The reason is dropped, because OpenSSL and the JSON parser may quote their input.
    return undefined
  }
}

/** A JWK, if the text is a JSON object. */
function readJwk(text: string): (JsonWebKey & { alg?: unknown }) | undefined {
  return text.trimStart().startsWith('{') ? JSON.parse(text) : undefined
}

function sharedSecret(text: string, jwk: JsonWebKey | undefined): KeyObject | undefined {
  // A public key that is used as a shared secret lets everybody sign (algorithm confusion).
  if (text.includes('-----BEGIN ') || (jwk !== undefined && jwk.kty !== 'oct')) return undefined
  if (jwk !== undefined) {
    return typeof jwk.k === 'string' ? createSecretKey(Buffer.from(jwk.k, 'base64url')) : undefined
  }
  // Pasted white space would be part of the secret, and every signature would be wrong.
  return text.trim() === text ? createSecretKey(Buffer.from(text)) : undefined
}

function privateKey(text: string, jwk: JsonWebKey | undefined): KeyObject {
  if (jwk !== undefined) return createPrivateKey({ key: jwk, format: 'jwk' })
  // Keys that were copied from a JSON file often still have its \n instead of line breaks.
  return createPrivateKey(text.replaceAll('\\n', '\n').trim())
}

function isEnough(key: KeyObject, { type, curve, minBits = 0 }: Requirement): boolean {
  const { asymmetricKeyDetails: details, asymmetricKeyType = 'secret' } = key
  if (asymmetricKeyType !== type || (curve !== undefined && details?.namedCurve !== curve)) return false
  return (details?.modulusLength ?? (key.symmetricKeySize ?? 0) * 8) >= minBits
}
