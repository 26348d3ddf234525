import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { persistedExchange } from '@urql/exchange-persisted'
import { Client, mapExchange, type Operation } from 'urql'
import { cacheOptions } from './cache.ts'
import { exactFetchExchange } from './exact-fetch.ts'
import { isSignedOut } from './problem.ts'

export interface ApiClient {
  client: Client
  /** Loads all that is shown again, for instance after a time without a connection. */
  refresh(): void
}

/**
 * The GraphQL client of one signed-in person. It caches what they may see, so another person needs another one.
 *
 * @param onSignedOut called when the API says that the session has ended.
 */
export function createApiClient(onSignedOut: () => void): ApiClient {
  const shown = new Map<number, Operation>()
  const client = new Client({
    url: '/graphql',
    // Requests are sent by POST, so that no variable becomes part of an address, and so of a log.
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    // Subscriptions come as server-sent events.
    fetchSubscriptions: true,
    exchanges: [
      mapExchange({
        onOperation(operation) {
          if (operation.kind === 'query') shown.set(operation.key, operation)
          if (operation.kind === 'teardown') shown.delete(operation.key)
        },
        onError(error) {
          if (isSignedOut(error)) onSignedOut()
        },
        // The generated types say that a field which is null only with an error is never null. So pages get the error and
        // no data, and never a list that is not there.
        onResult: (result) =>
          result.error?.graphQLErrors.length ? { ...result, data: undefined } : undefined,
      }),
      cacheExchange(cacheOptions),
      persistedExchange({
        preferGetForPersistedQueries: false,
        // The API may take only known documents (LOCKSTEP_PERSISTED_ONLY), so that their text is never sent.
        enforcePersistedQueries: true,
        enableForMutation: true,
        enableForSubscriptions: true,
        generateHash: (_text, document) => Promise.resolve(hashOf(document)),
      }),
      exactFetchExchange,
    ],
  })
  return {
    client,
    refresh() {
      for (const operation of shown.values()) {
        const context = { ...operation.context, requestPolicy: 'network-only' } as const
        client.reexecuteOperation(client.createRequestOperation('query', operation, context))
      }
    },
  }
}

/** The hash by which the API knows the document. It is generated with the document. */
function hashOf(document: TypedDocumentNode<unknown>): string {
  const { __meta__: meta } = document as { __meta__?: { hash?: unknown } }
  if (typeof meta?.hash !== 'string')
    throw new Error('This document was not generated: run `npm run generate`.')
  return meta.hash
}
