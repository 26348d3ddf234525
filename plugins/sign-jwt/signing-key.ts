import { createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { asPlainRsa, KeyFault, readKeyMaterial, readPrivateKey } from '../../src/key-material/index.ts'
import { type AppError, fieldError } from '../../src/steps/index.ts'
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

const PAIR = 'as PEM, as JWK, or in the JSON of a service account'
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

/** A key that can sign, and whether it is a shorter shared secret than the algorithm asks for. */
export interface SigningKey {
  readonly key: KeyObject
  readonly isShort: boolean
}

/**
 * Reads the key and checks that the algorithm can use its kind and strength.
 *
 * @throws AppError INVALID_FIELD with the kind of the fault, from a closed list; it holds nothing of the key.
 */
export function signingKey(
  input: Pick<SignJwtInput, 'key' | 'passphrase' | 'algorithm' | 'allowShortKey'>,
): SigningKey {
  const { algorithm, allowShortKey } = input
  const needed = requirements[algorithm]
  const given = needed.type === 'secret' ? sharedSecret(input) : privateKey(input)
  checkKind(given, needed, algorithm)
  const key = given.asymmetricKeyType === 'rsa-pss' ? asPlainRsa(given) : given
  const bits = key.asymmetricKeyDetails?.modulusLength ?? (key.symmetricKeySize ?? 0) * 8
  const isShort = bits < (needed.minBits ?? 0)
  if (isShort && !(needed.type === 'secret' && allowShortKey)) throw refusedKey(algorithm)
  return { key, isShort }
}

export function refusedKey(algorithm: Algorithm, reason?: string): AppError {
  const { wanted } = requirements[algorithm]
  const fault = reason === undefined ? '' : `${reason}. `
  return fieldError(
    { field: 'key' },
    `${fault}${algorithm} ${fault ? '' : 'cannot sign with it. It '}wants ${wanted}.`,
  )
}

/** A JWK, if the text is a JSON object. */
function readJwk(text: string): (JsonWebKey & { alg?: unknown }) | undefined {
  try {
    const value: unknown = text.trimStart().startsWith('{') ? JSON.parse(text) : undefined
    return typeof value === 'object' && value !== null ? (value as JsonWebKey) : undefined
  } catch {
    // The reason is dropped, because the JSON parser may quote its input.
    return undefined
  }
}

function checkJwk(jwk: { alg?: unknown } | undefined, algorithm: Algorithm): void {
  if (jwk?.alg !== undefined && jwk.alg !== algorithm)
    throw refusedKey(algorithm, 'holds a JWK for another algorithm')
}

function sharedSecret({ key, algorithm }: Pick<SignJwtInput, 'key' | 'algorithm'>): KeyObject {
  const text = key.reveal()
  const jwk = readJwk(text)
  checkJwk(jwk, algorithm)
  // A public key that is used as a shared secret lets everybody sign (algorithm confusion).
  if (isKeyOfPair(text, jwk)) throw refusedKey(algorithm, 'holds a key of a pair')
  const isOct = jwk?.kty === 'oct'
  if (isOct && typeof jwk.k !== 'string') throw refusedKey(algorithm, 'holds a JWK without its secret')
  // Pasted white space would be part of the secret, and every signature would be wrong.
  if (text.trim() !== text) throw refusedKey(algorithm, 'has white space around it')
  const bytes = isOct ? Buffer.from(String(jwk.k), 'base64url') : Buffer.from(text)
  if (bytes.length === 0) throw refusedKey(algorithm, 'is empty')
  return createSecretKey(bytes)
}

/** Whether it is one in any form that the key reader knows, or the JSON of one. */
function isKeyOfPair(text: string, jwk: JsonWebKey | undefined): boolean {
  if (text.includes('-----BEGIN ') || (jwk?.kty !== undefined && jwk.kty !== 'oct')) return true
  try {
    const { keys, publicKeys, certificates } = readKeyMaterial(text)
    return keys.length + publicKeys.length + certificates.length > 0
  } catch (error) {
    if (error instanceof KeyFault)
      return !['unknown', 'shared', 'empty', 'json', 'damaged', 'tooLarge'].includes(error.kind)
    throw error
  }
}

function privateKey(input: Pick<SignJwtInput, 'key' | 'passphrase' | 'algorithm'>): KeyObject {
  const text = input.key.reveal()
  checkJwk(readJwk(text), input.algorithm)
  try {
    return readPrivateKey(text, input.passphrase?.reveal())
  } catch (error) {
    if (error instanceof KeyFault) throw refusedKey(input.algorithm, error.message)
    throw error
  }
}

function checkKind(key: KeyObject, { type, curve }: Requirement, algorithm: Algorithm): void {
  const { asymmetricKeyDetails: details, asymmetricKeyType = 'secret' } = key
  const isRight = asymmetricKeyType === type && (curve === undefined || details?.namedCurve === curve)
  // A key for RSA-PSS alone signs PS256 and the like, with the hash that it may be bound to.
  const isPss = asymmetricKeyType === 'rsa-pss' && algorithm.startsWith('PS')
  if (isRight || (isPss && isHashRight(details?.hashAlgorithm, algorithm))) return
  throw refusedKey(algorithm, `holds a key of the kind ${details?.namedCurve ?? asymmetricKeyType}`)
}

const isHashRight = (hash: string | undefined, algorithm: Algorithm): boolean =>
  hash === undefined || hash === `sha${algorithm.slice(2)}`
