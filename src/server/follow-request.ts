import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/process-metrics.ts'
import { type RequestContext, requestContext } from '../request-context.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { loggedPath } from './logged-path.ts'

export const healthRoutes: readonly string[] = ['healthz', 'readyz', 'metrics']

import { ADDRESS_HEADER } from './client-address.ts'

export interface FollowParts {
  metrics: Pick<Metrics, 'answered'>
  log: Logger
  tracing?: Tracing | undefined
  /** Whether each request gets a line in the log. */
  accessLog?: boolean | undefined
}

/** The header with the id of a request, in both directions. */
const ID_HEADER = 'x-request-id'
// Stops line breaks and large texts from getting into log lines.
const ID = /^[A-Za-z0-9._-]{1,64}$/
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Does `work`, which answers a request, and tells metrics, traces and the access log of it. While it works the request
 * has an id, which the answer carries too.
 *
 * @param routes the first path segments that are counted by name; all others are counted as `web`.
 */
export function followRequest(
  parts: FollowParts,
  routes: readonly string[],
  req: IncomingMessage,
  res: ServerResponse,
  work: () => void,
): void {
  const route = routeOf(req, routes)
  const given = req.headers[ID_HEADER]
  const id = typeof given === 'string' && ID.test(given) ? given : randomUUID()
  res.setHeader(ID_HEADER, id)
  const began = performance.now()
  const sentBefore = req.socket.bytesWritten
  const span = healthRoutes.includes(route) ? undefined : startSpan(parts.tracing, req, route)
  res.once('close', () => {
    const seconds = (performance.now() - began) / 1000
    const status = res.headersSent ? res.statusCode : 0
    parts.metrics.answered(route, status, isStream(res) ? undefined : seconds)
    span?.set({ 'http.response.status_code': status })
    span?.end(status === 0 || status >= 500 ? { code: String(status) } : undefined)
    if (!parts.accessLog || healthRoutes.includes(route)) return
    const milliseconds = Math.round(seconds * 1000)
    const bytes = req.socket.bytesWritten - sentBefore
    const path = loggedPath(req.url ?? '')
    parts.log.info(
      { request: id, method: methodOf(req), path, route, status, milliseconds, bytes },
      'request',
    )
  })
  requestContext.run({ id, traceparent: span?.traceparent, ...senderOf(req) }, work)
}

// What a client calls itself goes into each audit event (characters).
const LONGEST_CLIENT = 200

/** The address is the one that the server has found ({@link ADDRESS_HEADER}), whatever a client sends. */
function senderOf({ headers }: IncomingMessage): Pick<RequestContext, 'address' | 'client'> {
  const [address, client] = [headers[ADDRESS_HEADER], headers['user-agent']]
  return {
    address: typeof address === 'string' ? address : undefined,
    client: client?.slice(0, LONGEST_CLIENT).replaceAll(/\p{Cc}/gu, ' '),
  }
}

/** A hook whose caller waits for the run is counted apart: it takes as long as the run. */
function routeOf({ url = '', headers }: IncomingMessage, routes: readonly string[]): string {
  const first = url.split(/[/?#]/, 2)[1] ?? ''
  if (!routes.includes(first)) return 'web'
  return first === 'hooks' && String(headers['prefer'] ?? '').includes('wait=') ? 'hooks-wait' : first
}

function startSpan(tracing: Tracing | undefined, req: IncomingMessage, route: string) {
  const { traceparent } = req.headers
  const method = methodOf(req)
  return tracing?.startSpan(`${method} ${route}`, {
    kind: 'server',
    parent: typeof traceparent === 'string' ? traceparent : undefined,
    attributes: { 'http.request.method': method, 'http.route': route },
  })
}

/** Node passes on methods that it knows alone, but of WebDAV and others as well. */
const methodOf = ({ method = '' }: IncomingMessage): string => (methods.has(method) ? method : 'OTHER')

const isStream = (res: ServerResponse): boolean =>
  String(res.getHeader('content-type') ?? '').startsWith('text/event-stream')
