import { cacheOptions, createAppSignIn } from '@lockstep/client'
import { resumeExchange } from '@lockstep/client/urql'
import { cacheExchange } from '@urql/exchange-graphcache'
import { Client, fetchExchange } from 'urql'

// VITE_LOCKSTEP_URL is the address of Lockstep. There, this page is registered: LOCKSTEP_APPS=board=http://localhost:5173/ and
// LOCKSTEP_CORS_ORIGINS=http://localhost:5173.
const server: string = import.meta.env['VITE_LOCKSTEP_URL'] ?? 'http://localhost:4000'

export const signIn = createAppSignIn({ server, app: 'board', redirectUri: `${window.location.origin}/` })

/** @param onConnection called when the connection of a live list or run is lost, and when it is there again. */
export const connect = (onConnection: (isConnected: boolean) => void): Client =>
  new Client({
    url: new URL('/graphql', server).href,
    // Each request is made in the name of the person, with a token that is renewed in time.
    fetch: signIn.fetch,
    // POST keeps variables out of addresses.
    preferGetMethod: false,
    exchanges: [cacheExchange(cacheOptions), resumeExchange({ onConnection }), fetchExchange],
  })
