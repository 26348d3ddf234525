import { AppError } from './errors.ts'

/**
 * A number of a JSON text that a double would print with other digits: `7615917337495251231`, `1.10`, `1e400`, `-0`.
 * It behaves as the number wherever JavaScript asks an object for one (`+`, `<`, `Number()`), with the precision of a
 * double. As text, and in `JSON.stringify`, it has its own digits.
 */
export class ExactNumber {
  /** As it was written: a number of RFC 8259, section 6. */
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }

  /** The nearest double. */
  valueOf(): number {
    return Number(this.digits)
  }

  toString(): string {
    return this.digits
  }

  toJSON(): unknown {
    // Browsers of before 2025 have no raw JSON.
    return nativeJson.rawJSON?.(this.digits) ?? this.valueOf()
  }
}

/** What TypeScript does not know yet of https://tc39.es/proposal-json-parse-with-source. */
const nativeJson = JSON as unknown as { rawJSON?(text: string): unknown }

/** A value that takes the place of a number while the engine's own parser reads the text: `3e290` is the third. */
const MARKER = 1e290

/** More exact numbers in one text would block the event loop for over a second. */
const MAX_EXACT = 500_000

/** So many pieces are put together at once, so that those of a large text take little memory. */
const PIECES_AT_ONCE = 10_000

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * As `JSON.parse`, but no number changes: one whose digits `String(Number(…))` would change becomes an
 * {@link ExactNumber}. All others are plain numbers. The time is that of `JSON.parse` and one pass over the text.
 *
 * @param keep `digits`: the digits count, so that `1.10` is exact. `value`: the value counts, so that it is 1.1, and
 *   exact is only what a double cannot hold.
 * @throws SyntaxError as `JSON.parse`. Its message quotes the text.
 * @throws AppError LIMIT_REACHED when numbers that are to be exact are nested thousands of levels deep, or are over
 *   500,000.
 */
export function parseJson(json: string, keep: 'digits' | 'value' = 'digits'): unknown {
  const found: (number | ExactNumber)[] = []
  const marked = withMarkers(json, keep === 'digits' ? isPrintedAs : isHeldAs, found)
  if (found.length === 0) return JSON.parse(json)
  const parsed = parseMarked(marked, json)
  try {
    return withoutMarkers(parsed, found)
  } catch (error) {
    // The parser itself needs no stack, but what goes through its result does.
    if (error instanceof RangeError)
      throw new AppError('LIMIT_REACHED', 'The JSON is nested too deeply. Flatten it.')
    throw error
  }
}

function parseMarked(marked: string, json: string): unknown {
  try {
    return JSON.parse(marked)
  } catch {
    // The message of this one tells of the text that came.
    return JSON.parse(json)
  }
}

/**
 * The text with a marker for each number that is to be exact, and for each that could be taken for a marker, so that
 * no text can forge one. What is no number of JSON stays for the parser to refuse.
 *
 * Characters are read one by one: a pattern over a text that its sender chose may read parts of it again and again.
 */
function withMarkers(
  json: string,
  isKept: (value: number, digits: string) => boolean,
  found: (number | ExactNumber)[],
): string {
  let [text, pieces, done]: [string, string[], number] = ['', [], 0]
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) at = endOfString(json, at)
    else if (code === MINUS || isDigit(code)) {
      const last = endOfShortInteger(json, at)
      if (last > 0) {
        at = last
        continue
      }
      const end = endOfNumber(json, at)
      const value = markedValue(json, at, end, isKept)
      if (value !== undefined) {
        if (found.push(value) > MAX_EXACT) throw tooMany(json)
        pieces.push(json.slice(done, at), `${found.length}e290`)
        done = end
      }
      at = end - 1
    }
    if (pieces.length > PIECES_AT_ONCE) {
      text += pieces.join('')
      pieces = []
    }
  }
  return text + pieces.join('') + json.slice(done)
}

const [QUOTE, BACKSLASH, MINUS, PLUS, POINT, ZERO, NINE] = [0x22, 0x5c, 0x2d, 0x2b, 0x2e, 0x30, 0x39]
const isDigit = (code: number): boolean => code >= ZERO && code <= NINE

