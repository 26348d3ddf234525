import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Domain, outageOf } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { type HttpServerParts, notFound, startHttpServer } from '../server/http-server.ts'
import type { Oauth } from './apps/oauth.ts'
import { answerCors } from './cors.ts'
import { FILES_PATH, type Files } from './files.ts'
import { handleGraphiql, isGraphiql } from './graphiql.ts'
import type { GraphqlHandler } from './graphql.ts'
import { handleHook, readHookRequest } from './hooks.ts'
import { unavailable } from './http-status.ts'
import type { SignIn } from './sign-in.ts'
import { contentSecurityPolicy, handleWebApp } from './web-app.ts'

/** What needs the database to be there first. */
export interface Services {
  domain: Domain
  signIn: SignIn
  graphql: GraphqlHandler
  oauth: Oauth
  files: Files
}

export interface ServerParts extends Omit<HttpServerParts, 'site'> {
  /** `undefined` until the database is ready. Until then the server is alive and answers that it is not ready. */
  services(): Services | undefined
  /** The folder of the built web app. */
  webFolder: string
  /** The address at which people reach it. */
  publicUrl: string
  /** Origins whose pages may read answers. */
  corsOrigins: ReadonlySet<string>
  /** Whether GraphiQL is served. */
  graphiql: boolean
}

/** Listens until it is closed. @param port 0 for any free one. */
export function startServer(
  parts: ServerParts,
  host: string,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const site = {
    routes: ['graphql', 'api', 'hooks', 'files'],
    headers: { 'content-security-policy': contentSecurityPolicy(), ...transportSecurity(parts.publicUrl) },
    respond: (request: Request, pathname: string) => respond(parts, request, pathname),
    answers: (req: IncomingMessage, res: ServerResponse) =>
      answerCors(parts.corsOrigins, req, res) ||
      answerGraphql(parts, req, res) ||
      answerHook(parts, req, res),
  }
  return startHttpServer({ ...parts, site }, host, port)
}

/**
 * Keeps a browser that has been here once from coming without TLS (RFC 6797), for a year. Other hosts of the domain are
 * not ours to speak for.
 */
const transportSecurity = (publicUrl: string): Record<string, string> =>
  publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}

function answerGraphql({ services }: ServerParts, req: IncomingMessage, res: ServerResponse): boolean {
  const { url = '' } = req
  const open = url === '/graphql' || url.startsWith('/graphql?') ? services() : undefined
  if (!open) return false
  open.graphql.listen(req, res)
  return true
}

function answerHook({ services, log }: ServerParts, req: IncomingMessage, res: ServerResponse): boolean {
  const hook = readHookRequest(req)
  const open = hook && services()
  if (!open) return false
  void handleHook(open.domain, log, hook, req, res)
  return true
}

async function respond(
  { services: open, webFolder, graphiql, log }: ServerParts,
  request: Request,
  pathname: string,
): Promise<Response> {
  if (graphiql && isGraphiql(pathname)) return (await handleGraphiql(request, pathname)) ?? notFound()
  const isHook = pathname.startsWith('/hooks/')
  const isFile = pathname.startsWith(FILES_PATH)
  const isApi = pathname === '/graphql' || pathname.startsWith('/api/') || isHook || isFile
  if (!isApi) return handleWebApp(webFolder, request)
  const services = open()
  // A hook comes here while there are no services yet.
  if (!services || isHook) {
    return unavailable(new AppError('DATABASE_UNAVAILABLE', 'The database is not ready. Try again soon.'))
  }
  try {
    return await respondWith(services, request, pathname)
  } catch (err) {
    const outage = outageOf(err)
    if (!outage) throw err
    log.warn({ err }, 'a request met an outage of the database')
    return unavailable(outage)
  }
}

async function respondWith(
  { signIn, graphql, oauth, files }: Services,
  request: Request,
  pathname: string,
): Promise<Response> {
  if (pathname === '/graphql') return graphql.handle(request, {})
  if (pathname.startsWith('/api/auth/')) return signIn.handler(request)
  if (pathname.startsWith(FILES_PATH)) return files.handle(request, pathname)
  if (pathname.startsWith('/api/oauth/')) return oauth.handle(request, pathname)
  return notFound()
}
