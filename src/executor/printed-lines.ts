import { StringDecoder } from 'node:string_decoder'

/** Longer lines are given out in pieces (characters), so that a step cannot fill the memory with one. */
const LONGEST_LINE = 1024 * 1024

/** Puts what is printed in pieces together to whole lines: a value that is split over pieces is found in no piece. */
export class PrintedLines {
  readonly #print: (text: string) => void
  readonly #decoder = new StringDecoder()
  #begun = ''
  #longest = LONGEST_LINE

  /** @param print gets one line or more, without the last line's end. */
  constructor(print: (text: string) => void) {
    this.#print = print
  }

  write(chunk: Uint8Array | string): void {
    this.#begun += typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk))
    const end = this.#begun.lastIndexOf('\n')
    if (end !== -1) {
      const lines = this.#begun.slice(0, end)
      this.#begun = this.#begun.slice(end + 1)
      this.#print(lines)
    }
    if (this.#begun.length > this.#longest) this.#flush()
  }

  /** Nobody ends the line any more: what has begun is given out, and from now on every piece as it comes. */
  end(): void {
    this.#longest = 0
    this.#flush()
  }

  #flush(): void {
    const text = this.#begun
    this.#begun = ''
    if (text !== '') this.#print(text)
  }
}
