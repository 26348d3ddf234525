/** Replaces one token of a text; `undefined` leaves the token as it is. */
export type TokenDecoder = (token: RegExpExecArray) => string | undefined

/**
 * A text as it reads after some decoding, with the way back: which part of the source each of its characters
 * came from. A match in the view can so be masked in the source, whatever mix of escapes stood there.
 */
export class View {
  readonly text: string
  readonly #parent: View | undefined
  // One entry per decoded token: its place in this text, and its place in the parent's text.
  readonly #at: number[] = []
  readonly #end: number[] = []
  readonly #parentAt: number[] = []
  readonly #parentEnd: number[] = []

  private constructor(text: string, parent?: View) {
    this.text = text
    this.#parent = parent
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
      pieces.push(this.text.slice(done, token.index), decoded)
      length = at + decoded.length
      done = token.index + token[0].length
      tokens.push(at, length, token.index, done)
    }
    if (tokens.length === 0) return
    pieces.push(this.text.slice(done))
    const view = new View(pieces.join(''), this)
    view.#remember(tokens)
    return view
  }

  #remember(tokens: readonly number[]): void {
    for (let i = 0; i + 3 < tokens.length; i += 4) {
      this.#at.push(tokens[i] as number)
      this.#end.push(tokens[i + 1] as number)
      this.#parentAt.push(tokens[i + 2] as number)
      this.#parentEnd.push(tokens[i + 3] as number)
    }
  }

  /** Where in the source the character at `index` begins. */
  start(index: number): number {
    if (this.#parent === undefined) return index
    // A token decoded to nothing right before `index` is not part of the character at `index`.
    const token = lastAtMost(this.#at, index)
    if (token < 0) return this.#parent.start(index)
    const past = index - (this.#end[token] as number)
    const inParent = past < 0 ? (this.#parentAt[token] as number) : (this.#parentEnd[token] as number) + past
    return this.#parent.start(inParent)
  }

  /** Where in the source the character before `index` ends. */
  end(index: number): number {
    if (this.#parent === undefined || index === 0) return index
    const last = index - 1
    const token = lastAtMost(this.#at, last)
    if (token < 0) return this.#parent.end(index)
    const past = last - (this.#end[token] as number)
    const inParent =
      past < 0 ? (this.#parentEnd[token] as number) : (this.#parentEnd[token] as number) + past + 1
    return this.#parent.end(inParent)
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

/** Index of the last entry that is at most `wanted`, or -1. The list ascends. */
function lastAtMost(list: readonly number[], wanted: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] as number) <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}
