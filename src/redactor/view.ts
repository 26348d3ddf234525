/** Replaces one token of a text; `undefined` leaves the token as it is. */
export type TokenDecoder = (token: RegExpExecArray) => string | undefined

/**
 * A text as it reads after some decoding, with the way back: which part of the source each of its characters
 * came from. A match in the view can so be masked in the source, whatever mix of escapes stood there.
 */
export class View {
  readonly text: string
  readonly #parent: View | undefined
  /** Four numbers per decoded token: start and end in this text, start and end in the parent's text. */
  readonly #tokens: readonly number[]

  private constructor(text: string, parent?: View, tokens: readonly number[] = []) {
    this.text = text
    this.#parent = parent
    this.#tokens = tokens
  }

  /** The source itself. */
  static of(source: string): View {
    return new View(source)
  }

  /** The view behind one more decoding, or `undefined` if that changes nothing. `pattern` must be global. */
  decode(pattern: RegExp, decodeToken: TokenDecoder): View | undefined {
    const pieces: string[] = []
    const tokens: number[] = []
    let done = 0
    let length = 0
    pattern.lastIndex = 0
    for (let token = pattern.exec(this.text); token !== null; token = pattern.exec(this.text)) {
      const decoded = decodeToken(token)
      if (decoded === undefined || decoded === token[0]) continue
      const at = length + token.index - done
      if (token.index > done) pieces.push(this.text.slice(done, token.index))
      pieces.push(decoded)
      length = at + decoded.length
      done = token.index + token[0].length
      tokens.push(at, length, token.index, done)
    }
    if (tokens.length === 0) return
    pieces.push(this.text.slice(done))
    return new View(pieces.join(''), this, tokens)
  }

  /** Where in the source the character at `index` begins. */
  start(index: number): number {
    if (this.#parent === undefined) return index
    // A token decoded to nothing right before `index` is not part of the character at `index`.
    const token = lastAtMost(this.#tokens, index)
    if (token < 0) return this.#parent.start(index)
    const past = index - (this.#tokens[token + 1] as number)
    return this.#parent.start(past < 0 ? (this.#tokens[token + 2] as number) : this.#parentEnd(token) + past)
  }

  /** Where in the source the character before `index` ends. */
  end(index: number): number {
    if (this.#parent === undefined || index === 0) return index
    const last = index - 1
    const token = lastAtMost(this.#tokens, last)
    if (token < 0) return this.#parent.end(index)
    const past = last - (this.#tokens[token + 1] as number)
    return this.#parent.end(this.#parentEnd(token) + Math.max(past + 1, 0))
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
