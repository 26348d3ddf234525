import { GraphQLError, type GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from './builder.ts'

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
    return new GraphQLError(message, { extensions: { code: 'TIMEOUT', http: { status: 503 } } })
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

/**
 * Stops disproportionate work: a query that takes too long is answered with the code TIMEOUT and the status 503, and what
 * it has not begun by then is not begun any more. A change that has begun is waited for, so that its answer says what
 * was done: {@link refuseLateChanges} keeps the next ones from beginning.
 */
export const limitTime: Plugin<Context> = {
  onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
    const { timeLimit, onlyReads } = args.contextValue
    if (!onlyReads) return
    if (timeLimit.isOver()) return setResultAndStopExecution({ errors: [timeLimit.error()] })
    setExecuteFn(async (given) => {
      const stopping = new AbortController()
      try {
        return await timeLimit.race(
          Promise.resolve(executeFn(Object.assign(given, { signal: stopping.signal }))),
        )
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        stopping.abort(error)
        return { errors: [error] }
      }
    })
  },
}

/** Changes of one request are made one after the other. One whose turn comes too late is refused, and changes nothing. */
export function refuseLateChanges(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field
    field.resolve = (source, args, context: Context, info) => {
      if (context.timeLimit.isOver()) throw context.timeLimit.error()
      return resolve?.(source, args, context, info)
    }
  }
  return schema
}
