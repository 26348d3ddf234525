/** Bytes that come from the process of a plugin, a piece at a time: the next one is asked for when this one was taken. */
export class IncomingStream implements AsyncIterable<Uint8Array> {
  #piece: { bytes: Uint8Array; taken(): void } | undefined
  #isOver: boolean = false
  #error: unknown
  #wake: () => void = () => undefined

  /** Resolves when somebody has taken the piece, or when nobody will. */
  push(bytes: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#isOver) return Promise.resolve()
    // A plugin that does not wait has its own earlier piece replaced.
    this.#piece?.taken()
    this.#piece = { bytes, taken: resolve }
    this.#wake()
    return promise
  }

  /** @param error why no more comes, if it is not the end of the content. */
  end(error?: unknown): void {
    this.#isOver = true
    this.#error = error
    this.#wake()
  }

  /** Nobody takes any more. */
  close(): void {
    this.#isOver = true
    this.#piece?.taken()
    this.#piece = undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const piece = this.#piece
      if (piece) {
        this.#piece = undefined
        yield piece.bytes
        piece.taken()
      } else if (this.#isOver) {
        if (this.#error !== undefined) throw this.#error
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
