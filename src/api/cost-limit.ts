import { type DocumentNode, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { AppError } from '../errors.ts'
import type { Context } from './builder.ts'
import { graphqlError } from './errors.ts'
import type { CostLimit, QueryCost } from './query-cost.ts'

interface Asked {
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
  contextValue?: unknown
}

/** Takes what an operation costs from what its caller has in this minute: too much is LIMIT_REACHED, with the status 429. */
export function limitCostPerMinute(limit: CostLimit): Plugin {
  const refuse = ({ document, operationName, variableValues, contextValue }: Asked) => {
    const variables = (variableValues ?? {}) as Record<string, unknown>
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

/** The refusal of an operation that costs more than one may. */
export function tooCostly({ cost, heaviest }: QueryCost, limit: number): GraphQLError {
  const message =
    `The request costs ${cost}, and the limit is ${limit}. Most of it is ${heaviest}. ` +
    'Ask for fewer items by `first`, for fewer fields, or in several requests.'
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COSTLY' } })
}

function refusalOf(take: () => void): GraphQLError | undefined {
  try {
    take()
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return graphqlError(error)
  }
}
