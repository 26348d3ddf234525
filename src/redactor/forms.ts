import { isGuessable } from '../secret/guessable.ts'
import { MIN_VALUE_LENGTH } from '../secret/value.ts'
import { readsAsWords } from '../secret/words.ts'
import type { Sensitive } from '../sensitive.ts'
import { utf8AsLatin1 } from './decoders.ts'
import { base32Forms, base64Forms, byteLists, type EncodedForm } from './encoded-forms.ts'
import { headerParts } from './header-parts.ts'
import { decodedPercent, partsOf, pemBody } from './parts.ts'
import { trimmed } from './trimmed.ts'

/** Shorter values are not searched for: they would shred every text. */
export const SHORTEST = MIN_VALUE_LENGTH

// Beyond these lengths the rarer encodings are left out, so that a long value costs no multiple of itself. What
// holds a long value in base32 or UTF-16 is decoded and searched.
const ESCAPED_AT_MOST = 16_384
const RARE_AT_MOST = 4096
const PARTS_ENCODED = 32
/** A shorter text in another case may stand in any text by chance, and words up to the longer length as well. */
const CASED_FROM = 12
const CASED_WORDS_FROM = 24
/** A shorter text is on one line, wherever lines are wrapped. */
const FOLDED_FROM = 16

export interface Forms {
  /** As they stand in a text, after its escapes were decoded. */
  readonly plain: Set<string>
  /** Base64, base64url and lists of byte values, and tokens: what is wrapped over lines. */
  readonly cased: EncodedForm[]
  /** Hexadecimal digits and base32, in lower case. */
  readonly caseless: EncodedForm[]
  /** Of the value that they are of. */
  readonly isGuessable: boolean
}

/** Forms hold the value, so they are kept with it: whoever lets go of it lets go of them. */
const known = { withParts: new WeakMap<Sensitive, Forms>(), alone: new WeakMap<Sensitive, Forms>() }

/**
 * Every form of one value and, if wanted, of its parts. Escapes (percent, JSON, XML, shell) are not forms, nor are encodings in
 * encodings: the views decode those.
 */
export function formsOf(value: Sensitive, withParts: boolean): Forms {
  const kept = withParts ? known.withParts : known.alone
  const before = kept.get(value)
  if (before) return before
  const forms = makeForms(value.reveal(), withParts)
  kept.set(value, forms)
  return forms
}

function makeForms(value: string, withParts: boolean): Forms {
  const bare = trimmed(value)
  const whole = longEnough([value, bare, ...headerParts(value), ...headerParts(bare)])
  const parts = withParts ? partsOf(bare) : []
  const keys = withParts ? [bare, ...parts].map(derOf).filter((it) => it.length >= SHORTEST) : []
  const plain = new Set<string>()
  for (const it of [...whole, ...parts]) for (const spelling of spellings(it)) plain.add(spelling)
  for (const it of whole) for (const other of [...otherCases(it), decodedPercent(it)]) plain.add(other)
  for (const it of keys) plain.add(it.toString('base64url'))
  return {
    isGuessable: isGuessable(value),
    plain: new Set(longEnough(plain)),
    cased: [
      ...[...whole, ...keys.map((it) => it.toString('base64'))].filter(mayBeFolded).map((text) => ({ text })),
      ...whole.flatMap((it) => [...escaped(it)].flatMap((text) => base64Forms(Buffer.from(text)))),
      ...parts.slice(0, PARTS_ENCODED).flatMap((it) => base64Forms(Buffer.from(it))),
      ...short(whole).flatMap((it) => [
        ...byteLists(Buffer.from(it)),
        ...otherBytes(it).flatMap(base64Forms),
      ]),
    ],
    caseless: [
      ...whole.flatMap((it) =>
        [Buffer.from(it), ...otherBytes(it)].map((bytes) => ({ text: bytes.toString('hex') })),
      ),
      ...short(whole).flatMap((it) => [Buffer.from(it), ...bytesBeyondAscii(it)].flatMap(base32Forms)),
      ...keys.map((it) => ({ text: it.toString('hex') })),
    ],
  }
}

