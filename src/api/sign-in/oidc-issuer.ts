import { isObject } from './body.ts'

/** What a provider of OpenID Connect says of itself (OpenID Connect Discovery 1.0, section 3), as far as it is used. */
export interface IssuerMetadata {
  userInfoUrl: string | undefined
}

/** Why a provider cannot be used, in words for the operator. */
export class UnusableIssuer extends Error {}

const PATIENCE_MS = 10_000
const LARGEST_DOCUMENT = 256 * 1024

export const discoveryUrl = (issuer: string): string => `${issuer}/.well-known/openid-configuration`

/**
 * Asks a provider what it is, and checks what the library takes on trust.
 *
 * @throws UnusableIssuer when it does not answer, or answers something else than OpenID Connect Discovery asks for.
 */
export async function readIssuer(issuer: string): Promise<IssuerMetadata> {
  const document = await fetchDocument(discoveryUrl(issuer))
  const said = document['issuer']
  // Stops a provider from speaking for another one (OpenID Connect Discovery 1.0, section 4.3).
  if (said !== issuer && said !== `${issuer}/`)
    throw new UnusableIssuer(`says that its issuer is ${shown(said)} and not ${issuer}`)
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'])
    checkEndpoint(issuer, name, document[name])
  const algorithms = document['id_token_signing_alg_values_supported']
  if (!Array.isArray(algorithms) || algorithms.length === 0)
    throw new UnusableIssuer('names no algorithm that it signs ID tokens with')
  const methods = document['code_challenge_methods_supported']
  if (Array.isArray(methods) && !methods.includes('S256'))
    throw new UnusableIssuer('does not take PKCE with S256, which Lockstep asks for')
  const userInfoUrl = document['userinfo_endpoint']
  if (userInfoUrl === undefined) return { userInfoUrl: undefined }
  return { userInfoUrl: checkEndpoint(issuer, 'userinfo_endpoint', userInfoUrl) }
}

async function fetchDocument(url: string): Promise<Record<string, unknown>> {
  const init: RequestInit = { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) }
  const answer = await fetch(url, init).catch((error: unknown) => {
    const late = error instanceof Error && error.name === 'TimeoutError'
    throw new UnusableIssuer(late ? `does not answer at ${url} in time` : `cannot be reached at ${url}`)
  })
  if (!answer.ok) throw new UnusableIssuer(`answers ${answer.status} at ${url}`)
  const text = await answer.text()
  try {
    const document: unknown = text.length > LARGEST_DOCUMENT ? undefined : JSON.parse(text)
    if (isObject(document)) return document
  } catch {
    // It is told below.
  }
  throw new UnusableIssuer(`answers no JSON object at ${url}`)
}

/** An endpoint without TLS is taken only from a provider that itself is asked without it. */
function checkEndpoint(issuer: string, name: string, value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null
  const schemes = issuer.startsWith('https:') ? ['https:'] : ['https:', 'http:']
  if (url && schemes.includes(url.protocol)) return url.href
  throw new UnusableIssuer(`has ${shown(value)} as its ${name}, which is no ${schemes.join(' or ')} address`)
}

const shown = (value: unknown): string => JSON.stringify(value ?? null).slice(0, 100)
