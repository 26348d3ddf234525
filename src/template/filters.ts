import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { AppError } from '../errors.ts'
import { decoderOf, decodeText, readMediaType } from '../media-type.ts'
import { fromBase64, toBase64, toBase64Url } from './base64.ts'
import type { Argument } from './part.ts'
import { percentEncode } from './percent-encoding.ts'
import { isPlainObject, ownValue, type Plain, textOf } from './plain-data.ts'

export interface FilterRule {
  /** The correct form, for the message when it is written otherwise. */
  usage: string
  least: number
  most: number
  /** An additional check that the parser makes before any value is known. */
  accepts?: (args: readonly Argument[]) => boolean
  /** `learn` receives the sources of the result and forms that would not be recognised in the result alone. */
  run: (input: Plain, args: readonly Plain[], learn: (text: string) => void) => Plain
}

/**
 * The filters by name. `default` is the only one that sees a missing value, so the evaluation decides when it
 * runs. `raw` changes nothing here; it tells the URL not to encode.
 */
export const filterRules: ReadonlyMap<string, FilterRule> = new Map<string, FilterRule>([
  ['basic', { usage: 'basic with a password, as in basic: secrets.PASSWORD', least: 1, most: 1, run: basic }],
  ['base64', onText('base64', (text) => toBase64(utf8ToBytes(text)))],
  ['base64url', onText('base64url', (text) => toBase64Url(utf8ToBytes(text)))],
  ['urlencode', onText('urlencode', percentEncode)],
  ['json', { ...withoutArguments('json'), run: (input) => JSON.stringify(input) }],
  [
    'decode',
    {
      usage: 'decode with a charset if you like, as in decode: "iso-8859-1"',
      least: 0,
      most: 1,
      accepts: ([charset]) =>
        charset === undefined || (typeof charset === 'string' && decoderOf(charset) !== undefined),
      run: decode,
    },
  ],
  ['trim', onText('trim', (text) => text.trim())],
  ['upper', onText('upper', (text) => text.toUpperCase())],
  ['lower', onText('lower', (text) => text.toLowerCase())],
  ['sha256', onText('sha256', (text) => bytesToHex(sha256(utf8ToBytes(text))))],
  [
    'hmac_sha256',
    {
      usage:
        'hmac_sha256 with a key, and after it "hex" or "base64" if you like, as in hmac_sha256: secrets.KEY, "hex"',
      least: 1,
      most: 2,
      accepts: ([, form]) => form === undefined || form === 'hex' || form === 'base64',
      run: hmacSha256,
    },
  ],
  [
    'default',
    {
      usage: 'default with one value, as in default: "none"',
      least: 1,
      most: 1,
      run: (input, [other]) => input ?? other ?? null,
    },
  ],
  ['raw', { ...withoutArguments('raw'), run: (input) => input }],
])

function withoutArguments(name: string) {
  return { usage: `${name} without a value after it`, least: 0, most: 0 }
}

function onText(name: string, change: (text: string) => string): FilterRule {
  return { ...withoutArguments(name), run: (input) => change(textOf(input)) }
}

/** The whole value of an `Authorization` header, RFC 7617. */
function basic(input: Plain, args: readonly Plain[], learn: (text: string) => void): string {
  const user = textOf(input)
  // The first colon ends the user name, so a colon inside it would move the rest into the password.
  if (user.includes(':')) {
    throw new AppError('INVALID_FIELD', 'The user name before "basic" contains a colon, which it must not.')
  }
  const pair = `${user}:${textOf(args[0] ?? null)}`
  const token = toBase64(utf8ToBytes(pair))
  // A server that echoes the credentials often omits the scheme or decodes them.
  learn(pair)
  learn(token)
  return `Basic ${token}`
}

/** Text of bytes: of `{ base64, bytes, type }`, as bodies and files come, or of base64. */
function decode(input: Plain, [charset]: readonly Plain[]): string {
  const base64 = isPlainObject(input) ? ownValue(input, 'base64') : input
  const type = isPlainObject(input) ? textOf((ownValue(input, 'type') ?? null) as Plain) : ''
  const bytes = typeof base64 === 'string' ? fromBase64(base64) : undefined
  if (bytes === undefined) {
    throw new AppError(
      'INVALID_FIELD',
      'What stands before "decode" is neither base64 nor { base64, bytes }.',
    )
  }
  const written = charset === undefined ? type : `text/plain; charset=${textOf(charset)}`
  return decodeText(bytes, readMediaType(written))
}

function hmacSha256(input: Plain, [key, form]: readonly Plain[]): string {
  const digest = hmac(sha256, utf8ToBytes(textOf(key ?? null)), utf8ToBytes(textOf(input)))
  return form === 'base64' ? toBase64(digest) : bytesToHex(digest)
}
