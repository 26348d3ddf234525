import { Counter, Gauge, type Registry } from 'prom-client'
import { errorCodes } from '../errors.ts'
import { apiMetrics as list } from './list.ts'

export type SignInRefusal = 'credentials' | 'too_many' | 'not_allowed' | 'invalid'

export interface ApiMetrics {
  operation(kind: 'query' | 'mutation' | 'subscription'): void
  /** Counts an error of an answer, or the refusal of a change. */
  graphqlError(code: unknown): void
  /** Counts a subscription that is open. @returns what to call when it has ended. */
  subscribed(): () => void
  signInRefused(reason: SignInRefusal): void
}

const known: ReadonlySet<unknown> = new Set(errorCodes)

export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry]
  const operations = new Counter({ ...list.operations, registers })
  const errors = new Counter({ ...list.errors, registers })
  const subscriptions = new Gauge({ ...list.subscriptions, registers })
  const signIn = new Counter({ ...list.signIn, registers })
  return {
    operation: (operation) => operations.inc({ operation }),
    // A library may make codes of a request's text: then there would be as many series as requests.
    graphqlError: (code) => errors.inc({ code: known.has(code) ? String(code) : 'OTHER' }),
    subscribed() {
      subscriptions.inc()
      return () => subscriptions.dec()
    },
    signInRefused: (reason) => signIn.inc({ reason }),
  }
}
