import type { IncomingMessage, ServerResponse } from 'node:http'

/** What pages of other origins may ask. Sign-in and consent are not among it: they need the cookie, and our own pages. */
const PATHS: ReadonlySet<string> = new Set(['/graphql', '/api/oauth/token', '/api/oauth/revoke'])
const REQUEST_HEADERS = 'accept, authorization, content-type, last-event-id, x-lockstep-cost'
const ANSWER_HEADERS = 'retry-after, x-lockstep-cost, x-lockstep-cost-limit'
const MAX_AGE_SECONDS = 600

/**
 * Lets pages of the allowed origins read answers (the CORS protocol of the Fetch standard). They never get
 * `Access-Control-Allow-Credentials`: a page of another origin acts with a token of its own, never with the cookie.
 *
 * @returns whether it has answered, as it does for a preflight.
 */
export function answerCors(origins: ReadonlySet<string>, req: IncomingMessage, res: ServerResponse): boolean {
  const [path = ''] = (req.url ?? '').split('?')
  if (origins.size === 0 || !PATHS.has(path)) return false
  // A cache must not give one origin the answer that another one got.
  res.appendHeader('vary', 'Origin')
  const { origin } = req.headers
  if (origin === undefined || !origins.has(origin)) return false
  res.setHeader('access-control-allow-origin', origin)
  res.setHeader('access-control-expose-headers', ANSWER_HEADERS)
  if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return false
  res.setHeader('access-control-allow-methods', 'GET, POST')
  res.setHeader('access-control-allow-headers', REQUEST_HEADERS)
  res.setHeader('access-control-max-age', String(MAX_AGE_SECONDS))
  res.writeHead(204).end()
  return true
}
