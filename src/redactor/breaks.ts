/** Finds the line breaks of a text, from the first to the last. */
export class Breaks {
  readonly #text: string
  #line: number
  #return: number

  constructor(text: string) {
    this.#text = text
    this.#line = text.indexOf('\n')
    this.#return = text.indexOf('\r')
  }

  /** The first at or after `from`, which never goes back; -1 for none. */
  next(from: number): number {
    if (this.#line >= 0 && this.#line < from) this.#line = this.#text.indexOf('\n', from)
    if (this.#return >= 0 && this.#return < from) this.#return = this.#text.indexOf('\r', from)
    if (this.#line < 0 || this.#return < 0) return Math.max(this.#line, this.#return)
    return Math.min(this.#line, this.#return)
  }
}
