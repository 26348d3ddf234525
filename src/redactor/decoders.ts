import { namedEntities } from './named-entities.ts'
import { Replaced } from './replaced.ts'
import type { TokenDecoder, View } from './view.ts'

export type Decoder = (view: View) => View | undefined

/** @param mayHold whether a token may stand in a text: to look for signs takes far less than to try a pattern everywhere. */
export const decoder =
  (mayHold: (text: string) => boolean, pattern: RegExp, decodeToken: TokenDecoder): Decoder =>
  (view) =>
    mayHold(view.text) ? view.decode(pattern, decodeToken) : undefined

const has =
  (sign: string) =>
  (text: string): boolean =>
    text.includes(sign)

/** Whether an equals sign is followed by two digits, or by nothing in its line, or by the end of what there is. */
function holdsQuoted(text: string): boolean {
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    const next = text.charCodeAt(at + 1)
    if (isDigitOrEnd(next) ? isDigitOrEnd(text.charCodeAt(at + 2)) : isBlank(next)) return true
  }
  return false
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13
/** As quoted-printable writes them: 0 to 9 and A to F. */
const isDigitOrEnd = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || Number.isNaN(code)

/** `%XX` in either case, a byte each; `%uXXXX` as JavaScript's `escape` writes it. */
const PERCENT_TOKEN = '%(?:([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))'
const decodePercent: TokenDecoder = (token) =>
  String.fromCharCode(Number.parseInt(token[1] ?? token[2] ?? '', 16))
export const percent = decoder(has('%'), new RegExp(PERCENT_TOKEN, 'g'), decodePercent)

/** As percent-encoding, and `+` for a space. Without a `+` it would only do the work of {@link percent} again. */
export const form = decoder(has('+'), new RegExp(`\\+|${PERCENT_TOKEN}`, 'g'), (token) =>
  token[0] === '+' ? ' ' : decodePercent(token),
)

/**
 * As percent-encoding, with every other character as its UTF-8 bytes: for a text in which some letters
 * beyond ASCII are encoded and some are not.
 */
export const percentBytes = decoder(
  has('%'),
  new RegExp(`${PERCENT_TOKEN}|[\\u0080-\\ud7ff\\ue000-\\uffff]|[\\ud800-\\udbff][\\udc00-\\udfff]`, 'g'),
  (token) => (token[0].startsWith('%') ? decodePercent(token) : utf8AsLatin1(token[0])),
)

/** Percent-encoding of any depth at once: `%252541` is `A`. */
export const percentInPercent = decoder(has('%25'), /%(?:25)*([0-9a-fA-F]{2})/g, (token) =>
  String.fromCharCode(Number.parseInt(token[1] ?? '', 16)),
)

/** Quoted-printable (RFC 2045, section 6.7): `=XX`, and `=` at the end of a line. */
export const quotedPrintable = decoder(
  holdsQuoted,
  /=(?:(0[09AD]|[2-9A-F][0-9A-F])|[ \t]{0,8}\r?\n)/g,
  (token) => (token[1] === undefined ? '' : String.fromCharCode(Number.parseInt(token[1], 16))),
)

/** UTF-16 read a character a byte has a zero byte beside each letter. */
export const zeros = decoder(has('\0'), /\0/g, () => '')

const ESCAPE =
  /\\(?:u\{0{0,8}([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2}))/y
const letters = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07', e: '\x1b', E: '\x1b' }
/** What stands for what behind a backslash, by its code. Other letters and the digits stand for nothing. */
const simpleEscapes = Array.from({ length: 128 }, (_it, code): string | undefined => {
  const escaped = String.fromCharCode(code)
  return (
    Object.entries(letters).find(([name]) => name === escaped)?.[1] ??
    (/\w/.test(escaped) && escaped !== '_' ? undefined : escaped)
  )
})
const NUMBERED = 'uUx01234567'

/**
 * JSON, JavaScript, `$'..'` and `"\""` of a shell. A backslash before any other letter is only a backslash. Without a
 * pattern for the frequent ones: JSON in JSON has one in every few characters.
 */
export const backslash: Decoder = (view) => {
  const { text } = view
  let at = text.indexOf('\\')
  if (at < 0) return
  const replaced = new Replaced(text)
  for (; at >= 0 && at + 1 < text.length; ) {
    const code = text.charCodeAt(at + 1)
    const simple = code < 128 ? simpleEscapes[code] : text.charAt(at + 1)
    const token =
      simple === undefined && NUMBERED.includes(text.charAt(at + 1)) ? numberedEscape(text, at) : null
    const end = at + (token?.[0].length ?? 2)
    const decoded = simple ?? (token === null ? undefined : codeOf(token))
    if (decoded !== undefined) replaced.add(at, end, decoded)
    at = text.indexOf('\\', end)
  }
  return view.replace(replaced)
}

function numberedEscape(text: string, at: number): RegExpExecArray | null {
  ESCAPE.lastIndex = at
  return ESCAPE.exec(text)
}

function codeOf(token: RegExpExecArray): string | undefined {
  if (token[5] !== undefined) return String.fromCharCode(Number.parseInt(token[5], 8))
  return character(Number.parseInt(token[1] ?? token[2] ?? token[3] ?? token[4] ?? '', 16))
}

/** A single quote inside single quotes of a shell. */
export const shellQuote = decoder(has("'"), /'\\''|'"'"'/g, () => "'")

/** XML and HTML: named, decimal and hexadecimal. */
export const entity = decoder(
  holdsEntity,
  /&(?:#(?:(\d{1,8})|[xX]([0-9a-fA-F]{1,8}));?|([A-Za-z]\w{1,23});)/g,
  (token) => {
    if (token[3] !== undefined) return namedEntities.get(token[3])
    return character(token[1] !== undefined ? Number(token[1]) : Number.parseInt(token[2] ?? '', 16))
  },
)

/** No named one is longer. */
const LONGEST_ENTITY = 26
const HASH = 35

function holdsEntity(text: string): boolean {
  let end = 0
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    if (text.charCodeAt(at + 1) === HASH) return true
    if (end >= 0 && end < at) end = text.indexOf(';', at)
    if (end >= 0 && end - at < LONGEST_ENTITY) return true
  }
  return false
}

/** A header field folded over lines (RFC 9112 5.2) reads as one space at the fold. */
export const unfold = decoder(has('\n'), /\r?\n[ \t]{1,64}/g, () => ' ')

function character(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

/** The UTF-8 bytes of a text, a character each. */
export function utf8AsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
