import type { Domain } from '../../domain/index.ts'
import type { SignInAttempts } from '../../store/sign-in-attempts.ts'
import { passwordRules, rulesFor } from './attempt-rules.ts'
import type { Auth } from './auth.ts'
import { type Call, type CallState, callState, textIn } from './call.ts'
import { emailOf, needsCaller, type Outcome, recordOutcome } from './events.ts'
import type { KnownDevices } from './known-device.ts'
import { PROVIDER } from './oidc.ts'
import type { OidcSignIn } from './oidc-sign-in.ts'
import { codeIn, knownOutage } from './outage.ts'
import type { Ways } from './own-endpoints.ts'
import { passwordProblem } from './passwords.ts'
import { refusal, tooMany } from './refusal.ts'

export interface AnswerParts {
  domain: Domain
  auth: Auth
  oidcSignIn: OidcSignIn | undefined
  ways: Ways
  attempts: SignInAttempts
  devices: KnownDevices
  publicUrl: string
}

/** Answers calls: refuses, counts the attempt, has the library do it, and keeps account of what came of it. */
export function answerCall(parts: AnswerParts): (call: Call) => Promise<Response> {
  return async (call) => {
    const { auth, oidcSignIn, attempts, devices } = parts
    const refused = refusalOfWay(call, parts.ways) ?? (await refusalOfPassword(call, auth))
    if (refused) return refused
    const rules = rulesFor(call, devices)
    const seconds = await attempts.take([...rules.own, ...rules.shared])
    if (seconds > 0) return tooMany(seconds)
    const opened = call.endpoint.needs === 'oidc' ? await oidcSignIn?.open() : auth
    if (!opened || opened instanceof Response) return opened ?? notHere('single sign-on')
    const caller = needsCaller(call) ? (await callerOf(call, auth))?.id : undefined
    const state: CallState = {}
    const request = call.toRequest(bodyFor(call, parts.publicUrl))
    const response = await knownOutage(await callState.run(state, () => opened.handler(request)))
    const outcome = await outcomeOf(response)
    if (outcome.succeeded && !rules.always) await attempts.succeed(rules.own, rules.shared)
    await recordOutcome(parts.domain, call, outcome, state, caller)
    const whose = endsApps.has(call.endpoint.path) && outcome.succeeded ? (state.user ?? caller) : undefined
    if (whose !== undefined) await parts.domain.appGrants.endAll(whose)
    await welcome(parts, call, outcome, state, response)
    return call.endpoint.path === '/callback/oidc' ? backToPage(response, outcome, parts.publicUrl) : response
  }
}

/** What ends all other sessions ends the apps that act for the person too. */
const endsApps: ReadonlySet<string> = new Set([
  '/change-password',
  '/reset-password',
  '/revoke-other-sessions',
])

/** Where only OpenID Connect is wanted, no other way in is left open: a person who is gone there must be gone here. */
function refusalOfWay({ endpoint: { needs, counted } }: Call, ways: Ways): Response | undefined {
  if (needs === 'password' && !ways.password) return notHere('passwords and passkeys')
  if (needs === 'oidc' && !ways.oidc) return notHere('single sign-on')
  if (counted === 'mail' && !ways.mail) return refusal(403, 'NO_MAIL', NO_MAIL)
  return undefined
}

const NO_MAIL =
  'This Lockstep sends no mail. Its operator can make a link for you: lockstep members reset-password EMAIL.'

const notHere = (what: string): Response =>
  refusal(403, 'WAY_CLOSED', `Nobody signs in by ${what} here. Take another way of the sign-in page.`)

async function callerOf(call: Call, auth: Auth) {
  return (await auth.api.getSession({ headers: call.headers }))?.user
}

async function refusalOfPassword(call: Call, auth: Auth): Promise<Response | undefined> {
  const { path, fields = [] } = call.endpoint
  const field = path === '/sign-up/email' ? 'password' : 'newPassword'
  if (!fields.includes(field)) return undefined
  const user = path === '/change-password' ? await callerOf(call, auth) : undefined
  const personal = [textIn(call, 'email'), textIn(call, 'name'), user?.email ?? '', user?.name ?? '']
  const problem = await passwordProblem(textIn(call, field), personal)
  return problem === undefined ? undefined : refusal(400, 'WEAK_PASSWORD', problem)
}

/** What the library gets besides what the client may choose. */
function bodyFor({ endpoint: { path }, body }: Call, publicUrl: string): object {
  if (path === '/change-password') return { ...body, revokeOtherSessions: true }
  if (path !== '/sign-in/social' && path !== '/link-social') return body
  const page = path === '/sign-in/social' ? '/sign-in' : '/security'
  const target = typeof body['callbackURL'] === 'string' ? body['callbackURL'] : '/'
  // Stops a link that signs in here, and leads to another site.
  const callbackURL = /^\/(?![/\\])/.test(target) ? `${publicUrl}${target}` : `${publicUrl}/`
  return { provider: PROVIDER, callbackURL, errorCallbackURL: `${publicUrl}${page}` }
}

async function outcomeOf(response: Response): Promise<Outcome> {
  const { status, headers } = response
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const pending = typeof body === 'object' && body !== null && 'twoFactorRedirect' in body
  const failed = status >= 400 || /[?&]error=/.test(headers.get('location') ?? '')
  return { succeeded: !failed && !pending, pending, status, body }
}

/** A person has come in: the second factor ends what the password began, and the browser is known from now on. */
async function welcome(
  { attempts, devices }: AnswerParts,
  call: Call,
  outcome: Outcome,
  { user }: CallState,
  response: Response,
): Promise<void> {
  const email = emailOf(outcome)
  if (!outcome.succeeded || user === undefined || email === undefined) return
  if (call.endpoint.path.startsWith('/two-factor/')) {
    const { own, shared } = passwordRules(email, call, devices)
    await attempts.succeed(own, shared)
  }
  response.headers.append('set-cookie', devices.cookieFor(email))
}

/** A browser shows the answer to the return from the provider as a page. So a refusal leads to the page that says it. */
function backToPage(response: Response, { body }: Outcome, publicUrl: string): Response {
  if (response.status < 400) return response
  const code = codeIn(body) || 'oidc_failed'
  const headers = { location: `${publicUrl}/sign-in?error=${encodeURIComponent(code)}` }
  return new Response(null, { status: 302, headers })
}
