import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServerAdapter } from '@whatwg-node/server'
import type { Metrics } from '../metrics/process-metrics.ts'
import type { Sensitive } from '../sensitive.ts'
import { ADDRESS_HEADER, clientAddress, type TrustedProxies } from './client-address.ts'
import { type FollowParts, followRequest, healthRoutes } from './follow-request.ts'
import { type Health, handleHealth } from './health.ts'
import { limitedMessage, refuseLargeBody } from './large-body.ts'

/** What a process serves besides health and metrics. */
export interface Site {
  /** The first path segments that are counted by name ({@link followRequest}). */
  routes: readonly string[]
  /** Headers of every answer, besides those that every process sends. */
  headers: Readonly<Record<string, string>>
  respond(request: Request, pathname: string): Promise<Response>
  /**
   * Answers by itself, without a `Request` of ours in between, what is asked for most.
   *
   * @returns whether it does; otherwise it leaves the request alone.
   */
  answers?(req: IncomingMessage, res: ServerResponse): boolean
}

export interface HttpServerParts extends FollowParts {
  check(): Promise<Health>
  metrics: Metrics
  /** What a reader of the metrics has to show; undefined: nothing. */
  metricsToken?: Sensitive | undefined
  /** The proxies in front of the server; without them, the address of the connection is that of the client. */
  trustedProxies?: TrustedProxies
  /** Without a site, the server serves only health and metrics. */
  site?: Site
}

// How long a kept connection may rest (milliseconds). A balancer that keeps it for longer than the server sends a request just as
// the server ends it, and answers 502. The usual ones keep it for 60 s.
const KEPT_MS = 75_000

// How often a server that is closed looks for idle connections (milliseconds).
const SWEEP_MS = 100

// What no page of ours asks for, in the words that browsers know (Permissions Policy, W3C).
const PERMISSIONS = [
  ...['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'magnetometer'],
  ...['microphone', 'midi', 'payment', 'serial', 'usb'],
]
  .map((it) => `${it}=()`)
  .join(', ')

const securityHeaders = {
  // What a site may be kept of, it says itself.
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': PERMISSIONS,
}

/** The HTTP server of a process. It listens until it is closed. @param port 0 for any free one. */
export async function startHttpServer(
  parts: HttpServerParts,
  host: string,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const headers = Object.entries({ ...securityHeaders, ...parts.site?.headers })
  const adapter = createServerAdapter((request) => answer(parts, request))
  const routes = [...healthRoutes, ...(parts.site?.routes ?? [])]
  const serve = (req: IncomingMessage, res: ServerResponse) => {
    if (
      refuseBadHost(req, res) ||
      refuseLargeBody(req, res, parts.metrics) ||
      parts.site?.answers?.(req, res)
    )
      return
    void adapter(req, res)
  }
  const options = { IncomingMessage: limitedMessage(parts.metrics), keepAliveTimeout: KEPT_MS }
  const server = createServer(options, (req, res) => {
    req.answer = res
    // Only the server sets this header. A client that sends it could choose the address that its attempts are
    // counted for.
    req.headers[ADDRESS_HEADER] = clientAddress(req, parts.trustedProxies ?? [])
    for (const [name, value] of headers) res.setHeader(name, value)
    followRequest(parts, routes, req, res, () => serve(req, res))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
}

async function answer(parts: HttpServerParts, request: Request): Promise<Response> {
  const { site, log } = parts
  const { pathname } = new URL(request.url)
  try {
    return (
      (await handleHealth(pathname, request.headers, parts)) ??
      (await site?.respond(request, pathname)) ??
      notFound()
    )
  } catch (err) {
    log.error({ err }, 'request failed')
    return Response.json({ error: 'Something went wrong on our side. Try again.' }, { status: 500 })
  }
}

export const notFound = (): Response => Response.json({ error: 'There is nothing here.' }, { status: 404 })

/** The rest of the code relies on a valid host. */
function refuseBadHost(req: IncomingMessage, res: ServerResponse): boolean {
  if (URL.canParse(`http://${req.headers.host || 'localhost'}`)) return false
  res.writeHead(400, { 'content-type': 'application/json', connection: 'close' })
  res.end(JSON.stringify({ error: 'The Host header is no host.' }))
  return true
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose last request is answered becomes idle, and its client might keep it.
    const closing = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    server.close(() => {
      clearInterval(closing)
      resolve()
    })
    server.closeIdleConnections()
    // Subscriptions would stay open, so they are cut after a while.
    setTimeout(() => server.closeAllConnections(), 5000).unref()
  })
}
