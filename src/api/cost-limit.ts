import { type DocumentNode, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { CostLimit } from './query-cost.ts'

interface Asked {
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
}

/**
 * Stops disproportionate work: an operation that costs too much is refused before any of it is executed, with the code
 * QUERY_TOO_COSTLY and the status 400.
 */
export function limitCost(limit: CostLimit): Plugin {
  const refuse = ({ document, operationName, variableValues }: Asked): GraphQLError | undefined => {
    const found = limit.exceeded(document, operationName, (variableValues ?? {}) as Record<string, unknown>)
    if (!found) return undefined
    const { cost, heaviest } = found
    const message =
      `The request costs ${cost}, and the limit is ${limit.limit}. Most of it is ${heaviest}. ` +
      'Ask for fewer items by `first`, for fewer fields, or in several requests.'
    return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COSTLY', http: { status: 400 } } })
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
