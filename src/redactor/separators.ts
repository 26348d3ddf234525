import { hex, NONE } from './alphabets.ts'
import type { Replaced } from './replaced.ts'

const ASCII = 128
/** A class of ASCII characters: 1 for each of its codes. */
const classOf = (characters: RegExp): Uint8Array =>
  Uint8Array.from({ length: ASCII }, (_it, code) => (characters.test(String.fromCharCode(code)) ? 1 : 0))

/** What escapes, rows of encodings and dumps are made of, but for the ends of lines. */
const inEncoding = classOf(/[\w+/=%&;#\\', :\t\0-]/)
const inBreak = classOf(/[\n\r]/)
const inBlank = classOf(/[ \t\n\r]/)
/** A soft end of a line, which ends none. */
const inSoftBreak = classOf(/[= \t\n\r]/)
/** Encodings and lists of bytes go on in the next line. */
const inWrapped = classOf(/[\w+/,-]/)
const inQuote = classOf(/["'`]/)
const [TAB, LINE_FEED, RETURN, SPACE, COLON, BACKSLASH] = [9, 10, 13, 32, 58, 92] as const
const [LINE_SEPARATOR, PARAGRAPH_SEPARATOR] = [0x2028, 0x2029] as const
const SHORTEST_OFFSET = 4
const isIn = (kind: Uint8Array, code: number | undefined): boolean => code !== undefined && kind[code] === 1

/**
 * Whether every escape of a text stands for a sign that separates: one that is in no needle and part of no encoding.
 * Then nothing stands behind these escapes that goes over one of them, and all else stands in the text itself.
 *
 * @param codes the text's.
 * @param inNeedle 1 for each ASCII code that stands in some needle. Needles have no other characters.
 * @param holdsBreaks whether the text has ends of lines of its own.
 */
export function separates(
  { tokens, replacements }: Replaced,
  codes: Uint16Array,
  { inNeedle, holdsBreaks }: { inNeedle: Uint8Array; holdsBreaks: boolean },
): boolean {
  const mayBreak = !holdsBreaks && !isIn(inNeedle, LINE_FEED) && !isIn(inNeedle, RETURN)
  // Of tokens that touch each other: where the first begins, and whether one is the end of a line.
  let first = 0
  let hasBreak = false
  for (let i = 0; i < replacements.length; i++) {
    const by = replacements[i] as string
    const start = tokens[4 * i + 2] as number
    if (i === 0 || tokens[4 * i - 1] !== start) {
      first = start
      hasBreak = false
    }
    // A backslash before it would take the sign along.
    if (by === '' || codes[start - 1] === BACKSLASH) return false
    for (let at = 0; at < by.length; at++) {
      const code = by.charCodeAt(at)
      if (isIn(inBreak, code)) hasBreak = true
      else if (isIn(inEncoding, code) || isIn(inNeedle, code) || isLongBreak(code)) return false
    }
    if (hasBreak && (!mayBreak || goesOn(codes[first - 1], codes[tokens[4 * i + 3] as number]))) return false
  }
  return true
}

const isLongBreak = (code: number): boolean => code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR

/** Whether some decoder may read what is before the end of a line as one with what is behind it. */
function goesOn(before: number | undefined, after: number | undefined): boolean {
  return (
    isIn(inSoftBreak, before) || isIn(inBlank, after) || (isIn(inWrapped, before) && isIn(inWrapped, after))
  )
}

/**
 * Whether a line of a dump may begin somewhere: four digits in a row or more, and a blank behind them; before them a quote,
 * the end of a line or an escape.
 *
 * @param escapes of the text.
 */
export function holdsOffset(codes: Uint16Array, escapes: readonly Replaced[]): boolean {
  for (let at = SHORTEST_OFFSET - 1; at < codes.length; at += SHORTEST_OFFSET) {
    if (hex.values[codes[at] as number] === NONE) continue
    let end = at + 1
    while (end < codes.length && hex.values[codes[end] as number] !== NONE) end++
    if (isBlank(codes[codes[end] === COLON ? end + 1 : end]) && beginsLine(codes, at, end, escapes))
      return true
    at = end
  }
  return false
}

/** @param digit of the row that ends at `end`. */
function beginsLine(codes: Uint16Array, digit: number, end: number, escapes: readonly Replaced[]): boolean {
  let first = digit
  while (first > 0 && hex.values[codes[first - 1] as number] !== NONE) first--
  if (end - first < SHORTEST_OFFSET) return false
  if (isIn(inQuote, codes[first - 1])) return true
  while (first > 0 && isBlank(codes[first - 1])) first--
  return first === 0 || isBreak(codes[first - 1] as number) || escapes.some((it) => it.touches(first, end))
}

const isBlank = (code: number | undefined): boolean => code === SPACE || code === TAB
const isBreak = (code: number): boolean => isIn(inBreak, code) || isLongBreak(code)
