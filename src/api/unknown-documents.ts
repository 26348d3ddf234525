import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { tooCostly } from './cost-limit.ts'
import { type createDocumentCache, mayHoldValue } from './document-cache.ts'
import { mergesTooMuch } from './merged-fields.ts'
import type { CostLimit } from './query-cost.ts'

/** Of a document. Introspection by the usual tools takes about 400. */
export const MAX_TOKENS = 2000

interface Asked {
  query?: unknown
  operationName?: string | null | undefined
  variables?: Record<string, unknown> | null | undefined
}

export interface DocumentCheck {
  plugin: Plugin
  /** The refusal of a request whose document may be kept; undefined for all that Yoga is to answer. */
  refusalOf(asked: Asked): Promise<GraphQLError | undefined>
}

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
): DocumentCheck {
  const read = new WeakMap<object, () => DocumentNode>()
  const costRefusal = (document: DocumentNode, { operationName, variables }: Asked) => {
    const found = limit.exceeded(document, operationName, variables ?? {})
    return found && tooCostly(found, limit.limit)
  }
  const refusalOf = (document: DocumentNode, text: string, asked: Asked) => {
    if (mergesTooMuch(document)) return tooManyAtOnePlace()
    documentCache.set(text, document)
    return costRefusal(document, asked)
  }
  return {
    async refusalOf(asked) {
      const { query: text } = asked
      if (typeof text !== 'string' || mayHoldValue(text)) return undefined
      const known = documentCache.get(text)
      if (known) return costRefusal(known, asked)
      await nextTurn()
      const { document } = parsed(text)
      return document && refusalOf(document, text, asked)
    },
    plugin: {
      onParams({ params, context, setResult }) {
        const { query: text } = params
        // Yoga says what is wrong with anything else.
        if (typeof text !== 'string') return undefined
        const answer = (refused: GraphQLError | undefined) => refused && setResult({ errors: [refused] })
        const known = documentCache.get(text)
        if (known) return answer(costRefusal(known, params))
        return nextTurn().then(() => {
          const { document, get } = parsed(text)
          read.set(context, get)
          if (document) answer(refusalOf(document, text, params))
          return nextTurn()
        })
      },
      onParse({ context, setParseFn }) {
        const get = read.get(context)
        if (get) setParseFn(get)
      },
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
