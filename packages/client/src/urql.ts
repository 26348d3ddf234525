/** What connects Lockstep's API with urql. */

import type { Client } from '@urql/core'
import type { Execute } from './seal-secret.ts'

export { type ResumeOptions, resumeExchange } from './resume-subscriptions.ts'

/** Sends queries and mutations by this client, for `sealSecret` too. What is refused throws urql's CombinedError. */
export const executeWith =
  (client: Client): Execute =>
  async (document, variables) => {
    const changes = document.definitions.some((it) => 'operation' in it && it.operation === 'mutation')
    const { data, error } = changes
      ? await client.mutation(document, variables)
      : await client.query(document, variables, { requestPolicy: 'network-only' })
    if (error || !data) throw error ?? new Error('The API answered without data.')
    return data
  }
