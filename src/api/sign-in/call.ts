import { AsyncLocalStorage } from 'node:async_hooks'
import { ADDRESS_HEADER } from '../../server/client-address.ts'
import { readJson } from './body.ts'
import { type Endpoint, endpoints } from './endpoints.ts'
import { refusal } from './refusal.ts'

export const BASE_PATH = '/api/auth'

/** A request to an endpoint of sign-in, with nothing in it but what the endpoint takes. */
export interface Call {
  readonly endpoint: Endpoint
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
  /** The address of the client. */
  readonly address: string
  /** The same for the library, which reads the body from it. */
  toRequest(body?: object): Request
}

/** What is learnt while the library works on one call. */
export interface CallState {
  /** The person for whom a session was made, or a password set anew. */
  user?: string
  /** The person whose second factor or passkey was wrong. */
  refused?: string
  /** What the provider of OpenID Connect says of the person. */
  claims?: Readonly<Record<string, unknown>>
}

export const callState = new AsyncLocalStorage<CallState>()

/** Reads a request. @returns a refusal when no endpoint takes it. */
export async function readCall(request: Request): Promise<Call | Response> {
  const url = new URL(request.url)
  const path = url.pathname.slice(BASE_PATH.length)
  const ofPath = endpoints.filter((it) => it.path === path)
  const endpoint = ofPath.find(({ method }) => method === request.method)
  if (!endpoint) {
    const [other] = ofPath
    if (!other) return refusal(404, 'NOT_FOUND', 'There is nothing here.')
    return refusal(405, 'METHOD_NOT_ALLOWED', `This takes ${other.method}.`, { allow: other.method })
  }
  const body = endpoint.method === 'POST' ? await readJson(request) : {}
  if (body === undefined) return refusal(400, 'INVALID_BODY', 'The body is no JSON object. Send one.')
  const unknown = Object.keys(body).find((it) => !endpoint.fields?.includes(it))
  if (unknown !== undefined) {
    const known = endpoint.fields?.join(', ') || 'none'
    return refusal(400, 'UNKNOWN_FIELD', `The body has a field that is not taken here. Taken: ${known}.`)
  }
  const target = new URL(url.pathname, url)
  for (const name of endpoint.query ?? []) {
    const value = url.searchParams.get(name)
    if (value !== null) target.searchParams.set(name, value)
  }
  const { headers, method } = request
  return {
    endpoint,
    headers,
    body,
    address: headers.get(ADDRESS_HEADER) ?? 'unknown',
    toRequest(changed = body) {
      const sent = new Headers(headers)
      sent.delete('content-length')
      if (method === 'GET') return new Request(target, { headers: sent })
      sent.set('content-type', 'application/json')
      return new Request(target, { method, headers: sent, body: JSON.stringify(changed) })
    },
  }
}

/** A field of the body that is text; otherwise nothing. */
export function textIn({ body }: Pick<Call, 'body'>, field: string): string {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}
