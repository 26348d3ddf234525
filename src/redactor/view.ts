import type { Codes } from './codes.ts'
import { Replaced } from './replaced.ts'
import { rowsNear, rowsOf, type Stretch } from './rows.ts'

/** Replaces one token of a text; `undefined` leaves the token as it is. */
export type TokenDecoder = (token: RegExpExecArray) => string | undefined

/** What a stretch of a text decodes to: whole bytes, a character each. */
export interface Run {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A row of so many characters counts, however long the values are. */
const ROW_AT_MOST = 48
/** What a stream holds back of its end at least, with a row that ends there. */
const TAIL = 64 + ROW_AT_MOST
/** Stands between runs, and in no value. */
const BETWEEN_RUNS = '\x01'

/**
 * A text as it reads after some decoding, with the way back: which part of the source each of its characters
 * came from. A match in the view can so be masked in the source, whatever mix of escapes stood there.
 */
export class View {
  readonly #source: string | Replaced
  readonly #room: Codes
  #text: string | undefined
  #codes: Uint16Array | undefined
  readonly #parent: View | undefined
  /** Four numbers per decoded token: start and end in this text, start and end in the parent's text. */
  readonly #tokens: readonly number[]
  /** Where tokens are runs: how many bits each character of the parent's text holds. */
  readonly #bits: number

  private constructor(
    source: string | Replaced,
    room: Codes,
    parent?: View,
    tokens: readonly number[] = [],
    bits = 0,
  ) {
    this.#source = source
    this.#room = room
    this.#parent = parent
    this.#tokens = tokens
    this.#bits = bits
  }

  /** The source itself. @param room for its characters, and those of all views behind it. */
  static of(source: string, room: Codes): View {
    return new View(source, room)
  }

  get text(): string {
    this.#text ??= typeof this.#source === 'string' ? this.#source : this.#source.text()
    return this.#text
  }

  /** Whether it shows what runs decode to, or what is behind that. */
  get isOfRuns(): boolean {
    return this.#bits > 0 || this.#parent?.isOfRuns === true
  }

  /** The UTF-16 code units of the text. */
  get codes(): Uint16Array {
    this.#codes ??= this.#room.of(this.text)
    return this.#codes
  }

  /** The view behind one more decoding, or `undefined` if that changes nothing. `pattern` must be global. */
  decode(pattern: RegExp, decodeToken: TokenDecoder): View | undefined {
    const replaced = new Replaced(this.text)
    pattern.lastIndex = 0
    for (let token = pattern.exec(this.text); token !== null; token = pattern.exec(this.text)) {
      const decoded = decodeToken(token)
      if (decoded === undefined || decoded === token[0]) continue
      replaced.add(token.index, token.index + token[0].length, decoded)
    }
    return this.replace(replaced)
  }

  /** The view in which these tokens are replaced, or `undefined` if there are none. */
  replace(replaced: Replaced): View | undefined {
    return replaced.tokens.length === 0 ? undefined : new View(replaced, this.#room, this, replaced.tokens)
  }

  /** How it was made of the text before it; `undefined` for the source and for what runs decode to. */
  get replaced(): Replaced | undefined {
    return typeof this.#source === 'string' ? undefined : this.#source
  }

  /** The view of these runs alone. They ascend, and each character of them holds so many bits. */
  decodeRuns(runs: readonly Run[], bits: number): View {
    const tokens: number[] = []
    let length = 0
    for (const { text, start, end } of runs) {
      tokens.push(length, length + text.length, start, end)
      length += text.length + BETWEEN_RUNS.length
    }
    return new View(runs.map(({ text }) => text).join(BETWEEN_RUNS), this.#room, this, tokens, bits)
  }

  /**
   * Where characters of a class stand in a row, so many at least. Behind a decoding only those near what was decoded: all
   * others stand in the text before it as well.
   *
   * @param values of an alphabet.
   * @param enough fewer hold no value. In the source itself, shorter rows count at its end alone: in a stream they go on.
   */
  rows(values: Uint8Array, shortest: number, enough = shortest): Stretch[] {
    const { codes } = this
    const end = codes.length
    if (this.#parent !== undefined) {
      if (this.#bits === 0) return rowsNear(codes, values, shortest, this.#tokens)
      return rowsOf(codes, values, shortest, [{ start: 0, end }])
    }
    const rows = rowsOf(codes, values, Math.max(shortest, Math.min(enough, ROW_AT_MOST)), [{ start: 0, end }])
    const tail = Math.max(rows.at(-1)?.end ?? 0, end - TAIL)
    return [...rows, ...rowsOf(codes, values, shortest, [{ start: tail, end }])]
  }

  /** Whether it reads the same and came from the same places: the same text elsewhere is another occurrence. */
  isLike(other: View): boolean {
    if (this.text !== other.text || this.end(this.text.length) !== other.end(this.text.length)) return false
    const tokens = this.#tokens
    for (let at = 0; at < tokens.length; at += 4) {
      const [start, end] = [tokens[at] as number, tokens[at + 1] as number]
      if (this.start(start) !== other.start(start) || this.end(end) !== other.end(end)) return false
    }
    return true
  }

  /** Where in the source the character at `index` begins. */
  start(index: number): number {
    if (this.#parent === undefined) return index
    // A token decoded to nothing right before `index` is not part of the character at `index`.
    const token = lastAtMost(this.#tokens, index)
    if (token < 0) return this.#parent.start(index)
    const past = index - (this.#tokens[token + 1] as number)
    if (past >= 0) return this.#parent.start(this.#parentEnd(token) + past)
    const into = Math.floor(this.#charactersInto(token, index))
    return this.#parent.start((this.#tokens[token + 2] as number) + into)
  }

  /** Where in the source the character before `index` ends. */
  end(index: number): number {
    if (this.#parent === undefined || index === 0) return index
    const last = index - 1
    const token = lastAtMost(this.#tokens, last)
    if (token < 0) return this.#parent.end(index)
    const past = last - (this.#tokens[token + 1] as number)
    if (past >= 0) return this.#parent.end(this.#parentEnd(token) + past + 1)
    // What is left of a run after its last whole byte belongs to it: padding tells the length modulo three.
    if (this.#bits === 0 || past === -1) return this.#parent.end(this.#parentEnd(token))
    const into = Math.ceil(this.#charactersInto(token, index))
    return this.#parent.end((this.#tokens[token + 2] as number) + into)
  }

  /** How many characters of the parent's text hold what a run holds before `index`. */
  #charactersInto(token: number, index: number): number {
    return this.#bits === 0 ? 0 : ((index - (this.#tokens[token] as number)) * 8) / this.#bits
  }

  #parentEnd(token: number): number {
    return this.#tokens[token + 3] as number
  }

  /** The first index of this text whose character begins at or after `source`. */
  indexFrom(source: number): number {
    let low = 0
    let high = this.text.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.start(middle) < source) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Where the last token is kept that starts at most at `wanted`, or a negative number. The tokens ascend. */
function lastAtMost(tokens: readonly number[], wanted: number): number {
  let low = 0
  let high = tokens.length / 4
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((tokens[4 * middle] as number) <= wanted) low = middle + 1
    else high = middle
  }
  return 4 * (low - 1)
}
