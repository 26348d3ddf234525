import { utf8AsLatin1 } from './decoders.ts'
import { headerParts } from './header-parts.ts'

/** Shorter values and parts are not searched for: they would shred every text. */
export const SHORTEST = 4

// Beyond these lengths the rarer encodings are left out, so that a long value costs no multiple of itself.
const ESCAPED_AT_MOST = 16_384
const TWICE_AT_MOST = 1024
const LISTED_AT_MOST = 4096
const LINES_ENCODED = 64

/** A text to search for, with the characters next to it that share bits with the value. */
interface EncodedForm {
  readonly text: string
  readonly before: number
  readonly after: number
}

interface Forms {
  /** As they stand in a text, after its escapes were decoded. */
  readonly plain: Set<string>
  /** Base64, base64url and lists of byte values. */
  readonly base64: EncodedForm[]
  /** Lower-case hexadecimal digits. */
  readonly hex: Set<string>
}

/** Every form of one value. Escapes (percent, JSON, XML, shell) are not forms: the views decode those. */
export function formsOf(value: string): Forms {
  const whole = new Set([value, trimmed(value), ...headerParts(value), ...headerParts(trimmed(value))])
  const lines = linesOf(value)
  const encoded = lines.length <= LINES_ENCODED ? new Set([...whole, ...lines]) : whole
  const plain = new Set<string>()
  for (const it of [...whole, ...lines]) for (const spelling of spellings(it)) plain.add(spelling)
  for (const it of whole) if (mayBeHost(it)) plain.add(it.toLowerCase())
  return {
    plain: longEnough(plain),
    base64: [...longEnough(encoded)].flatMap((it) => [...base64Forms(it, whole.has(it)), ...byteLists(it)]),
    hex: new Set([...longEnough(encoded)].map((it) => Buffer.from(it, 'utf8').toString('hex'))),
  }
}

/**
 * Whether a value may have stood in the host of a URL, which every URL parser writes in lower case. Only with a
 * digit: the lower-case form of a word is a word, and would be masked in texts that hold no secret.
 */
function mayBeHost(value: string): boolean {
  return value.length >= 8 && /^[A-Za-z0-9.-]+$/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)
}

function longEnough(forms: ReadonlySet<string>): Set<string> {
  return new Set([...forms].filter((it) => it.length >= SHORTEST))
}

const quotes = `"'\``

/** Without outer quotes and white space. */
function trimmed(value: string): string {
  let start = 0
  let end = value.length
  for (;;) {
    const before = end - start
    while (start < end && /\s/.test(value.charAt(start))) start++
    while (start < end && /\s/.test(value.charAt(end - 1))) end--
    const first = value.charAt(start)
    if (end - start > 1 && quotes.includes(first) && value.charAt(end - 1) === first) {
      start++
      end--
    }
    if (end - start === before) return value.slice(start, end)
  }
}

/**
 * The lines of a value of several lines, without indentation. Not those that say nothing: the frame of a PEM
 * block and lines of punctuation would be masked in texts that hold no secret.
 */
function linesOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/)
  if (lines.length < 2) return []
  const telling = lines
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !/^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/.test(line))
  return [...new Set(telling)]
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
  return all
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

function base64Forms(text: string, twice: boolean): EncodedForm[] {
  const forms = [...escaped(text)].flatMap((it) => aligned(Buffer.from(it, 'utf8')))
  const inner = twice && text.length <= TWICE_AT_MOST ? aligned(Buffer.from(text, 'utf8')) : []
  return [...forms, ...inner.flatMap((it) => aligned(Buffer.from(it.text, 'latin1')))]
}

/**
 * The characters of base64 that depend on these bytes alone, for each place that the bytes can have in a
 * group of three. The character before and after may hold bits of them as well.
 */
function aligned(bytes: Buffer): EncodedForm[] {
  const forms: EncodedForm[] = []
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const bits = (offset + bytes.length) * 8
    const text = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6))
    const edges = { before: offset === 0 ? 0 : 1, after: bits % 6 === 0 ? 0 : 1 }
    forms.push({ text, ...edges })
    const url = text.replaceAll('+', '-').replaceAll('/', '_')
    if (url !== text) forms.push({ text: url, ...edges })
  }
  return forms
}

/** `[115,107,95]`, as `JSON.stringify` writes the bytes of a Buffer and `util.inspect` those of an array. */
function byteLists(text: string): EncodedForm[] {
  if (text.length > LISTED_AT_MOST) return []
  const bytes = [...Buffer.from(text, 'utf8')]
  return [',', ', '].map((it) => ({ text: bytes.join(it), before: 0, after: 0 }))
}
