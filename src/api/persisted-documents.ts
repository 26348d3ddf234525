import {
  usePersistedOperations as createPlugin,
  defaultExtractPersistedOperationId as idOfApollo,
} from '@graphql-yoga/plugin-persisted-operations'
import type { Plugin } from 'graphql-yoga'

/** The documents that are taken by the SHA-256 of their text: those of our own web app, and those registered for apps of others. */
export interface PersistedDocuments {
  /** @param hash in hexadecimal digits. @returns the text, at once where no database has to be asked. */
  find(hash: string): string | undefined | Promise<string | undefined>
  /** Whether every other document is refused. */
  only: boolean
}

/** The parameter of GraphQL over HTTP, appendix A (persisted documents). */
export const DOCUMENT_ID = 'documentId'

/**
 * Accepts the hash of a document instead of its text, as `documentId` (`sha256:HASH`) or as `extensions.persistedQuery` of
 * Apollo's protocol, over GET, POST and SSE. With `only`, a stolen session can send only operations that are known.
 */
export function persistedDocuments({ find, only }: PersistedDocuments): Plugin {
  const refused = {
    message:
      'This server takes only documents that it knows (LOCKSTEP_PERSISTED_ONLY), by their hash. ' +
      'Its operator can register those of an app with `lockstep documents add`.',
    extensions: { code: 'PERSISTED_ONLY' },
  }
  return createPlugin({
    extractPersistedOperationId: (params, request, context) =>
      documentIdIn(params, request) ?? idOfApollo(params, request, context),
    allowArbitraryOperations: !only,
    getPersistedOperation: async (hash) => (await find(hash)) ?? null,
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
