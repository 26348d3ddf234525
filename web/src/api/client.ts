import { cacheExchange } from '@urql/exchange-graphcache'
import { Client, fetchExchange, mapExchange } from 'urql'
import { cacheOptions } from './cache.ts'
import { isSignedOut } from './problem.ts'

/**
 * The GraphQL client of one signed-in person. It caches what they may see, so another person needs another one.
 *
 * @param onSignedOut called when the API says that the session has ended.
 */
export function createApiClient(onSignedOut: () => void): Client {
  return new Client({
    url: '/graphql',
    // In the body, so that no variable is ever part of an address.
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    // Subscriptions come as server-sent events.
    fetchSubscriptions: true,
    exchanges: [
      mapExchange({
        onError(error) {
          if (isSignedOut(error)) onSignedOut()
        },
      }),
      cacheExchange(cacheOptions),
      fetchExchange,
    ],
  })
}
