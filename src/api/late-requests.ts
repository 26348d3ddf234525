import { GraphQLError, type GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from './builder.ts'

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
