import { createPrivateKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { AppError, type Sensitive } from '../../src/steps/index.ts'
import type { SignJwtInput } from './fields.ts'

type Algorithm = SignJwtInput['algorithm']

interface Requirement {
  /** As node:crypto calls the type of a key. */
  readonly type: 'rsa' | 'ec' | 'ed25519' | 'secret'
  readonly curve?: string
  /** The strength without which the algorithm is not what its name says (RFC 7518). */
  readonly minBits?: number
  readonly wanted: string
}

const rsa = { type: 'rsa', minBits: 2048, wanted: 'an RSA private key' } as const
const requirements: Readonly<Record<Algorithm, Requirement>> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: { type: 'ec', curve: 'prime256v1', wanted: 'an EC private key on the curve P-256' },
  ES384: { type: 'ec', curve: 'secp384r1', wanted: 'an EC private key on the curve P-384' },
  EdDSA: { type: 'ed25519', wanted: 'an Ed25519 private key' },
  HS256: { type: 'secret', minBits: 256, wanted: 'a shared secret' },
  HS384: { type: 'secret', minBits: 384, wanted: 'a shared secret' },
  HS512: { type: 'secret', minBits: 512, wanted: 'a shared secret' },
}

/**
 * Reads the key and checks that it is of the kind and strength that the algorithm asks for.
 *
 * @throws AppError INVALID_FIELD, which says nothing of the key but its kind and length.
 */
export function signingKey(key: Sensitive, algorithm: Algorithm): KeyObject {
  const text = key.reveal()
  const needed = requirements[algorithm]
  const jwk = readJwk(text)
  if (jwk?.alg !== undefined && jwk.alg !== algorithm) throw invalid('is a JWK for another algorithm.')
  const read =
    needed.type === 'secret' ? sharedSecret(text, jwk, algorithm) : privateKey(text, jwk, needed, algorithm)
  checkKey(read, needed, algorithm)
  return read
}

/** A JWK, when the text is an object of JSON. */
function readJwk(text: string): (JsonWebKey & { alg?: unknown }) | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('begins like a JWK, but is not valid JSON.')
  }
}

function sharedSecret(text: string, jwk: JsonWebKey | undefined, algorithm: Algorithm): KeyObject {
  // A public key that is taken for a shared secret lets everybody sign (algorithm confusion).
  if (text.includes('-----BEGIN ') || (jwk !== undefined && jwk.kty !== 'oct')) {
    throw invalid(`is a key pair's, and ${algorithm} wants a shared secret. Choose another algorithm.`)
  }
  if (jwk !== undefined) {
    if (typeof jwk.k !== 'string') throw invalid('is a JWK without its secret ("k").')
    return createSecretKey(Buffer.from(jwk.k, 'base64url'))
  }
  if (text.trim() !== text) {
    throw invalid('begins or ends with white space, which would be part of the shared secret. Remove it.')
  }
  return createSecretKey(Buffer.from(text))
}

function privateKey(
  text: string,
  jwk: JsonWebKey | undefined,
  { wanted }: Requirement,
  algorithm: Algorithm,
): KeyObject {
  refuseOtherThings(text, jwk)
  try {
    if (jwk !== undefined) return createPrivateKey({ key: jwk, format: 'jwk' })
    // Keys that were cut out of a JSON file often still have its \n in the place of line breaks.
    return createPrivateKey(text.replaceAll('\\n', '\n').trim())
  } catch {
    // OpenSSL's reason is dropped: it may quote what it could not read.
    throw invalid(`cannot be read. ${algorithm} wants ${wanted}, as PEM or JWK.`)
  }
}

/** What people put there by mistake, with what to do about it. */
function refuseOtherThings(text: string, jwk: JsonWebKey | undefined): void {
  if (/-----BEGIN (ENCRYPTED|[A-Z ]*PRIVATE KEY-----\s+Proc-Type)/.test(text)) {
    throw invalid('is protected by a passphrase. Store it without one: the secret store encrypts it.')
  }
  const isPublic = /-----BEGIN ([A-Z]+ )?(PUBLIC KEY|CERTIFICATE)-----/.test(text)
  const hasPrivate = text.includes('PRIVATE KEY-----')
  if ((isPublic && !hasPrivate) || (jwk !== undefined && jwk.kty !== 'oct' && jwk.d === undefined)) {
    throw invalid('is the public half. Signing needs the private key.')
  }
}

function checkKey(key: KeyObject, needed: Requirement, algorithm: Algorithm): void {
  const { asymmetricKeyDetails: details, asymmetricKeyType: type = 'secret' } = key
  const hasCurve = needed.curve === undefined || details?.namedCurve === needed.curve
  if (type !== needed.type || !hasCurve) {
    throw invalid(`is of another kind: ${algorithm} wants ${needed.wanted}.`)
  }
  const bits = details?.modulusLength ?? (key.symmetricKeySize ?? 0) * 8
  if (needed.minBits === undefined || bits >= needed.minBits) return
  throw invalid(`has ${bits} bits, and ${algorithm} needs ${needed.minBits} or more.`)
}

function invalid(message: string): AppError {
  return new AppError('INVALID_FIELD', `field "key": ${message}`)
}
