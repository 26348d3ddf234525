/**
 * Entries that are really gone from memory when their time is over, not only when somebody asks for them, and
 * at most `max` of them: the oldest goes first.
 */
export class TimedCache<T> {
  readonly #entries = new Map<string, { value: T; timer: NodeJS.Timeout }>()
  readonly #milliseconds: number
  readonly #max: number

  constructor(options: { seconds: number; max: number }) {
    this.#milliseconds = options.seconds * 1000
    this.#max = options.max
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value
  }

  /** Keeps a value. Setting a key again starts its time again; getting does not. */
  set(key: string, value: T): void {
    if (this.#max <= 0 || this.#milliseconds <= 0) return
    this.delete(key)
    const oldest = this.#entries.size >= this.#max ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.delete(oldest)
    // unref: a cache is no reason for a process to stay alive.
    const timer = setTimeout(() => this.delete(key), this.#milliseconds).unref()
    this.#entries.set(key, { value, timer })
  }

  delete(key: string): void {
    clearTimeout(this.#entries.get(key)?.timer)
    this.#entries.delete(key)
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key)
  }
}