/**
 * Whether programs wrap the text as they wrap base64. Only a long one of such characters: the lines of a table or of words may spell
 * anything else.
 */
function mayBeFolded(text: string): boolean {
  return text.length >= FOLDED_FROM && /^[\w.+/=~-]+$/.test(text) && !readsAsWords(text)
}

/** What a PEM block holds. A key in DER is no text, so that no view of what is decoded shows it. */
function derOf(text: string): Buffer {
  return Buffer.from(pemBody(text), 'base64')
}

function longEnough(forms: Iterable<string>): string[] {
  return [...new Set(forms)].filter((it) => it.length >= SHORTEST)
}

function short(texts: readonly string[]): string[] {
  return texts.filter((it) => it.length <= RARE_AT_MOST)
}

/** What a URL parser makes of a value in a host, and what people make of one in a name. */
function otherCases(value: string): string[] {
  const from = readsAsWords(value.slice(0, CASED_WORDS_FROM)) ? CASED_WORDS_FROM : CASED_FROM
  if (value.length >= from && value.length <= RARE_AT_MOST) return [value.toLowerCase(), value.toUpperCase()]
  return mayBeHost(value) ? [value.toLowerCase()] : []
}

/** Only with a digit: the lower-case form of a word is a word, and would be masked in texts that hold no secret. */
function mayBeHost(value: string): boolean {
  return value.length >= 8 && /^[A-Za-z0-9.-]+$/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)
}

/** One text as different programs write it without any escape. */
function spellings(text: string): string[] {
  const lineFeeds = text.replaceAll(/\r\n?/g, '\n')
  const all = [text, lineFeeds, lineFeeds.replaceAll('\n', '\r\n')]
  if (/["']/.test(text)) all.push(text.replaceAll("'", "''"), text.replaceAll('"', '""'))
  if (/[^\u0020-\u007e\s]/.test(text)) {
    all.push(text.normalize('NFC'), text.normalize('NFD'))
    // UTF-8 read as Latin-1: also what percent and \x escapes give, a character a byte. And read so twice, which is
    // how the bytes of a text look that was read so once.
    const bytes = all.map(utf8AsLatin1)
    all.push(...bytes, ...bytes.map(utf8AsLatin1))
  }
  // Of other letters, no zero bytes tell UTF-16 from a text.
  if (/[\u0100-\uffff]/.test(text)) all.push(...utf16(text).map((it) => it.toString('latin1')))
  return all
}

/**
 * The text in UTF-16. Of Latin-1 alone the bytes that both byte orders have in common; the zero byte before or
 * after them is no part of the value.
 */
function utf16(text: string): Buffer[] {
  if (text.length > RARE_AT_MOST) return []
  const little = Buffer.from(text, 'utf16le')
  if (!/[\u0100-\uffff]/.test(text)) return [little.subarray(0, -1)]
  return [little, Buffer.from(little).swap16()]
}

/** The text in UTF-16, and in Latin-1 where that has other bytes than UTF-8. */
function otherBytes(text: string): Buffer[] {
  const isLatin1 = /[\u0080-\u00ff]/.test(text) && !/[\u0100-\uffff]/.test(text)
  return isLatin1 && text.length <= RARE_AT_MOST ? [...utf16(text), Buffer.from(text, 'latin1')] : utf16(text)
}

/** UTF-16 that is not found by decoding runs of ASCII. */
function bytesBeyondAscii(text: string): Buffer[] {
  return /[\u0080-\uffff]/.test(text) ? utf16(text) : []
}

/** The text as it may be written before base64 is put around it. */
function escaped(text: string): Set<string> {
  if (text.length > ESCAPED_AT_MOST) return new Set([text])
  const json = JSON.stringify(text).slice(1, -1)
  const uri = encodeURIComponent(text.toWellFormed())
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const ascii = json.replaceAll(
    /[\u0080-\uffff]/g,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const twice = JSON.stringify(json).slice(1, -1)
  return new Set([
    text,
    json,
    ascii,
    twice,
    uri,
    uri.replaceAll('%20', '+'),
    xml,
    xml.replaceAll('"', '&quot;'),
  ])
}
