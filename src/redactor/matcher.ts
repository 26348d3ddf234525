import { Beginnings } from './beginnings.ts'
import { Trie } from './trie.ts'

/** One text to search for. */
interface Needle {
  readonly text: string
  /** What the mark in its place says. */
  readonly label: string
  /** The secrets behind it, as numbers in the order of learning. */
  readonly owners: Set<number>
  /** Characters before and after it that still carry bits of the value (base64 only). */
  before: number
  after: number
}

export interface Found {
  start: number
  end: number
  label: string
}

interface Scan {
  /** Ascending, without overlaps. */
  readonly found: Found[]
  /** Where the earliest text begins that could still be found if the scanned text went on. */
  readonly alive: number
}

/** Longer needles are found by their beginning, and their rest is compared only where that occurs. */
const INDEXED = 64

/** Finds any number of needles in one pass. */
export class Matcher {
  readonly #trie = new Trie()
  readonly #beginnings = new Beginnings()
  readonly #byText = new Map<string, Needle>()
  readonly #short = new Map<number, Needle>()
  readonly #long = new Map<number, Needle[]>()
  readonly #caseless: boolean

  /** `caseless`: the needles are in lower case, ASCII letters of the text may be in any. */
  constructor(options?: { caseless: boolean }) {
    this.#caseless = options?.caseless ?? false
  }

  add(
    text: string,
    label: string,
    owners: Iterable<number>,
    edges?: { before: number; after: number },
  ): void {
    const { before, after } = edges ?? { before: 0, after: 0 }
    const known = this.#byText.get(text)
    if (known !== undefined) {
      for (const owner of owners) known.owners.add(owner)
      known.before = Math.max(known.before, before)
      known.after = Math.max(known.after, after)
      return
    }
    const needle: Needle = { text, label, owners: new Set(owners), before, after }
    this.#byText.set(text, needle)
    this.#beginnings.add(text)
    const node = this.#trie.insert(text.slice(0, INDEXED))
    this.#trie.markEnd(node)
    if (text.length <= INDEXED) this.#short.set(node, needle)
    else this.#long.set(node, [...(this.#long.get(node) ?? []), needle])
  }

  /** `tail`: from which index on a beginning counts for `alive`. `owners` collects whose needles occurred. */
  scan(text: string, tail: number, owners?: Set<number>): Scan {
    if (this.#byText.size === 0) return { found: [], alive: text.length }
    this.#trie.link()
    const spans = new Spans(text)
    const begun = new Map<Needle, number>()
    const counted = owners === undefined ? undefined : new Set<number>()
    let alive = Math.min(tail, text.length)
    let node = 0
    const codes = this.#codes(text)
    for (let i = 0; i < codes.length; i++) {
      // At the root, only a place where some needle's first characters stand is worth a look.
      if (node === 0) i = this.#beginnings.next(codes, i)
      if (i === codes.length) break
      node = this.#trie.step(node, codes[i] as number)
      if (i >= tail) alive = Math.min(alive, i + 1 - this.#trie.depth(node))
      const ending = this.#trie.ending(node)
      if (ending < 0) continue
      this.#note(ending, i + 1, spans, begun)
      if (owners !== undefined && counted !== undefined) this.#count(ending, counted, owners)
    }
    for (const [needle, start] of begun) {
      alive = Math.min(alive, this.#followLong(codes, needle, start, { tail, spans, owners }))
    }
    return { found: spans.merged(), alive }
  }

  #codes(text: string): Uint16Array {
    const bytes = Buffer.from(text, 'utf16le')
    const codes = new Uint16Array(bytes.buffer, bytes.byteOffset, text.length)
    if (!this.#caseless) return codes
    return lowerCased(codes)
  }

  /** Notes the longest needle that ends here (shorter ones lie inside it) and the long ones that begin. */
  #note(ending: number, end: number, spans: Spans, begun: Map<Needle, number>): void {
    let node = ending
    // Only the deepest nodes begin a long needle, so one step leads from there to a whole needle.
    for (const needle of this.#long.get(node) ?? []) if (!begun.has(needle)) begun.set(needle, end - INDEXED)
    if (!this.#short.has(node)) node = this.#trie.shorterEnding(node)
    const needle = this.#short.get(node)
    if (needle !== undefined) spans.add(end - needle.text.length, end, needle)
  }

  /** Every node is walked once per scan, however often its needle occurs. */
  #count(ending: number, counted: Set<number>, owners: Set<number>): void {
    for (let node = ending; node >= 0 && !counted.has(node); node = this.#trie.shorterEnding(node)) {
      counted.add(node)
      for (const owner of this.#short.get(node)?.owners ?? []) owners.add(owner)
    }
  }

  /**
   * Knuth, Morris and Pratt from the first place on where the needle's beginning occurs: linear even in a
   * text that repeats that beginning all over.
   */
  #followLong(
    codes: Uint16Array,
    needle: Needle,
    start: number,
    into: { tail: number; spans: Spans; owners: Set<number> | undefined },
  ): number {
    const wanted = needle.text
    const borders = bordersOf(wanted)
    let alive = codes.length
    let matched = 0
    for (let i = start; i < codes.length; i++) {
      const code = codes[i] as number
      while (matched > 0 && wanted.charCodeAt(matched) !== code) matched = borders[matched - 1] as number
      if (wanted.charCodeAt(matched) === code) matched++
      if (i >= into.tail) alive = Math.min(alive, i + 1 - matched)
      if (matched < wanted.length) continue
      into.spans.add(i + 1 - matched, i + 1, needle)
      for (const owner of needle.owners) into.owners?.add(owner)
      matched = borders[matched - 1] as number
    }
    return alive
  }
}

/** For each prefix the length of its longest border: the proper prefix that it also ends with. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length)
  let matched = 0
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    while (matched > 0 && text.charCodeAt(matched) !== code) matched = borders[matched - 1] as number
    if (text.charCodeAt(matched) === code) matched++
    borders[i] = matched
  }
  return borders
}

const isBase64 = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  [43, 45, 47, 95].includes(code)

/** Collects finds and merges those that overlap as they come, so that memory is bounded by what is left. */
class Spans {
  readonly #text: string
  #found: Found[] = []

  constructor(text: string) {
    this.#text = text
  }

  add(at: number, until: number, needle: Needle): void {
    let start = at
    let end = until
    if (needle.before > 0 && isBase64(this.#text.charCodeAt(start - 1))) start--
    if (needle.after > 0 && isBase64(this.#text.charCodeAt(end))) end++
    // Padding tells the length of the value modulo 3.
    if (needle.after > 0) for (let i = 0; i < 2 && this.#text[end] === '='; i++) end++
    const last = this.#found.at(-1)
    if (last === undefined || start < last.start || start >= last.end) {
      this.#found.push({ start, end, label: needle.label })
      return
    }
    if (start === last.start && end > last.end) last.label = needle.label
    last.end = Math.max(last.end, end)
  }

  merged(): Found[] {
    return mergeOverlaps(this.#found)
  }
}

/** Ascending and without overlaps; of those that overlap, the first to begin (then the longest) gives the label. */
export function mergeOverlaps(found: readonly Found[]): Found[] {
  const merged: Found[] = []
  for (const it of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (last !== undefined && it.start < last.end) last.end = Math.max(last.end, it.end)
    else merged.push({ ...it })
  }
  return merged
}

function lowerCased(codes: Uint16Array): Uint16Array {
  const lower = new Uint16Array(codes.length)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    lower[i] = code >= 65 && code <= 90 ? code + 32 : code
  }
  return lower
}
