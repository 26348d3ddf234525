import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { tooCostly } from './cost-limit.ts'
import type { createDocumentCache } from './document-cache.ts'
import { mergesTooMuch } from './merged-fields.ts'
import type { CostLimit } from './query-cost.ts'

// Introspection by the usual tools takes about 400 tokens.
const MAX_TOKENS = 2000

/**
 * Stops disproportionate work before it is done: a document is refused for its length while it is parsed, and for its cost
 * before it is validated, which takes five times as long as both.
 *
 * What was not seen before is worked on in turns, one document in each round of the event loop: between them, the requests
 * of others are answered.
 */
export function checkDocuments(
  limit: CostLimit,
  { documentCache }: ReturnType<typeof createDocumentCache>,
  nextTurn: () => Promise<void>,
): Plugin {
  const read = new WeakMap<object, () => DocumentNode>()
  return {
    onParams({ params: { query, operationName, variables }, context, setResult }) {
      // Yoga says what is wrong with anything else.
      if (typeof query !== 'string') return undefined
      const check = (document: DocumentNode) => {
        const found = limit.exceeded(document, operationName, variables ?? {})
        if (found) setResult({ errors: [tooCostly(found, limit.limit)] })
      }
      const known = documentCache.get(query)
      if (known) return check(known)
      return nextTurn().then(() => {
        const { document, get } = parsed(query)
        read.set(context, get)
        if (!document) return undefined
        if (mergesTooMuch(document)) return setResult({ errors: [tooManyAtOnePlace()] })
        documentCache.set(query, document)
        check(document)
        return nextTurn()
      })
    },
    onParse({ context, setParseFn }) {
      const get = read.get(context)
      if (get) setParseFn(get)
    },
  }
}

/** @returns a function whose promises resolve one after the other, with a round of the event loop between each two. */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve()
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)))
    return last
  }
}

function parsed(text: string): { document?: DocumentNode; get(): DocumentNode } {
  try {
    const document = parse(text, { maxTokens: MAX_TOKENS })
    return { document, get: () => document }
  } catch (error) {
    return {
      get: () => {
        throw error
      },
    }
  }
}

function tooManyAtOnePlace(): GraphQLError {
  const message =
    'The request names the same fields at the same place too often. Name each once, or in several requests.'
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COSTLY' } })
}
