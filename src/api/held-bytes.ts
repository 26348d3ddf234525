import { GraphQLError } from 'graphql'
import type { HeldBytes } from '../domain/index.ts'

// An answer is built in memory three times over: as rows, as objects and as text.
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Stops disproportionate work: what runs hold is bounded for each run, and a request may ask for many. The budget is that
 * of one request.
 */
export class ByteBudget {
  #left = MAX_BYTES

  /**
   * Takes what these runs hold, in their order, as long as there is something left.
   *
   * @returns those that may be read.
   */
  take(ids: readonly string[], held: readonly HeldBytes[]): Set<string> {
    const bytesOf = new Map(held.map(({ id, bytes }) => [id, bytes]))
    return new Set(
      ids.filter((id) => {
        const bytes = bytesOf.get(id) ?? 0
        if (bytes > this.#left) return false
        this.#left -= bytes
        return true
      }),
    )
  }
}

export function tooManyBytes(): GraphQLError {
  const message =
    `One request reads at most ${MAX_BYTES / 1024 / 1024} MiB of inputs and outputs of runs. ` +
    'Ask for fewer runs by `first`, or for one of them.'
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
}
