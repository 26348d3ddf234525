const LOOK_MS = 5000

/** Looks at the database every five seconds. While it is away, what was seen last stands. */
export abstract class DatabaseWatch {
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  abstract look(): Promise<void>

  /** Looks now, and again and again until {@link DatabaseWatch.stop}. @throws when the database is away now. */
  async start(): Promise<void> {
    await this.look()
    clearInterval(this.#timer)
    this.#timer = setInterval(() => {
      this.#looking = this.look().catch(() => undefined)
    }, LOOK_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }
}
