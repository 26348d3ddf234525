import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServerAdapter } from '@whatwg-node/server'
import type { Domain } from '../domain/index.ts'
import type { Logger } from '../log.ts'
import { type Health, handleHealth, type Metrics } from './health.ts'
import { handleHook } from './hooks.ts'
import { ADDRESS_HEADER, type SignIn } from './sign-in.ts'
import { contentSecurityPolicy, handleWebApp } from './web-app.ts'

interface GraphqlHandler {
  handle(request: Request, context: object): Response | Promise<Response>
}

/** What needs the database to be there first. */
export interface Services {
  domain: Domain
  signIn: SignIn
  graphql: GraphqlHandler
}

export interface ServerParts {
  /** `undefined` until the database is ready: the server is alive before, and says that it is not ready. */
  services(): Services | undefined
  check(): Promise<Health>
  metrics: Metrics
  /** Where the built web app is; a worker has none. */
  webFolder: string | undefined
  log: Logger
}

// The largest body that is read (bytes): a run's input, and some room.
const MAX_BODY_BYTES = 6 * 1024 * 1024

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Listens until it is closed. @param port 0 for any free one. */
export async function startServer(
  parts: ServerParts,
  host: string,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const adapter = createServerAdapter<{ req: IncomingMessage }>((request, { req }) =>
    answer(parts, request, req),
  )
  const server = createServer((req, res) => {
    // Set by us alone: a client that sends it could choose the address that its attempts are counted for.
    req.headers[ADDRESS_HEADER] = req.socket.remoteAddress ?? 'unknown'
    for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value)
    if (refuseBadHost(req, res) || refuseLargeBody(req, res)) return
    void adapter(req, res)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
}

async function answer(parts: ServerParts, request: Request, req: IncomingMessage): Promise<Response> {
  const { pathname } = new URL(request.url)
  const [, first = ''] = pathname.split('/', 2)
  const route = routes.has(first) ? first : 'web'
  let response: Response
  try {
    response = await respond(parts, request, pathname, req)
  } catch (err) {
    parts.log.error({ err, route }, 'request failed')
    response = Response.json({ error: 'Something went wrong on our side. Try again.' }, { status: 500 })
  }
  parts.metrics.requests.inc({ route, status: String(response.status) })
  return response
}

const routes: ReadonlySet<string> = new Set(['graphql', 'api', 'hooks', 'healthz', 'readyz', 'metrics'])

async function respond(
  parts: ServerParts,
  request: Request,
  pathname: string,
  req: IncomingMessage,
): Promise<Response> {
  const health = await handleHealth(pathname, parts.check, parts.metrics)
  if (health) return health
  const isApi = pathname === '/graphql' || pathname.startsWith('/api/') || pathname.startsWith('/hooks/')
  if (!isApi && parts.webFolder !== undefined) return handleWebApp(parts.webFolder, request)
  const services = parts.services()
  if (!services) {
    const headers = { 'retry-after': '2' }
    return Response.json({ error: 'The database is not ready. Try again soon.' }, { status: 503, headers })
  }
  const { domain, signIn, graphql } = services
  if (pathname === '/graphql') return graphql.handle(request, {})
  if (pathname.startsWith('/hooks/')) {
    return handleHook(
      domain,
      pathname.slice('/hooks/'.length),
      request,
      () => req.complete && req.readableEnded,
    )
  }
  if (pathname.startsWith('/api/auth/')) return signIn.handler(request)
  return Response.json({ error: 'There is nothing here.' }, { status: 404 })
}

/** The rest of the code takes the address of a request for granted. */
function refuseBadHost(req: IncomingMessage, res: ServerResponse): boolean {
  if (URL.canParse(`http://${req.headers.host || 'localhost'}`)) return false
  res.writeHead(400, { 'content-type': 'application/json', connection: 'close' })
  res.end(JSON.stringify({ error: 'The Host header is no host.' }))
  return true
}

/** Memory exhaustion: a body is refused by its announced length, and cut off when it goes on without one. */
function refuseLargeBody(req: IncomingMessage, res: ServerResponse): boolean {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    // Without closing: Node reads the rest and drops it, or a client that still writes would miss the answer.
    res.writeHead(413, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ error: `A body is at most ${MAX_BODY_BYTES / 1024 / 1024} MiB.` }))
    return true
  }
  let bytes = 0
  const push = req.push.bind(req)
  req.push = (chunk: Buffer | null) => {
    bytes += chunk?.length ?? 0
    if (bytes <= MAX_BODY_BYTES) return push(chunk)
    req.destroy()
    return false
  }
  return false
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Subscriptions stay open as long as they are let.
    setTimeout(() => server.closeAllConnections(), 5000).unref()
  })
}