/** The place of the closing quote, or the end of the text. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end
    while (json.charCodeAt(before - 1) === BACKSLASH) before -= 1
    if ((end - before) % 2 === 0) return end
  }
  return json.length
}

/** The last digit of an integer that no double changes, told without a string of its own; 0 for any other number. */
function endOfShortInteger(json: string, start: number): number {
  const first = json.charCodeAt(start) === MINUS ? start + 1 : start
  let end = first
  let code = json.charCodeAt(end)
  // `-0` and what begins with a zero is looked at more closely, unless it is 0.
  const longest = code === ZERO ? start + 1 : first + ALWAYS_HELD
  while (end < longest && isDigit(code)) code = json.charCodeAt(++end)
  return end > first && !isOfNumber(code) ? end - 1 : 0
}

function endOfNumber(json: string, start: number): number {
  let end = start + 1
  while (isOfNumber(json.charCodeAt(end))) end += 1
  return end
}

/** Digits, signs, points, `e` and `E`. */
const isOfNumber = (code: number): boolean =>
  isDigit(code) || code === POINT || code === MINUS || code === PLUS || (code | 0x20) === 0x65

/** The value that a marker stands for, or `undefined` for a number that may stay as it is. */
function markedValue(
  json: string,
  start: number,
  end: number,
  isKept: (value: number, digits: string) => boolean,
): number | ExactNumber | undefined {
  const digits = json.slice(start, end)
  const value = Number(digits)
  if (isPrintedAs(value, digits) && value < MARKER) return undefined
  if (!JSON_NUMBER.test(digits)) return undefined
  if (!isKept(value, digits)) return new ExactNumber(digits)
  return value < MARKER ? undefined : value
}

/** @throws SyntaxError for a text that is no JSON, such as a table of prices. A hook keeps it as text. */
function tooMany(json: string): AppError {
  JSON.parse(json)
  return new AppError(
    'LIMIT_REACHED',
    `The JSON has over ${MAX_EXACT} numbers that JavaScript would change, as 1.10 or one of 20 digits. Send them as texts or in parts.`,
  )
}

/** Puts each number back in the place of its marker, within the parsed value. */
function withoutMarkers(value: unknown, found: readonly (number | ExactNumber)[]): unknown {
  if (typeof value === 'number') return value < MARKER ? value : found[Math.round(value / MARKER) - 1]
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = withoutMarkers(value[i], found)
    return value
  }
  const fields = value as Record<string, unknown>
  for (const name of Object.keys(fields)) {
    const before = fields[name]
    // An own `__proto__` of a parsed text is a field like any other, also when it is set.
    if (typeof before === 'number' || typeof before === 'object') fields[name] = withoutMarkers(before, found)
  }
  return value
}

/** The number of a JSON text, for one that has been found already. @param digits of RFC 8259, section 6. */
export function exactNumber(digits: string): number | ExactNumber {
  const value = Number(digits)
  return isPrintedAs(value, digits) ? value : new ExactNumber(digits)
}

/** A double holds every number of 15 digits; one of so many characters has no more. */
const ALWAYS_HELD = 15

/** Whether a double has the value that the digits say, and not only one near it. */
export const isHeldAs = (value: number, digits: string): boolean =>
  (digits.length <= ALWAYS_HELD && !/e/i.test(digits)) ||
  isPrintedAs(value, digits) ||
  (Number.isFinite(value) && plainDigits(String(value)) === plainDigits(digits))

const isPrintedAs = (value: number, digits: string): boolean => String(value) === digits

/** Beyond these exponents nobody writes a number out. */
const LONGEST_EXPONENT = 1000

/**
 * The same number without an exponent and without zeros that say nothing: `1.50e3` and `1500.0` are both `1500`. One
 * with an exponent of over a thousand stays as it is.
 */
export function plainDigits(digits: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(digits) ?? []
  const shift = Number(exponent)
  if (whole === '' || Math.abs(shift) > LONGEST_EXPONENT) return digits
  const point = whole.length + shift
  const all = `${'0'.repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(Math.max(0, point), '0')
  const at = Math.max(0, point)
  const before = all.slice(0, at).replace(/^0+/, '')
  const after = withoutZeros(all.slice(at))
  const written = `${before || '0'}${after && `.${after}`}`
  return written === '0' ? '0' : `${sign}${written}`
}

/** A loop instead of a pattern: one anchored at the end would read a long run of zeros again from each zero. */
function withoutZeros(fraction: string): string {
  let end = fraction.length
  while (fraction[end - 1] === '0') end -= 1
  return fraction.slice(0, end)
}
