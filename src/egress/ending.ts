/**
 * An AbortSignal that ends requests, with one listener for all of them. To add one for each request, and to take it off again,
 * takes longer than to set its timer.
 */
export class Ending {
  readonly signal: AbortSignal
  readonly #followers = new Set<() => void>()
  readonly #onAbort = () => {
    for (const follow of [...this.#followers]) follow()
  }

  constructor(signal: AbortSignal) {
    this.signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** The follower is called when the signal fires, unless it is deleted before. */
  add(follower: () => void): void {
    this.#followers.add(follower)
  }

  delete(follower: () => void): void {
    this.#followers.delete(follower)
  }

  /** Takes its listener off the signal, which may live longer. */
  dispose(): void {
    this.signal.removeEventListener('abort', this.#onAbort)
  }
}
