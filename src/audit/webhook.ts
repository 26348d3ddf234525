import { createHash, createHmac } from 'node:crypto'
import { databaseTime } from '../database-time.ts'
import type { Http } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import type { AuditTarget, Batch } from './stream.ts'

const TIMEOUT_MS = 10_000

/**
 * Sends batches as JSON Lines by POST, signed as Standard Webhooks 1.0 says: `webhook-signature` is `v1,` and the HMAC
 * with SHA-256 over id, timestamp and body. The id is the same when a batch is sent again.
 *
 * @param http goes to public addresses and those that the operator allows, and follows no redirect.
 * @param secret `whsec_` and base64, or any text.
 */
export function createWebhook(url: string, secret: Sensitive, http: Http): AuditTarget {
  const key = createHash('sha256').update(url).digest('hex')
  return {
    key,
    name: new URL(url).host,
    async send(batch: Batch, signal: AbortSignal) {
      const id = `${batch.workspace}.${batch.first}-${batch.last}`
      const body = `${batch.lines.join('\n')}\n`
      const timestamp = String(Math.floor(databaseTime().getTime() / 1000))
      const response = await http(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-ndjson',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
        },
        body,
        redirect: 'error',
        timeoutMs: TIMEOUT_MS,
        signal,
      })
      await response.arrayBuffer()
      if (!response.ok)
        throw new AppError('REQUEST_FAILED', `The target of the audit log answered ${response.status}.`)
    },
  }
}

function sign(secret: Sensitive, text: string): string {
  const value = secret.reveal()
  const key = value.startsWith('whsec_') ? Buffer.from(value.slice(6), 'base64') : Buffer.from(value)
  return createHmac('sha256', key).update(text).digest('base64')
}
