import { type DocumentNode, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { AppError } from '../errors.ts'
import type { Context } from './builder.ts'
import { graphqlError } from './errors.ts'
import type { CostLimit } from './query-cost.ts'

interface Asked {
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
  contextValue?: unknown
}

/**
 * Stops disproportionate work: an operation that costs too much is refused before any of it is executed, with the code
 * QUERY_TOO_COSTLY and the status 400. One that is too much for this minute has the code LIMIT_REACHED and the status 429.
 */
export function limitCost(limit: CostLimit): Plugin {
  const refuse = ({ document, operationName, variableValues, contextValue }: Asked) => {
    const variables = (variableValues ?? {}) as Record<string, unknown>
    const found = limit.exceeded(document, operationName, variables)
    if (found) return tooCostly(found, limit.limit)
    const { takeCost } = contextValue as Context
    return takeCost && refusalOf(() => takeCost(limit.costOf(document, operationName, variables)))
  }
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const refused = refuse(args)
      if (refused) setResultAndStopExecution({ errors: [refused] })
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const refused = refuse(args)
      if (refused) setResultAndStopExecution({ errors: [refused] })
    },
  }
}

function tooCostly({ cost, heaviest }: { cost: number; heaviest: string }, limit: number): GraphQLError {
  const message =
    `The request costs ${cost}, and the limit is ${limit}. Most of it is ${heaviest}. ` +
    'Ask for fewer items by `first`, for fewer fields, or in several requests.'
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COSTLY', http: { status: 400 } } })
}

function refusalOf(take: () => void): GraphQLError | undefined {
  try {
    take()
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const headers = { 'retry-after': String(error.retryAfterSeconds) }
    const { message, extensions } = graphqlError(error)
    return new GraphQLError(message, { extensions: { ...extensions, http: { status: 429, headers } } })
  }
}
