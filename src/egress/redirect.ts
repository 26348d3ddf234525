import { AppError } from '../errors.ts'
import type { Answer } from './answer.ts'
import type { StepSecrets } from './http.ts'
import type { OutgoingHeader, OutgoingRequest } from './outgoing-request.ts'
import { readRequestUrl } from './request-url.ts'
import { assertMayTravel, bodyCarriesSecret, carriesSecret, urlCarriesSecret } from './secret-rules.ts'

/** Credentials by their nature, even if no secret of the step is in them. */
const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** What describes a body, and goes with it when a redirect turns the request into a GET. */
const bodyHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-location',
])

/** Where an answer sends the request on to, as it was written. `undefined` if it is no redirect. */
export function locationOf(answer: Pick<Answer, 'status' | 'headers'>, from: URL): string | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined
  const all = new Set(answer.headers.filter(([name]) => name === 'location').map(([, value]) => value))
  // Two different ones: what a proxy on the way has checked need not be what we follow.
  if (all.size > 1) {
    throw new AppError('REQUEST_FAILED', `${from.host} answered with more than one redirect.`)
  }
  const [location] = all
  // Header bytes arrive as Latin-1; a URL in them is UTF-8, as browsers read it.
  return location === undefined ? undefined : Buffer.from(location, 'latin1').toString()
}

/** The request of the next hop: method and body as in the Fetch standard, and without what may not travel on. */
export function redirected(
  request: OutgoingRequest,
  status: number,
  location: string,
  secrets: StepSecrets,
): OutgoingRequest {
  const url = readRequestUrl(
    location,
    { invalid: 'REQUEST_FAILED', scheme: 'DESTINATION_NOT_ALLOWED' },
    request.url,
  )
  const moved = withMethodFor(status, { ...request, url })
  const next = url.origin === request.url.origin ? moved : withoutSecrets(moved, secrets)
  assertNoDowngrade(request.url, url, location, secrets)
  assertMayTravel(next, location, secrets)
  return next
}

function withMethodFor(status: number, request: OutgoingRequest): OutgoingRequest {
  const becomesGet =
    status === 303
      ? request.method !== 'GET' && request.method !== 'HEAD'
      : (status === 301 || status === 302) && request.method === 'POST'
  if (!becomesGet) return request
  const headers = request.headers.filter((it) => !bodyHeaders.has(it.name))
  return { ...request, method: 'GET', body: undefined, headers }
}

/**
 * The request as another origin may see it. Whoever can make a trusted host answer with a redirect (an open
 * redirect, a forgotten subdomain) would otherwise collect the credentials. They do not come back if the chain
 * returns. The certificate is a credential as well.
 */
function withoutSecrets(request: OutgoingRequest, secrets: StepSecrets): OutgoingRequest {
  if (bodyCarriesSecret(request, secrets)) {
    throw new AppError(
      'DESTINATION_NOT_ALLOWED',
      `The answer redirects to ${request.url.host}, another origin, and the body with its secret is not sent there.`,
    )
  }
  const stays = (header: OutgoingHeader) =>
    !credentialHeaders.has(header.name) && !carriesSecret(header, secrets)
  return { ...request, headers: request.headers.filter(stays), certificate: undefined }
}

/** A server that puts a value into its Location must not make us show it to everybody on the way. */
function assertNoDowngrade(from: URL, to: URL, location: string, secrets: StepSecrets): void {
  if (from.protocol !== 'https:' || to.protocol !== 'http:') return
  if (!urlCarriesSecret(to, location, secrets)) return
  throw new AppError(
    'DESTINATION_NOT_ALLOWED',
    `The answer redirects from https to http at ${to.host} with a secret in the URL.`,
  )
}
