import { namedEntities } from './named-entities.ts'
import type { TokenDecoder, View } from './view.ts'

export type Decoder = (view: View) => View | undefined

const decoder =
  (pattern: RegExp, decodeToken: TokenDecoder): Decoder =>
  (view) =>
    view.decode(pattern, decodeToken)

/** `%XX` in either case, a byte each; `%uXXXX` as JavaScript's `escape` writes it. */
const PERCENT_TOKEN = '%(?:([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))'
const decodePercent: TokenDecoder = (token) =>
  String.fromCharCode(Number.parseInt(token[1] ?? token[2] ?? '', 16))
export const percent = decoder(new RegExp(PERCENT_TOKEN, 'g'), decodePercent)

/** As percent-encoding, and `+` for a space. */
const plusAndPercent = decoder(new RegExp(`\\+|${PERCENT_TOKEN}`, 'g'), (token) =>
  token[0] === '+' ? ' ' : decodePercent(token),
)
/** Without a `+` it would only do the work of {@link percent} again. */
export const form: Decoder = (view) => (view.text.includes('+') ? plusAndPercent(view) : undefined)

/**
 * As percent-encoding, with every other character as its UTF-8 bytes: for a text in which some letters
 * beyond ASCII are encoded and some are not.
 */
const everyByte = decoder(
  new RegExp(`${PERCENT_TOKEN}|[\\u0080-\\ud7ff\\ue000-\\uffff]|[\\ud800-\\udbff][\\udc00-\\udfff]`, 'g'),
  (token) => (token[0].startsWith('%') ? decodePercent(token) : utf8AsLatin1(token[0])),
)
export const percentBytes: Decoder = (view) => (view.text.includes('%') ? everyByte(view) : undefined)

/** Percent-encoding of any depth at once: `%252541` is `A`. */
const deepPercent = decoder(/%(?:25)*([0-9a-fA-F]{2})/g, (token) =>
  String.fromCharCode(Number.parseInt(token[1] ?? '', 16)),
)
export const percentInPercent: Decoder = (view) => (view.text.includes('%25') ? deepPercent(view) : undefined)

/** Quoted-printable (RFC 2045, section 6.7): `=XX`, and `=` at the end of a line. */
const equalsSigns = decoder(/=(?:(0[09AD]|[2-9A-F][0-9A-F])|[ \t]{0,8}\r?\n)/g, (token) =>
  token[1] === undefined ? '' : String.fromCharCode(Number.parseInt(token[1], 16)),
)

export const quotedPrintable: Decoder = (view) => (view.text.includes('=') ? equalsSigns(view) : undefined)

/** UTF-16 read a character a byte has a zero byte beside each letter. */
const withoutZeros = decoder(/\0/g, () => '')
export const zeros: Decoder = (view) => (view.text.includes('\0') ? withoutZeros(view) : undefined)

const simpleEscapes = new Map(
  Object.entries({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07' }),
)
for (const name of ['e', 'E']) simpleEscapes.set(name, '\x1b')

/** JSON, JavaScript, `$'..'` and `"\""` of a shell. A backslash before any other letter is only a backslash. */
export const backslash = decoder(
  /\\(?:u\{0{0,8}([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|([\s\S]))/g,
  (token) => {
    const hex = token[1] ?? token[2] ?? token[3] ?? token[4]
    if (hex !== undefined) return character(Number.parseInt(hex, 16))
    if (token[5] !== undefined) return String.fromCharCode(Number.parseInt(token[5], 8))
    const escaped = token[6] ?? ''
    return simpleEscapes.get(escaped) ?? (/[a-zA-Z0-9]/.test(escaped) ? undefined : escaped)
  },
)

/** A single quote inside single quotes of a shell. */
export const shellQuote = decoder(/'\\''|'"'"'/g, () => "'")

/** XML and HTML: named, decimal and hexadecimal. */
export const entity = decoder(
  /&(?:#(?:(\d{1,8})|[xX]([0-9a-fA-F]{1,8}));?|([A-Za-z]\w{1,23});)/g,
  (token) => {
    if (token[3] !== undefined) return namedEntities.get(token[3])
    return character(token[1] !== undefined ? Number(token[1]) : Number.parseInt(token[2] ?? '', 16))
  },
)

/** A header field folded over lines (RFC 9112 5.2) reads as one space at the fold. */
export const unfold = decoder(/\r?\n[ \t]{1,64}/g, () => ' ')

/** Line breaks that wrap base64, with the indentation after them. */
export const joinLines = decoder(/(?:\r\n?|\n)[ \t]{0,16}/g, () => '')

const SEPARATOR = '(?:[:\\-]| {1,2}|,[ \\r\\n]{0,10}(?:0x)?| 0x|\\r?\\n {0,8})'
/** Bytes of a dump (`73:6b:5f`, `73 6b 5f`, `0x73, 0x6b`) without what stands between them. */
export const joinDump = decoder(
  new RegExp(`(?<=[0-9a-fA-F]{2})${SEPARATOR}(?=[0-9a-fA-F]{2}(?![0-9a-fA-F]))`, 'g'),
  () => '',
)

function character(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

/** The UTF-8 bytes of a text, a character each. */
export function utf8AsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
