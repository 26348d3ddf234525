import { AppError, type ErrorCode } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import type { Sensitive } from '../sensitive.ts'

const TIMEOUT_MS = 30_000

/** Sends one operation. @returns `data` of the answer. */
export type ApiRequest = <T>(query: string, variables: object) => Promise<T>

interface Answer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/**
 * Asks the GraphQL API with an API token, over the network like any client.
 *
 * @throws AppError INVALID_CONFIG when the address is not Lockstep or not trusted, or does not know the token;
 * FORBIDDEN when the token lacks a scope; INTERNAL when the API cannot be reached or fails.
 */
export function createApiRequest(url: string, token: () => Promise<Sensitive>): ApiRequest {
  return async <T>(query: string, variables: object) => {
    const response = await send(url, await token(), { query, variables })
    const { data, errors } = await read<T>(url, response)
    const [error] = errors ?? []
    if (error) throw apiRefusal(error)
    if (!data) throw notLockstep(url, response.status)
    return data
  }
}

function send(url: string, token: Sensitive, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token.reveal()}` }
  return sendTo(url, '/graphql', { headers, body: JSON.stringify(body) })
}

/**
 * Posts something to a server of Lockstep.
 *
 * @throws AppError INVALID_CONFIG when it is not trusted, INTERNAL when it cannot be reached.
 */
export async function sendTo(
  url: string,
  path: string,
  {
    headers,
    body,
    timeoutMs = TIMEOUT_MS,
  }: { headers: Record<string, string>; body: string; timeoutMs?: number },
): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body,
      // Stops the token from being sent to the target of a redirect.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw unreachable(url, codeOf(cause), cause)
  }
}

function unreachable(url: string, code: string, cause: unknown): AppError {
  if (/CERT|SIGN|ALTNAME|ERR_TLS|UNABLE_TO_/.test(code)) {
    const way = 'Set NODE_EXTRA_CA_CERTS to the file of the authority that issued it, if you trust that one.'
    return new AppError('INVALID_CONFIG', `The certificate of ${url} is not trusted (${code}). ${way}`, {
      cause,
    })
  }
  const message = /SSL|EPROTO/.test(code)
    ? `${url} does not speak TLS (${code}). Is it http:// that you mean?`
    : `${url} cannot be reached (${code}). LOCKSTEP_URL is where the API is.`
  return new AppError('INTERNAL', message, { cause })
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}

async function read<T>(url: string, response: Response): Promise<Answer<T>> {
  refuseRedirect(url, response)
  const answer: unknown = await response
    .text()
    .then((text) => parseJson(text))
    .catch(() => undefined)
  if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)) {
    return answer as Answer<T>
  }
  throw notLockstep(url, response.status)
}

/** @throws AppError INVALID_CONFIG */
export function refuseRedirect(url: string, response: Response): void {
  const to = response.headers.get('location')
  if (to !== null) {
    const origin = URL.parse(to, url)?.origin ?? 'elsewhere'
    throw new AppError(
      'INVALID_CONFIG',
      `${url} redirects to ${origin}. Set LOCKSTEP_URL to the true address.`,
    )
  }
}

export function notLockstep(url: string, status: number): AppError {
  const why =
    status === 503
      ? 'is starting, or its database is away (503). Try again.'
      : `does not answer as Lockstep does (${status}). LOCKSTEP_URL is where the API is.`
  return new AppError(status === 503 ? 'INTERNAL' : 'INVALID_CONFIG', `${url} ${why}`)
}

export function apiRefusal({
  message,
  extensions,
}: {
  message: string
  extensions?: { code?: string }
}): AppError {
  const code = extensions?.code
  if (code === 'UNAUTHENTICATED') {
    const advice = 'It may have been deleted, or belong to another Lockstep (LOCKSTEP_URL).'
    return new AppError('INVALID_CONFIG', `The API does not know the token. ${advice}`)
  }
  if (code === 'FORBIDDEN') {
    return new AppError('FORBIDDEN', message)
  }
  return new AppError((code ?? 'INTERNAL') as ErrorCode, message)
}
