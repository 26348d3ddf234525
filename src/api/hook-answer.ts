import type { HookedRun } from '../domain/index.ts'
import { parseJson } from '../exact-json.ts'

/** What a hook answers. */
export interface Reply {
  status: number
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is, with the type that the headers name. */
  text?: string
  headers?: Record<string, string>
}

/**
 * What others decide on is no page of ours: it has this origin, where people are signed in. No script runs in it, no
 * browser guesses its type, and it is kept nowhere.
 */
export const NO_PAGE: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

// What an automation may say of its answer. Cookies, and all else that changes what browsers do with this origin, are
// not among them.
const allowed: ReadonlySet<string> = new Set([
  'content-type',
  'content-language',
  'content-disposition',
  'location',
  'retry-after',
  'link',
  'etag',
  'last-modified',
])
const CUSTOM = /^x-[a-z0-9-]{1,100}$/
const TEXT = /^[\t\x20-\x7e]{0,2000}$/

interface Output {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** The answer of a hook whose run's output says it, as `{ status, headers, body }`. All three have defaults. */
export function ownAnswer({ id: runId, ended }: HookedRun): Reply {
  if (!ended) return { status: 202, body: { runId } }
  // Whoever calls is told that it failed, and the workspace's members see why.
  if (ended.status !== 'SUCCEEDED') return { status: 500, body: { runId, error: 'The automation failed.' } }
  const output = readOutput(ended.output == null ? null : parseJson(ended.output))
  if (typeof output === 'string') return { status: 500, body: { runId, error: output } }
  const { status, headers, body } = output
  // RFC 9110, section 15: these have no content.
  if (status === 204 || status === 304) return { status, text: '', headers: { ...headers, ...NO_PAGE } }
  if (typeof body !== 'string') return { status, body: body ?? null, headers: { ...headers, ...NO_PAGE } }
  return {
    status,
    text: body,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers, ...NO_PAGE },
  }
}

/** @returns what is wrong with it, in words, for the one who writes the automation. */
function readOutput(output: unknown): Output | string {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) {
    return 'The output of the last step is no object with status, headers and body.'
  }
  const { status = 200, headers = {}, body } = output as Partial<Record<keyof Output, unknown>>
  const number = Number(status)
  if (!(Number.isInteger(number) && number >= 200 && number <= 599)) {
    return 'The status in the output of the last step is no number from 200 to 599.'
  }
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return 'The headers in the output of the last step are no object.'
  }
  const entries = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text] as const)
  const wrong = entries.find(
    ([name, text]) => !isAllowed(name) || typeof text !== 'string' || !TEXT.test(text),
  )
  if (wrong)
    return `A hook does not answer with the header ${JSON.stringify(wrong[0].slice(0, 100))}, or not with this text.`
  return { status: number, headers: Object.fromEntries(entries) as Record<string, string>, body }
}

const isAllowed = (name: string): boolean => allowed.has(name) || CUSTOM.test(name)
