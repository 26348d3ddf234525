import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { CostLimit } from './query-cost.ts'

/** Of a request: the client wants to know its cost. Of the answer: the cost. */
export const COST_HEADER = 'x-lockstep-cost'
const LIMIT_HEADER = 'x-lockstep-cost-limit'

/** Tells what an operation costs and what one request may cost, to clients that ask for it. */
export function tellCost(costs: CostLimit): Plugin {
  const { limit } = costs
  const told = new WeakMap<Request, number>()
  return {
    onExecute({ args: { document, operationName, variableValues, contextValue } }) {
      const { request } = contextValue as { request: Request }
      if (!request.headers.has(COST_HEADER)) return
      told.set(
        request,
        costs.costOf(document, operationName, (variableValues ?? {}) as Record<string, unknown>),
      )
    },
    onExecutionResult({ request, result, setResult }) {
      const cost = told.get(request)
      if (cost === undefined || !result || isAsyncIterable(result) || Array.isArray(result)) return
      setResult({ ...result, extensions: { ...result.extensions, cost: { cost, limit } } })
    },
    onResponse({ request, response }) {
      const cost = told.get(request)
      if (cost === undefined) return
      response.headers.set(COST_HEADER, String(cost))
      response.headers.set(LIMIT_HEADER, String(limit))
    },
  }
}
