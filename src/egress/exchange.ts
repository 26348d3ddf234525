import type { Answer, ExchangeOptions } from './answer.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { type HttpConnection, Unanswered } from './http-connection.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { type Attempt, findRoute, openRoute, type Route, type RouteSettings } from './route.ts'

export interface ExchangeSettings extends RouteSettings {
  pool: ConnectionPool
}

export interface ExchangeCourse extends Attempt, ExchangeOptions {
  /** Whose step sends the request. */
  workspace: string
  /** The service recognises a request that it gets twice. */
  repeatable: boolean
}

/** Safe by RFC 9110, section 9.2.1: to send them twice changes nothing at the server. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Sends one request over a kept connection or a new one, and reads the answer. The name is looked up and its addresses
 * are checked before, either way.
 *
 * A kept connection may end just when it is used. Then the request is sent once more, over a new one: any request that
 * the server has provably not taken, and of the others those that may reach it twice. A request that may not, such as
 * a POST, fails.
 */
export async function exchange(
  request: OutgoingRequest,
  settings: ExchangeSettings,
  course: ExchangeCourse,
): Promise<Answer> {
  const route = await findRoute(request, course.workspace, settings, course)
  const kept = settings.pool.take(route)
  if (kept) course.peer.name = route.peerName
  const connection = kept ?? (await open(route, false, settings, course))
  try {
    return await exchangeOver(connection, route, request, settings, course)
  } catch (error) {
    if (!(error instanceof Unanswered) || course.signal.aborted) throw error
    const mayReachTwice = course.repeatable || safeMethods.has(request.method)
    if (!error.isUntouched && !(kept && mayReachTwice)) throw error
    const again = await findRoute(request, course.workspace, settings, course)
    const fresh = await open(again, error.wantsHttp1, settings, course)
    return exchangeOver(fresh, again, request, settings, course)
  }
}

async function open(
  route: Route,
  onlyHttp1: boolean,
  settings: ExchangeSettings,
  course: ExchangeCourse,
): Promise<HttpConnection> {
  const connection = await openRoute(route, onlyHttp1, settings, course)
  settings.pool.add(route, connection)
  course.onActivity()
  return connection
}

async function exchangeOver(
  connection: HttpConnection,
  route: Route,
  request: OutgoingRequest,
  { pool }: ExchangeSettings,
  course: ExchangeCourse,
): Promise<Answer> {
  try {
    return await connection.exchange(request, course)
  } finally {
    pool.release(route, connection)
  }
}
