import { mayStand, type Neighbour } from './alphabets.ts'
import { Beginnings } from './beginnings.ts'
import { Trie } from './trie.ts'

/** One text to search for. */
interface Needle {
  readonly text: string
  /** What the mark in its place says. */
  readonly label: string
  /** The secrets behind it, as numbers in the order of learning. */
  readonly owners: Set<number>
  /** What has to stand next to it. */
  readonly before: Neighbour | undefined
  readonly after: Neighbour | undefined
}

interface Neighbours {
  readonly before?: Neighbour | undefined
  readonly after?: Neighbour | undefined
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
export const INDEXED = 24

/** Finds any number of needles in one pass. */
export class Matcher {
  readonly #trie = new Trie()
  readonly #beginnings = new Beginnings()
  readonly #byText = new Map<string, Needle[]>()
  /** Needles of the same text, with different neighbours. */
  readonly #short = new Map<number, Needle[]>()
  readonly #long = new Map<number, Needle[]>()
  #shortest = Number.POSITIVE_INFINITY
  readonly #caseless: boolean

  /** `caseless`: the needles are in lower case, ASCII letters of the text may be in any. */
  constructor(options?: { caseless: boolean }) {
    this.#caseless = options?.caseless ?? false
  }

  add(text: string, label: string, owners: Iterable<number>, { before, after }: Neighbours = {}): void {
    const same = this.#byText.get(text) ?? []
    const known = same.find((it) => it.before === before && it.after === after)
    if (known !== undefined) {
      for (const owner of owners) known.owners.add(owner)
      return
    }
    const needle: Needle = { text, label, owners: new Set(owners), before, after }
    this.#byText.set(text, [...same, needle])
    this.#beginnings.add(text)
    this.#shortest = Math.min(this.#shortest, text.length)
    const node = this.#trie.insert(text.slice(0, INDEXED))
    this.#trie.markEnd(node)
    const ending = text.length <= INDEXED ? this.#short : this.#long
    const others = ending.get(node)
    if (others === undefined) ending.set(node, [needle])
    else others.push(needle)
  }

  /** `text`: its UTF-16 code units. `tail`: from which index on a beginning counts for `alive`. `owners` collects whose needles occurred. */
  scan(text: Uint16Array, tail: number, owners?: Set<number>): Scan {
    const isShort = text.length < this.#shortest && tail >= text.length
    if (isShort || this.#byText.size === 0) return { found: [], alive: text.length }
    this.#trie.link()
    const begun = new Map<Needle, number>()
    const counted = owners === undefined ? undefined : new Set<Needle>()
    let alive = Math.min(tail, text.length)
    let node = 0
    const codes = this.#caseless ? lowerCased(text) : text
    const spans = new Spans(codes)
    for (let i = 0; i < codes.length; i++) {
      // At the root, only a place where some needle's first characters stand is worth a look.
      if (node === 0) i = this.#beginnings.next(codes, i)
      if (i === codes.length) break
      node = this.#trie.step(node, codes[i] as number)
      if (i >= tail) alive = Math.min(alive, i + 1 - this.#trie.depth(node))
      const ending = this.#trie.ending(node)
      if (ending < 0) continue
      this.#note(ending, i + 1, spans, begun)
      if (owners !== undefined && counted !== undefined)
        this.#count(ending, i + 1, { spans, counted, owners })
    }
    for (const [needle, start] of begun) {
      alive = Math.min(alive, this.#followLong(codes, needle, start, { tail, spans, owners }))
    }
    return { found: spans.merged(), alive }
  }

  /** Whether a needle, or its first characters if it is long, stands between these two places, whatever is beside it. */
  touches(text: Uint16Array, start: number, end: number): boolean {
    if (this.#byText.size === 0) return false
    this.#trie.link()
    const codes = text.subarray(start, end)
    let node = 0
    for (const code of this.#caseless ? lowerCased(codes) : codes) {
      node = this.#trie.step(node, code)
      if (this.#trie.ending(node) >= 0) return true
    }
    return false
  }

  /** Notes the longest needle that ends here (shorter ones lie inside it) and the long ones that begin. */
  #note(ending: number, end: number, spans: Spans, begun: Map<Needle, number>): void {
    // Only the deepest nodes begin a long needle: none of the shorter endings does.
    for (const needle of this.#long.get(ending) ?? [])
      if (!begun.has(needle)) begun.set(needle, end - INDEXED)
    for (let node = ending; node >= 0; node = this.#trie.shorterEnding(node)) {
      const needle = this.#short.get(node)?.find((it) => spans.fits(end - it.text.length, end, it))
      if (needle === undefined) continue
      spans.add(end - needle.text.length, end, needle)
      return
    }
  }

  /** Once it fitted, a needle is not looked at again in the scan, however often it occurs. */
  #count(
    ending: number,
    end: number,
    { spans, counted, owners }: { spans: Spans; counted: Set<Needle>; owners: Set<number> },
  ): void {
    for (let node = ending; node >= 0; node = this.#trie.shorterEnding(node)) {
      for (const needle of this.#short.get(node) ?? []) {
        if (counted.has(needle) || !spans.fits(end - needle.text.length, end, needle)) continue
        counted.add(needle)
        for (const owner of needle.owners) owners.add(owner)
      }
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
      if (into.spans.fits(i + 1 - matched, i + 1, needle)) {
        into.spans.add(i + 1 - matched, i + 1, needle)
        for (const owner of needle.owners) into.owners?.add(owner)
      }
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

const EQUALS = 61
/** Base32 has up to six signs of padding. */
const PADDING = 6
/** Before and behind a text stands nothing that ASCII has. */
const NO_CODE = 0xffff

/** Collects finds and merges those that overlap as they come, so that memory is bounded by what is left. */
class Spans {
  readonly #codes: Uint16Array
  #found: Found[] = []

  constructor(codes: Uint16Array) {
    this.#codes = codes
  }

  fits(start: number, end: number, { before, after }: Needle): boolean {
    return mayStand(before, this.#codes[start - 1] ?? NO_CODE) && mayStand(after, this.#codes[end] ?? NO_CODE)
  }

  add(at: number, until: number, needle: Needle): void {
    const start = needle.before?.belongs ? at - 1 : at
    let end = until
    if (needle.after?.belongs) {
      end++
      // Padding tells the length of the value modulo the size of a group.
      for (let i = 0; i < PADDING && this.#codes[end] === EQUALS; i++) end++
    }
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
