import { type ExactNumber, exactNumber, isHeldAs } from '../exact-json.ts'
import { syntaxError } from './syntax-error.ts'

// The patterns are sticky and have no alternatives to backtrack into, so each reads its match once.
const SPACE = /[ \t\r\n]*/y
const NAME = /[\p{L}\p{M}\p{N}_$-]*/uy
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const INDEX = /\d*/y
// People who write an exponent or zeros in front (which JSON does not have) mean the value, and not its digits.
const NOT_EXACT = /[eE]|^-?0\d/

/** Reads the tokens of one expression from left to right and never goes back. */
export class Scanner {
  readonly source: string
  at: number
  readonly #open: number

  /** @param open the position of the expression's `{{` */
  constructor(source: string, open: number) {
    this.source = source
    this.#open = open
    this.at = open + 2
  }

  skipSpace(): void {
    this.#match(SPACE)
  }

  startsWith(token: string): boolean {
    return this.source.startsWith(token, this.at)
  }

  take(token: string): boolean {
    const found = this.startsWith(token)
    if (found) this.at += token.length
    return found
  }

  /** A name, or an empty string if there is none here. */
  readName(): string {
    return this.#match(NAME)
  }

  /** The position in a list, or undefined if there is no digit here. */
  readIndex(): number | undefined {
    const start = this.at
    const digits = this.#match(INDEX)
    if (digits === '') return undefined
    const value = Number(digits)
    if (/^0\d/.test(digits)) {
      this.fail('A position in a list has no zero in front. Write [1], not [01].', start)
    }
    if (!Number.isSafeInteger(value)) this.fail('This number is too large for a position in a list.', start)
    return value
  }

  readNumber(): number | ExactNumber {
    const start = this.at
    const digits = this.#match(NUMBER)
    const value = Number(digits || Number.NaN)
    if (!Number.isFinite(value)) this.fail('This is not a number that JSON can hold.', start)
    const isJustANumber = NOT_EXACT.test(digits) && isHeldAs(value, digits)
    return isJustANumber ? value : exactNumber(digits)
  }

  /** Text in double quotes, with the escapes of JSON. */
  readText(): string {
    const start = this.at
    let end = start + 1
    while (end < this.source.length && this.source[end] !== '"') end += this.source[end] === '\\' ? 2 : 1
    if (end >= this.source.length) {
      this.fail('The text that begins here has no closing quote. Add a " at its end.', start)
    }
    this.at = end + 1
    try {
      return String(JSON.parse(this.source.slice(start, this.at)))
    } catch {
      return this.fail(
        'This text has a line break or a backslash in it. Write \\n for a line break and \\\\ for a backslash.',
        start,
      )
    }
  }

  fail(advice: string, at = this.at): never {
    throw syntaxError(this.source, at, advice)
  }

  /** @param expected what could stand here, for the person who reads the message */
  failUnexpected(expected: string): never {
    if (this.at >= this.source.length) {
      this.fail(
        'The expression that begins here is not closed. Add }}, or write \\{{ for a literal {{.',
        this.#open,
      )
    }
    this.fail(`This character cannot stand here; expected ${expected}.`)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source)?.[0] ?? ''
    this.at += found.length
    return found
  }
}
