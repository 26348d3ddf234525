import {
  usePersistedOperations as createPlugin,
  defaultExtractPersistedOperationId as idOfApollo,
} from '@graphql-yoga/plugin-persisted-operations'
import type { Plugin } from 'graphql-yoga'

/** The documents of our own web app, by the SHA-256 of their text. */
export interface PersistedDocuments {
  documents: ReadonlyMap<string, string>
  /** Whether every other document is refused. */
  only: boolean
}

/** The parameter of GraphQL over HTTP, appendix A (persisted documents). */
export const DOCUMENT_ID = 'documentId'

/**
 * Accepts the hash of a document instead of its text, as `documentId` (`sha256:HASH`) or as `extensions.persistedQuery` of
 * Apollo's protocol, over GET, POST and SSE. With `only`, a stolen session can send only the operations of our own pages.
 */
export function persistedDocuments({ documents, only }: PersistedDocuments): Plugin {
  const refused = {
    message:
      'This server takes the documents of its own web app alone (LOCKSTEP_PERSISTED_ONLY), by their hash. ' +
      'Other clients need a server where this is off.',
    extensions: { code: 'PERSISTED_ONLY' },
  }
  return createPlugin({
    extractPersistedOperationId: (params, request, context) =>
      documentIdIn(params, request) ?? idOfApollo(params, request, context),
    allowArbitraryOperations: !only,
    getPersistedOperation: (hash) => documents.get(hash) ?? null,
    customErrors: {
      notFound: {
        // The words that Apollo's and urql's clients look for, to send the text of the document.
        message: 'PersistedQueryNotFound',
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
      },
      keyNotFound: only
        ? refused
        : {
            message: 'The request has no query.',
            extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
          },
      persistedQueryOnly: refused,
    },
  })
}

function documentIdIn(params: object, { method, url }: Request): string | undefined {
  const given =
    method === 'GET' ? new URL(url).searchParams.get(DOCUMENT_ID) : Reflect.get(params, DOCUMENT_ID)
  return typeof given === 'string' ? given.replace(/^sha256:/, '') : undefined
}
