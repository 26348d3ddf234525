import { type Domain, isAccessToken } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import type { ApiMetrics, SignInRefusal } from '../metrics/api-metrics.ts'
import type { Sensitive } from '../sensitive.ts'
import { ADDRESS_HEADER } from '../server/client-address.ts'
import type { OidcConfig } from '../sign-in-config.ts'
import type { SignInAttempts } from '../store/sign-in-attempts.ts'
import type { Credentials, Identity } from './rights.ts'
import { withoutTokens } from './sign-in/answer.ts'
import { answerCall } from './sign-in/answer-call.ts'
import { type AuthParts, createAuth } from './sign-in/auth.ts'
import { BASE_PATH, readCall } from './sign-in/call.ts'
import { createKnownDevices } from './sign-in/known-device.ts'
import { claimedRoles } from './sign-in/oidc.ts'
import { createOidcSignIn } from './sign-in/oidc-sign-in.ts'
import { throwOutage } from './sign-in/outage.ts'
import { refusal } from './sign-in/refusal.ts'

export interface SignInOptions extends Omit<AuthParts, 'applyClaims' | 'domain' | 'ways'> {
  domain: Domain
  attempts: SignInAttempts
  /** Whether passwords and passkeys work. */
  passwordSignIn: boolean
  oidc: OidcConfig | undefined
  /** The secret of the client at the provider. */
  oidcSecret: Sensitive | undefined
  /** Why times of this process cannot be trusted; undefined when they can. */
  clockProblem(): string | undefined
  metrics: Pick<ApiMetrics, 'signInRefused'>
}

export interface SignIn {
  /** Answers everything below /api/auth. */
  handler(request: Request): Promise<Response>
  /** What these headers say of who sends them: a bearer token wins over a cookie, and a bad token over no token. */
  credentialsIn(headers: Headers): Credentials | undefined
}

export function createSignIn(options: SignInOptions): SignIn {
  const { domain, publicUrl, oidc, log } = options
  const ways = {
    password: options.passwordSignIn,
    oidc: oidc !== undefined,
    mail: options.mailer !== undefined,
  }
  const applyClaims: AuthParts['applyClaims'] = async (user, claims) => {
    const refused = await domain.applyClaimedRoles(user, claimedRoles(claims, oidc?.roles ?? []))
    if (refused.length > 0) log.warn({ user, workspaces: refused }, 'a role of OpenID Connect was not given')
  }
  const parts: AuthParts = { ...options, ways, applyClaims }
  const auth = createAuth(parts)
  const answer = answerCall({
    ...options,
    ways,
    auth,
    oidcSignIn: oidc && createOidcSignIn(parts, oidc, options.oidcSecret),
    devices: createKnownDevices(options.authSecret, publicUrl),
  })
  return {
    async handler(request) {
      const problem = clockRefusal(options)
      if (problem) return refusal(503, problem.code, problem.message, { 'retry-after': '5' })
      if (isCrossSite(request.headers, publicUrl) && !isReturn(request)) {
        options.metrics.signInRefused('not_allowed')
        return refusal(403, 'FORBIDDEN', 'Sign in on the pages of this server.')
      }
      const call = await readCall(request)
      if (call instanceof Response) return call
      const response = await withoutTokens(await answer(call))
      countRefusal(options.metrics, request, response)
      return response
    },
    credentialsIn(headers) {
      const [, bearer] = /^Bearer\b\s*(.*)$/i.exec(headers.get('authorization') ?? '') ?? []
      if (bearer !== undefined) {
        const identify = isAccessToken(bearer) ? identifyApp : identifyToken
        return { secret: bearer, identify: () => identify(domain, bearer, headers) }
      }
      // No cookie, no session: spares the look-up, and a request of another site gets no session.
      const cookie = headers.get('cookie')
      if (cookie === null || isCrossSite(headers, publicUrl)) return undefined
      const session = async () => {
        const problem = clockRefusal(options)
        if (problem) throw problem
        return auth.api.getSession({ headers }).catch(throwOutage)
      }
      return { secret: cookie, identify: async () => identityOf(await session()) }
    },
  }
}

/** The provider of OpenID Connect sends the browser back from its own site. The state in it stops what is forged. */
const isReturn = ({ method, url }: Request): boolean =>
  method === 'GET' && new URL(url).pathname === `${BASE_PATH}/callback/oidc`

const refusals: Readonly<Record<number, SignInRefusal>> = {
  401: 'credentials',
  403: 'not_allowed',
  429: 'too_many',
}

function countRefusal(
  { signInRefused }: SignInOptions['metrics'],
  { url }: Request,
  { status }: Response,
): void {
  if (status < 400 || status >= 500 || !/\/sign-(?:in|up)\//.test(url)) return
  signInRefused(refusals[status] ?? 'invalid')
}

/** The library counts a session's days by this machine's clock, and deletes the ones that have expired by it. */
function clockRefusal({ clockProblem }: SignInOptions): AppError | undefined {
  const problem = clockProblem()
  if (problem === undefined) return undefined
  return new AppError('DATABASE_UNAVAILABLE', `Nobody can be signed in here now: ${problem}`)
}

async function identifyToken(domain: Domain, token: string, headers: Headers): Promise<Identity> {
  const grant = await domain.apiTokens.verify(token, headers.get(ADDRESS_HEADER) ?? undefined)
  if (!grant) return { caller: { kind: 'anonymous' } }
  const { expiresAt } = grant
  return { caller: { kind: 'token', ...grant }, ...(expiresAt && { expiresAt }) }
}

/** An app of another origin acts as the person who allowed it. */
async function identifyApp(domain: Domain, token: string): Promise<Identity> {
  const found = await domain.appGrants.verify(token)
  if (!found) return { caller: { kind: 'anonymous' } }
  const { expiresAt, ...person } = found
  return { caller: { kind: 'user', ...person }, expiresAt }
}

interface SignedIn {
  session: { expiresAt: Date }
  user: { id: string; name: string; email: string }
}

function identityOf(signedIn: SignedIn | null): Identity {
  if (!signedIn) return { caller: { kind: 'anonymous' } }
  const { id, name, email } = signedIn.user
  return { caller: { kind: 'user', id, name, email }, expiresAt: signedIn.session.expiresAt }
}

/**
 * Stops cross-site request forgery: a browser says where a request comes from, and it must come from our own
 * pages. The comparison uses the host that the browser used, which may be 127.0.0.1 while the public URL says
 * localhost.
 */
function isCrossSite(headers: Headers, publicUrl: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site === 'cross-site') return true
  // The browser itself compared the page with the address that it asks. Behind a proxy for development the two are the
  // same, while Origin and Host differ. No script can set this header.
  if (site === 'same-origin') return false
  const origin = headers.get('origin')
  if (origin === null) return false
  // Behind a proxy that sets another Host, our pages come from the public URL.
  if (origin === new URL(publicUrl).origin) return false
  return !URL.canParse(origin) || new URL(origin).host !== headers.get('host')
}
