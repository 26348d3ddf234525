/** A text while its tokens are replaced, from the first to the last. The new text is made when it is asked for. */
export class Replaced {
  /** Four numbers for each: start and end in the new text, start and end in this one. */
  readonly tokens: number[] = []
  readonly #text: string
  readonly #by: string[] = []
  /** How much longer the new text is. */
  #growth = 0

  constructor(text: string) {
    this.#text = text
  }

  add(start: number, end: number, by: string): void {
    const at = start + this.#growth
    this.#by.push(by)
    this.tokens.push(at, at + by.length, start, end)
    this.#growth += by.length - (end - start)
  }

  /** The new text. */
  text(): string {
    const pieces: string[] = []
    let done = 0
    for (const [i, by] of this.#by.entries()) {
      const start = this.tokens[4 * i + 2] as number
      if (start > done) pieces.push(this.#text.slice(done, start))
      pieces.push(by)
      done = this.tokens[4 * i + 3] as number
    }
    pieces.push(this.#text.slice(done))
    return pieces.join('')
  }

  /** What stands in the place of each token. */
  get replacements(): readonly string[] {
    return this.#by
  }

  /** Whether a token stands in a stretch of this text, or right before it. */
  touches(start: number, end: number): boolean {
    let low = 0
    let high = this.#by.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.tokens[4 * middle + 3] as number) < start) low = middle + 1
      else high = middle
    }
    return low < this.#by.length && (this.tokens[4 * low + 2] as number) < end
  }
}
