import { hex, NONE } from './alphabets.ts'
import { Breaks } from './breaks.ts'
import type { Decoder } from './decoders.ts'
import type { TokenDecoder, View } from './view.ts'

/** A line of `xxd`, `hexdump` or `od`, perhaps the first of a string: an offset, then columns. */
const LINE = /(?:^[ \t]{0,16}|(?<=["'`]))[0-9a-fA-F]{4,16}(:?)([ \t][^\r\n]{1,200})(?:\r?\n|$)/gm
/** Groups of digits, and after two spaces or a bar the same bytes as text. */
const GROUPS = /^[ \t]*((?:[0-9a-fA-F]{2,8} {1,2})*[0-9a-fA-F]{2,8})(?:[ \t]{2}.*|[ \t]*[|"'`].*|[ \t]*)$/
const escapes = new Map(
  Object.entries({
    '\\0': '\0',
    '\\a': '\x07',
    '\\b': '\b',
    '\\t': '\t',
    '\\n': '\n',
    '\\v': '\v',
    '\\f': '\f',
    '\\r': '\r',
  }),
)

const LINE_HERE = new RegExp(LINE.source, 'my')
/** Indentation, offset, colon and columns: no line is longer. */
const LONGEST = 16 + 16 + 1 + 201
const SHORTEST_OFFSET = 4
const [TAB, SPACE, COLON] = [9, 32, 58] as const

/** The bytes of a dump with columns, without offsets and without the text beside them. */
export const dumpLines: Decoder = (view) => (holdsLine(view) ? view.decode(LINE, bytesOf) : undefined)

const bytesOf: TokenDecoder = ([, colon, columns = '']) =>
  numbers(columns, colon !== '') ?? characters(columns)

/** Looks near the ends of lines alone: nowhere else a line of a dump can end. */
function holdsLine({ text, codes }: View): boolean {
  // The pattern ends its lines there as well, and hardly any text has them.
  if (text.includes('\u2028') || text.includes('\u2029')) return true
  const breaks = new Breaks(text)
  for (let start = 0; start < codes.length; ) {
    const found = breaks.next(start)
    const end = found < 0 ? codes.length : found
    if (holdsLineIn(text, codes, start, end)) return true
    start = end + 1
  }
  return false
}

/** Looks for four digits in a row, at one in four characters. */
function holdsLineIn(text: string, codes: Uint16Array, start: number, end: number): boolean {
  const from = Math.max(start, end - LONGEST)
  for (let at = from + SHORTEST_OFFSET - 1; at < end; at += SHORTEST_OFFSET) {
    if (hex.values[codes[at] as number] === NONE) continue
    let first = at
    while (first > start && hex.values[codes[first - 1] as number] !== NONE) first--
    at++
    while (at < end && hex.values[codes[at] as number] !== NONE) at++
    if (at - first >= SHORTEST_OFFSET && endsOffset(codes, at) && isLine(text, beginOf(codes, start, first)))
      return true
  }
  return false
}

function endsOffset(codes: Uint16Array, at: number): boolean {
  const code = codes[codes[at] === COLON ? at + 1 : at]
  return code === SPACE || code === TAB
}

/** Where a line would have to begin, with its indentation. */
function beginOf(codes: Uint16Array, start: number, first: number): number {
  let at = first
  while (at > start && (codes[at - 1] === SPACE || codes[at - 1] === TAB)) at--
  return at === start ? start : first
}

function isLine(text: string, at: number): boolean {
  LINE_HERE.lastIndex = at
  const line = LINE_HERE.exec(text)
  return line !== null && bytesOf(line) !== undefined
}

/** Without a colon after the offset, groups of more than a byte are numbers of a little-endian machine. */
function numbers(columns: string, colon: boolean): string | undefined {
  const groups = GROUPS.exec(columns)?.[1]?.split(/ +/) ?? []
  const [first = ''] = groups
  const octal =
    first.length % 3 === 0 && groups.every((it) => it.length === first.length && /^[0-7]+$/.test(it))
  if (!octal && groups.some((it) => it.length % 2 > 0)) return
  const bytes = groups.flatMap((it) => {
    const size = octal ? it.length / 3 : it.length / 2
    const hex = octal
      ? Number.parseInt(it, 8)
          .toString(16)
          .padStart(size * 2, '0')
      : it
    const group = [...Buffer.from(hex.slice(-size * 2), 'hex')]
    return colon ? group : group.reverse()
  })
  return bytes.length === 0 ? undefined : Buffer.from(bytes).toString('latin1')
}

/** `od -c`: four columns for each byte. */
function characters(columns: string): string | undefined {
  const cells = columns.match(/.{4}/g) ?? []
  if (cells.length * 4 !== columns.length) return
  const read = cells.map((it) => {
    if (/^ {3}[ -~]$/.test(it)) return it.slice(3)
    if (/^ [0-3][0-7]{2}$/.test(it)) return String.fromCharCode(Number.parseInt(it.trim(), 8))
    return escapes.get(it.trim())
  })
  return read.every((it) => it !== undefined) ? read.join('') : undefined
}
