import { type DocumentNode, getOperationAST } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { ApiMetrics } from '../metrics/api-metrics.ts'

/**
 * Counts operations, their errors, and the subscriptions that are open. A known query that answers without an error
 * does not come by here.
 */
export function countOperations({ operation, graphqlError, subscribed }: ApiMetrics): Plugin {
  const countErrors = (errors: readonly { extensions?: Record<string, unknown> }[] = []) => {
    for (const { extensions } of errors) graphqlError(extensions?.['code'])
  }
  const count = (document: DocumentNode, name: string | null | undefined) => {
    const found = getOperationAST(document, name)
    if (found) operation(found.operation)
  }
  return {
    onExecute: ({ args }) => count(args.document, args.operationName),
    onSubscribe({ args }) {
      count(args.document, args.operationName)
      return {
        onSubscribeResult({ result }) {
          if (!isAsyncIterable(result)) return undefined
          const ended = subscribed()
          return { onNext: ({ result: one }) => countErrors(one.errors), onEnd: ended }
        },
      }
    },
    onExecutionResult({ result }) {
      for (const one of [result].flat()) if (one && 'errors' in one) countErrors(one.errors)
    },
  }
}
