import { base64, hex, NONE } from './alphabets.ts'
import { Breaks } from './breaks.ts'
import { LANE_SHORTEST, mayBeWrapped } from './lanes.ts'
import type { Stretch } from './rows.ts'
import type { View } from './view.ts'

const BREAK = /(?:\r\n?|\n)[ \t]{0,16}/g

const SEPARATOR = '(?:[:\\-]| {1,2}|,[ \\r\\n]{0,10}(?:0x)?| 0x|\\r?\\n {0,8})'
const BETWEEN_BYTES = new RegExp(`(?<=[0-9a-fA-F]{2})${SEPARATOR}(?=[0-9a-fA-F]{2}(?![0-9a-fA-F]))`, 'g')
const nothing = (): string => ''

/** A class of characters, as {@link Alphabet.values}: 255 for those that are not in it. */
const classOf = (characters: RegExp): Uint8Array =>
  Uint8Array.from({ length: 0x10000 }, (_it, code) =>
    code < 128 && characters.test(String.fromCharCode(code)) ? 0 : NONE,
  )

const inWord = classOf(/[0-9A-Za-z]/)
const inList = classOf(/[0-9, ]/)
const inSeparator = classOf(/[:\-, \r\n]/)
const inDigits = classOf(/[0-9A-Fa-fx:\-, \r\n]/)
const inDump = classOf(/[0-9A-Za-z:\-, \r\n]/)
const [NEW_LINE, RETURN, SPACE, TAB, COLON, HYPHEN, ZERO, X] = [10, 13, 32, 9, 58, 45, 48, 120] as const
const MOST_INDENT = 16
/** Of a byte. */
const DIGITS = 2
const MOST_BLANKS = 12

/**
 * The text without the line breaks that wrap base64, and the indentation after them; `undefined` where no needle or
 * encoding can go over a break, because too few of its characters stand around it.
 *
 * @param shortest the length of the shortest needle.
 */
export function joinLines(view: View, shortest: number): View | undefined {
  const { text } = view
  if (!text.includes('\n') && !text.includes('\r')) return
  const least = mayBeWrapped(view) ? Math.min(shortest, LANE_SHORTEST) : shortest
  return goesOverBreak(view, least) ? view.decode(BREAK, nothing) : undefined
}

/**
 * The bytes of a dump (`73:6b:5f`, `73 6b 5f`, `0x73, 0x6b`) without what stands between them; `undefined` where
 * too few of them stand in a row to hold a needle or an encoding of one.
 *
 * @param shortest the length of the shortest needle in either case.
 * @param bytes an encoding that holds fewer is of no value.
 */
export function joinDump(view: View, shortest: number, bytes: number): View | undefined {
  const holds =
    holdsDump(view, inDigits, hex.values, LANE_SHORTEST, bytes * DIGITS) ||
    holdsDump(view, inDump, inWord, shortest)
  return holds ? view.decode(BETWEEN_BYTES, nothing) : undefined
}

/** @param row digits or letters, and what stands between them. */
function holdsDump(view: View, row: Uint8Array, values: Uint8Array, least: number, enough = least): boolean {
  return view.rows(row, least + 1, enough + 1).some((it) => goesOverSeparator(view.codes, it, values, least))
}

function goesOverBreak({ text, codes }: View, least: number): boolean {
  const rows = [new Row(codes, base64.values, least), new Row(codes, inList, least)]
  const breaks = new Breaks(text)
  for (let at = breaks.next(0); at >= 0; ) {
    let end = codes[at] === RETURN && codes[at + 1] === NEW_LINE ? at + 2 : at + 1
    const most = end + MOST_INDENT
    while (end < most && (codes[end] === SPACE || codes[end] === TAB)) end++
    if (rows.some((it) => it.goesOver(at, end))) return true
    at = breaks.next(end)
  }
  return false
}

function goesOverSeparator(codes: Uint16Array, row: Stretch, values: Uint8Array, least: number): boolean {
  const digits = new Row(codes, values, least, row.start)
  for (let at = row.start + 2; at < row.end - 2; at++) {
    if (inSeparator[codes[at] as number] === NONE || !isDigit(codes, at - 1) || !isDigit(codes, at - 2))
      continue
    const next = afterSeparator(codes, at)
    if (!isDigit(codes, next) || !isDigit(codes, next + 1) || isDigit(codes, next + 2)) continue
    if (digits.goesOver(at, next)) return true
  }
  return false
}

/** One that the pattern would not take counts too: then the pattern says so. */
function afterSeparator(codes: Uint16Array, at: number): number {
  let next = at + 1
  if (codes[at] === COLON || codes[at] === HYPHEN) return next
  const most = at + MOST_BLANKS
  while (next < most && isBlank(codes[next])) next++
  return codes[next] === ZERO && codes[next + 1] === X ? next + 2 : next
}

const isDigit = (codes: Uint16Array, at: number): boolean =>
  at < codes.length && hex.values[codes[at] as number] !== NONE
const isBlank = (code: number | undefined): boolean => code === SPACE || code === RETURN || code === NEW_LINE
/** Characters of a class in a row, without what stands between them and is left out. */
class Row {
  readonly #codes: Uint16Array
  readonly #values: Uint8Array
  readonly #least: number
  #length = 0
  #previous: number

  /** @param least how many of them are enough. */
  constructor(codes: Uint16Array, values: Uint8Array, least: number, start = 0) {
    this.#codes = codes
    this.#values = values
    this.#least = least
    this.#previous = start
  }

  /** Whether the row goes over what is left out between `at` and `end`, and is long enough. */
  goesOver(at: number, end: number): boolean {
    let start = at
    while (start > this.#previous && at - start < this.#least && this.#has(start - 1)) start--
    const before = at - start + (start === this.#previous ? this.#length : 0)
    this.#length = before
    this.#previous = end
    if (before === 0) return false
    const most = Math.min(end + this.#least, this.#codes.length)
    let stop = end
    while (stop < most && this.#has(stop)) stop++
    return stop > end && before + stop - end >= this.#least
  }

  #has(at: number): boolean {
    return this.#values[this.#codes[at] as number] !== NONE
  }
}
