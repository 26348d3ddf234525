import { createHmac, timingSafeEqual } from 'node:crypto'
import type { HookSignature } from '../store/entities/index.ts'
import { formatOf, type SignatureFormat } from './format.ts'

/** A request to a hook, as its run gets it. The names of headers are in lower case. */
export interface SignedRequest {
  readonly rawBody: string
  /** The bytes of the body, where the text is not these: a signature is over what came. */
  readonly rawBodyBase64?: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
}

interface Claim {
  /** What is said to be the HMAC, of the right length. */
  signatures: readonly Buffer[]
  timestamp: string
  id: string
}

const LENGTHS = { sha1: 20, sha256: 32, sha512: 64 }

/**
 * Whether a request may be signed: everything is there, in the right form, and of a time that counts. It needs no key, so
 * it refuses most of what is not signed before anything is written or opened.
 *
 * @param cameAt when the request came (milliseconds since 1970).
 */
export function mayBeSigned(request: SignedRequest, signature: HookSignature, cameAt: number): boolean {
  return readClaim(request, formatOf(signature), cameAt) !== undefined
}

/** Whether the request was signed with the value of the secret (RFC 2104). @param cameAt as above. */
export function isSigned(
  request: SignedRequest,
  signature: HookSignature,
  value: string,
  cameAt: number,
): boolean {
  const format = formatOf(signature)
  const claim = readClaim(request, format, cameAt)
  const key = keyOf(value, format)
  if (!claim || !key) return false
  const { timestamp, id } = claim
  const { rawBody, rawBodyBase64 } = request
  const body = rawBodyBase64 === undefined ? Buffer.from(rawBody) : Buffer.from(rawBodyBase64, 'base64')
  const parts: Record<string, Buffer | string> = { '{body}': body, '{timestamp}': timestamp, '{id}': id }
  const code = createHmac(format.algorithm, key)
  for (const it of format.signed.split(/(\{(?:body|timestamp|id)\})/)) code.update(parts[it] ?? it)
  const expected = code.digest()
  return claim.signatures.some((it) => timingSafeEqual(it, expected))
}

/** What a sender has to do, in words. */
export function signingAdvice(signature: HookSignature): string {
  const { shownHeader, timestamp, toleranceSeconds } = formatOf(signature)
  const who = `The sender has to sign with the value of the secret ${signature.secret}, in the header ${shownHeader}.`
  const age = `The time of signing may be ${toleranceSeconds} seconds from now at most.`
  return timestamp ? `${who} ${age}` : who
}

function readClaim({ headers }: SignedRequest, format: SignatureFormat, cameAt: number): Claim | undefined {
  const { timestamp: where, idHeader, toleranceSeconds, separator } = format
  const header = headers[format.header]
  if (header === undefined) return undefined
  const parts = separator === null ? [header] : header.split(separator)
  const signatures = parts.flatMap((it) => readSignature(it.trim(), format) ?? [])
  const timestamp = where && readTimestamp('header' in where ? [headers[where.header] ?? ''] : parts, where)
  const id = idHeader === null ? '' : headers[idHeader]
  if (signatures.length === 0 || timestamp === undefined || id === undefined) return undefined
  // Stops a recorded request from being sent again later. `not <=` refuses what is no number as well.
  if (timestamp !== null && !(Math.abs(cameAt / 1000 - Number(timestamp)) <= toleranceSeconds))
    return undefined
  return { signatures, timestamp: timestamp ?? '', id }
}

function readTimestamp(parts: readonly string[], where: object): string | undefined {
  const prefix = 'prefix' in where ? `${where.prefix}` : ''
  const times = parts.map((it) => it.trim()).filter((it) => it.startsWith(prefix))
  return times.map((it) => it.slice(prefix.length)).find((it) => /^\d{1,12}$/.test(it))
}

/** One signature; undefined for another scheme, or a text of another form or length. */
function readSignature(text: string, { prefix, encoding, algorithm }: SignatureFormat): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined
  const encoded = text.slice(prefix.length)
  const form = encoding === 'hex' ? /^[0-9a-f]+$/i : /^[A-Za-z0-9+/]+={0,2}$/
  if (!form.test(encoded)) return undefined
  const bytes = Buffer.from(encoded, encoding)
  return bytes.length === LENGTHS[algorithm] ? bytes : undefined
}

/** @returns undefined for a value that is no key of this format. */
function keyOf(value: string, { key }: SignatureFormat): Buffer | undefined {
  if (key === 'text') return Buffer.from(value)
  const encoded = value.replace(/^whsec_/, '')
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.length > 0 && bytes.toString('base64').replaceAll('=', '') === encoded.replaceAll('=', '')
    ? bytes
    : undefined
}
