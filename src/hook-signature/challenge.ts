import { hash, timingSafeEqual } from 'node:crypto'
import type { HookSignature } from '../store/entities/index.ts'

// Longer than any that a service sends, and too short to carry a page.
const LONGEST_CHALLENGE = 1000

/**
 * What Slack wants to have sent back before it sends events (`url_verification`); undefined for any other request. It
 * counts only when the request is signed.
 */
export function slackChallenge(body: unknown, signature: HookSignature): string | undefined {
  if (signature.style !== 'SLACK' || typeof body !== 'object' || body === null) return undefined
  const { type, challenge } = body as { type?: unknown; challenge?: unknown }
  return type === 'url_verification' && isShort(challenge) ? challenge : undefined
}

/** The question that Meta's services ask by GET before they send events; undefined for any other query. */
export function metaChallenge(query: URLSearchParams): { token: string; challenge: string } | undefined {
  const token = query.get('hub.verify_token')
  const challenge = query.get('hub.challenge')
  if (query.get('hub.mode') !== 'subscribe' || token === null || !isShort(challenge)) return undefined
  return { token, challenge }
}

/** Compares hashes, so that neither the length nor the first letters of the secret can be measured. */
export function isSameToken(given: string, value: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', value, 'buffer'))
}

const isShort = (it: unknown): it is string => typeof it === 'string' && it.length <= LONGEST_CHALLENGE
