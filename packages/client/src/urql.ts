/** What connects Lockstep's API with urql. */

import type { Client } from '@urql/core'
import type { Execute } from './seal-secret.ts'

export { type ResumeOptions, resumeExchange } from './resume-subscriptions.ts'

/** Sends documents by this client, for `sealSecret`. A document that is refused throws urql's CombinedError. */
export const executeWith =
  (client: Client): Execute =>
  async (document, variables) => {
    const { data, error } = await client.query(document, variables, { requestPolicy: 'network-only' })
    if (error || !data) throw error ?? new Error('The API answered without data.')
    return data
  }
