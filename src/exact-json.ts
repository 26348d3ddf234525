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
    // Browsers of before 2025 have no raw JSON, and no source text either, so that they make none of these.
    return nativeJson.rawJSON?.(this.digits) ?? this.valueOf()
  }
}

/** What TypeScript does not know yet of https://tc39.es/proposal-json-parse-with-source. */
interface JsonWithSource {
  parse(
    text: string,
    revive: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown
  rawJSON?(text: string): unknown
}

const nativeJson = JSON as unknown as JsonWithSource

/**
 * What may be a number that a double prints in another way: with 16 digits and more, very small, with a zero at its end,
 * with an exponent, or -0. It may also stand in a string: then nothing is lost but time.
 */
const MAY_BE_EXACT =
  /(?:^|[\s:,[])-?(?:\d[\d.]{15}|0\.000000|\d+(?:\.\d*0(?!\d)|(?:\.\d+)?[eE])|(?<=-)0(?![.\d]))/

/**
 * As `JSON.parse`, but no number changes: one whose digits `String(Number(…))` would change becomes an
 * {@link ExactNumber}. All others are plain numbers.
 *
 * @param keep `digits`: the digits count, so that `1.10` is exact. `value`: the value counts, so that it is 1.1, and
 *   exact is only what a double cannot hold.
 * @throws SyntaxError as `JSON.parse`. Its message quotes the text.
 * @throws AppError LIMIT_REACHED when numbers that are to be exact are nested thousands of levels deep.
 */
export function parseJson(json: string, keep: 'digits' | 'value' = 'digits'): unknown {
  if (!MAY_BE_EXACT.test(json)) return JSON.parse(json)
  const isKept = keep === 'digits' ? isPrintedAs : isHeldAs
  try {
    return nativeJson.parse(json, (_key, value, context) =>
      typeof value !== 'number' || context?.source === undefined || isKept(value, context.source)
        ? value
        : new ExactNumber(context.source),
    )
  } catch (error) {
    // The parser itself needs no stack, but what goes through its result does.
    if (error instanceof RangeError)
      throw new AppError('LIMIT_REACHED', 'The JSON is nested too deeply. Flatten it.')
    throw error
  }
}

/** The number of a JSON text, for one that has been found already. @param digits of RFC 8259, section 6. */
export function exactNumber(digits: string): number | ExactNumber {
  const value = Number(digits)
  return isPrintedAs(value, digits) ? value : new ExactNumber(digits)
}

/** Whether a double has the value that the digits say, and not only one near it. */
export const isHeldAs = (value: number, digits: string): boolean =>
  isPrintedAs(value, digits) || (Number.isFinite(value) && plainDigits(String(value)) === plainDigits(digits))

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
