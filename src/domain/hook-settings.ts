import { AppError } from '../errors.ts'
import { isWithheld } from '../hook-signature/index.ts'
import type { HookAnswer, HookSignature, HookSignatureFormat } from '../store/entities/index.ts'
import { normalizeSecretName } from '../template/index.ts'

/** As a client sends it: what has a default may be left out. */
export interface HookSignatureInput {
  secret: string
  style: HookSignature['style']
  format?:
    | (Pick<HookSignatureFormat, 'header' | 'algorithm' | 'encoding'> & {
        [K in 'prefix' | 'signed' | 'timestampHeader' | 'toleranceSeconds']?:
          | HookSignatureFormat[K]
          | null
          | undefined
      })
    | null
    | undefined
  verifyToken?: string | null | undefined
}

// A token of RFC 9110, section 5.6.2.
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
const MAX_TEXT = 200
const MAX_TOLERANCE = 24 * 3600
const TOLERANCE = 5 * 60
/** As long as a caller may wait with `Prefer: wait`. */
export const MAX_WAIT = 30

/** @throws AppError INVALID_NAME, INVALID_FIELD */
export function checkSignature({ secret, style, format, verifyToken }: HookSignatureInput): HookSignature {
  if (style === 'CUSTOM' && !format) {
    throw invalid('format', 'A custom signature needs a format: the header, the algorithm and the encoding.')
  }
  if (style !== 'CUSTOM' && format) {
    throw invalid('format', `Only a custom signature has a format, and this one is ${style}. Leave it out.`)
  }
  return {
    secret: normalizeSecretName(secret),
    style,
    ...(format && { format: checkFormat(format) }),
    ...(verifyToken != null && { verifyToken: normalizeSecretName(verifyToken) }),
  }
}

/** The setting with its defaults, whatever it says. */
export function signatureAsWritten({
  secret,
  style,
  format,
  verifyToken,
}: HookSignatureInput): HookSignature {
  const timestampHeader = format?.timestampHeader ?? null
  const defaults = {
    timestampHeader,
    prefix: format?.prefix ?? '',
    signed: format?.signed ?? (timestampHeader === null ? '{body}' : '{timestamp}.{body}'),
    toleranceSeconds: format?.toleranceSeconds ?? TOLERANCE,
  }
  return {
    secret,
    style,
    ...(format && { format: { ...format, ...defaults } }),
    ...(verifyToken != null && { verifyToken }),
  }
}

function checkFormat(format: NonNullable<HookSignatureInput['format']>): HookSignatureFormat {
  const { algorithm, encoding } = format
  const header = checkHeader('header', format.header)
  const prefix = checkText('prefix', format.prefix ?? '')
  const timestampHeader =
    format.timestampHeader == null ? null : checkHeader('timestampHeader', format.timestampHeader)
  const signed = checkText('signed', format.signed ?? (timestampHeader ? '{timestamp}.{body}' : '{body}'))
  if (!signed.includes('{body}')) {
    throw invalid(
      'format.signed',
      'What is signed has to hold {body}: else any body passes with the signature of another.',
    )
  }
  if (signed.includes('{timestamp}') !== (timestampHeader !== null)) {
    const rule = 'What is signed holds {timestamp} when there is a header with the time, and only then'
    throw invalid('format.signed', `${rule}: a time that is not signed could be any.`)
  }
  const toleranceSeconds = format.toleranceSeconds ?? TOLERANCE
  if (!(Number.isInteger(toleranceSeconds) && toleranceSeconds >= 1 && toleranceSeconds <= MAX_TOLERANCE)) {
    throw invalid('format.toleranceSeconds', `It may be a whole number from 1 to ${MAX_TOLERANCE}.`)
  }
  return { header, algorithm, encoding, prefix, signed, timestampHeader, toleranceSeconds }
}

function checkHeader(field: string, text: string): string {
  if (!HEADER.test(text)) {
    throw invalid(
      `format.${field}`,
      'It is no name of a header: letters, digits and hyphens, such as X-Signature.',
    )
  }
  if (isWithheld(text.toLowerCase())) {
    throw invalid(
      `format.${field}`,
      `Runs do not get the header ${text}. Choose another one for the signature.`,
    )
  }
  return text
}

function checkText(field: string, text: string): string {
  if (text.length <= MAX_TEXT) return text
  throw invalid(`format.${field}`, `It is ${text.length} characters long. ${MAX_TEXT} are allowed.`)
}

/** @throws AppError INVALID_FIELD */
export function checkAnswer({ waitSeconds }: HookAnswer): HookAnswer {
  if (Number.isInteger(waitSeconds) && waitSeconds >= 1 && waitSeconds <= MAX_WAIT) return { waitSeconds }
  const message = `hookAnswer.waitSeconds is ${waitSeconds}. It may be a whole number from 1 to ${MAX_WAIT}.`
  throw new AppError('INVALID_FIELD', message, { at: { field: 'hookAnswer.waitSeconds' } })
}

const invalid = (field: string, reason: string): AppError =>
  new AppError('INVALID_FIELD', `hookSignature.${field}: ${reason}`, {
    at: { field: `hookSignature.${field}` },
    reason,
  })
