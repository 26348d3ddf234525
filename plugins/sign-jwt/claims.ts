import { ExactNumber, fieldError } from '../../src/steps/index.ts'
import type { SignJwtInput } from './fields.ts'

export type Claims = Readonly<Record<string, unknown>>

// A token travels in a header, and servers accept at least 8 KiB of headers.
const MAX_CLAIMS_BYTES = 4096

/**
 * The claims of the token.
 *
 * @param issuedAt in seconds since 1970.
 * @throws AppError INVALID_FIELD
 */
export function claimsOf(input: SignJwtInput, issuedAt: number): Claims {
  const further = readClaims(input.claims)
  const { issuer: iss, subject: sub, audience: aud } = input
  const given = Object.entries({ iss, sub, aud }).filter(([, value]) => value !== undefined && value !== '')
  for (const [name] of given) refuseTwice(further, name)
  return {
    ...further,
    ...Object.fromEntries(given),
    iat: issuedAt,
    exp: issuedAt + input.expiresInSeconds,
  }
}

const fieldOf: Readonly<Record<string, string>> = { iss: 'issuer', sub: 'subject', aud: 'audience' }

function readClaims(claims: unknown): Claims {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw invalid('must be a JSON object, each claim by its name.')
  }
  if (Buffer.byteLength(JSON.stringify(claims)) > MAX_CLAIMS_BYTES) {
    throw invalid(`is over ${MAX_CLAIMS_BYTES / 1024} KiB, too long for a header.`)
  }
  if ('iat' in claims) throw invalid('"iat" is always the time of signing. Remove it.')
  if ('exp' in claims) throw invalid('"exp" follows from the field "expiresInSeconds". Remove it.')
  if ('nbf' in claims && typeof claims.nbf !== 'number' && !(claims.nbf instanceof ExactNumber)) {
    throw invalid('"nbf" must be a number: seconds since 1970.')
  }
  return { ...claims }
}

/** A reader of the step should not have to guess which of the two counts. */
function refuseTwice(claims: Claims, name: string): void {
  if (!Object.hasOwn(claims, name)) return
  throw invalid(`"${name}" is set by the field "${fieldOf[name]}" too. Remove one of them.`)
}

const invalid = (reason: string) => fieldError({ field: 'claims' }, reason)
