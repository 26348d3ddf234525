import type { Answer } from './answer.ts'
import type { OutgoingRequest } from './outgoing-request.ts'

/** Idempotent by RFC 9110, section 9.2.2: to send them twice is to send them once. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

const passingStatus: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

const LONGEST_BACK_OFF = 10_000

export function mayRepeat(request: OutgoingRequest, repeatable: boolean): boolean {
  return repeatable || idempotent.has(request.method)
}

export function isWorthRetrying(answer: Answer): boolean {
  return passingStatus.has(answer.status)
}

/** Doubles with each attempt; half of it is random, so that many runs do not come back at the same moment. */
export function backOff(attempt: number, firstMs: number): number {
  const full = Math.min(firstMs * 2 ** attempt, LONGEST_BACK_OFF)
  return full / 2 + (Math.random() * full) / 2
}

/**
 * How long the server asks to wait, in milliseconds. `undefined` if it does not, or not understandably. A date is
 * compared with the server's own `Date`, if it sends one: its clock is not ours.
 */
export function retryAfter(answer: Answer, here = Date.now()): number | undefined {
  const header = (wanted: string) => answer.headers.find(([name]) => name === wanted)?.[1].trim()
  const value = header('retry-after')
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const until = readDate(value)
  return until === undefined ? undefined : Math.max(0, until - (readDate(header('date')) ?? here))
}

/** Only the date of HTTP, since Date.parse understands much more, such as a year alone. */
function readDate(value: string | undefined): number | undefined {
  const date = value !== undefined && /^[A-Z][a-z]{2,8}, /.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}
