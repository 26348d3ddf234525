import { GraphQLError } from 'graphql'

/** Of one request: it has taken as long as it may. */
export class TimeLimit {
  readonly #seconds: number
  readonly #since = performance.now()

  /** @param seconds 0: as long as it likes. */
  constructor(seconds: number) {
    this.#seconds = seconds
  }

  /** In milliseconds; undefined without a limit. */
  left(): number | undefined {
    if (this.#seconds === 0) return undefined
    return Math.max(0, this.#seconds * 1000 - (performance.now() - this.#since))
  }

  isOver(): boolean {
    return this.left() === 0
  }

  error(): GraphQLError {
    const message =
      `The request took longer than ${this.#seconds} s (LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS). ` +
      'Ask for fewer items by `first`, for fewer fields, or in several requests.'
    return new GraphQLError(message, { extensions: { code: 'TIMEOUT' } })
  }

  /** @throws GraphQLError TIMEOUT when the work is not done in time. Nobody waits for what is left of it. */
  async race<T>(work: Promise<T>): Promise<T> {
    const left = this.left()
    if (left === undefined) return work
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.error()), left)
    })
    work.catch(() => undefined)
    return Promise.race([work, late]).finally(() => clearTimeout(timer))
  }
}
