import type { Domain } from '../../domain/index.ts'
import { ACCESS_SECONDS, type AppTokens } from '../../domain/index.ts'
import { ADDRESS_HEADER, limitedNetwork } from '../../server/client-address.ts'
import type { SignInAttempts } from '../../store/sign-in-attempts.ts'
import type { Caller } from '../caller.ts'
import type { Credentials } from '../rights.ts'
import { readJson } from '../sign-in/body.ts'
import { refusal, tooMany } from '../sign-in/refusal.ts'
import { type AskedBy, type CheckedRequest, checkRequest } from './request.ts'

export interface OauthParts {
  domain: Pick<Domain, 'appGrants' | 'recordSignInEvent'>
  apps: AskedBy
  attempts: SignInAttempts
  publicUrl: string
  credentialsIn(headers: Headers): Credentials | undefined
}

export interface Oauth {
  /** Answers everything below /api/oauth. */
  handle(request: Request, pathname: string): Promise<Response>
}

/**
 * Signs people in to apps of other origins: authorization code with PKCE (RFC 6749, 7636), by the rules of RFC 9700. The
 * page `/authorize` asks the person; an app has no secret, so that its code is bound to the verifier that it keeps.
 */
export function createOauth(parts: OauthParts): Oauth {
  const routes: Readonly<Record<string, [method: string, answer: (request: Request) => Promise<Response>]>> =
    {
      '/api/oauth/request': ['GET', (request) => describe(parts, request)],
      '/api/oauth/consent': ['POST', (request) => consent(parts, request)],
      '/api/oauth/token': ['POST', (request) => token(parts, request)],
      '/api/oauth/revoke': ['POST', (request) => revoke(parts, request)],
    }
  return {
    async handle(request, pathname) {
      const [method, answer] = routes[pathname] ?? []
      if (!method || !answer) return refusal(404, 'NOT_FOUND', 'There is nothing here.')
      if (request.method !== method)
        return refusal(405, 'METHOD_NOT_ALLOWED', `This takes ${method}.`, { allow: method })
      const seconds = await parts.attempts.take([attemptOf(request, pathname)])
      return seconds > 0 ? tooMany(seconds) : answer(request)
    },
  }
}

/** Bounds the work that one address causes, and stops nobody: a proxy may stand for a whole company. */
function attemptOf({ headers }: Request, pathname: string) {
  const network = limitedNetwork(headers.get(ADDRESS_HEADER) ?? 'unknown')
  return { subject: `${pathname} ${network}`, free: 300, longest: 2, forget: 60 }
}

/** The person whose browser it is. A token is none: an app must not let itself in again, nor for longer. */
async function personOf({ credentialsIn }: OauthParts, { headers }: Request) {
  const credentials = headers.has('authorization') ? undefined : credentialsIn(headers)
  const caller: Caller = credentials ? (await credentials.identify()).caller : { kind: 'anonymous' }
  return caller.kind === 'user' ? caller : undefined
}

const signInFirst = () => refusal(401, 'UNAUTHENTICATED', 'Sign in on the pages of this server first.')

async function describe(parts: OauthParts, request: Request): Promise<Response> {
  if (!(await personOf(parts, request))) return signInFirst()
  const given = [...new URL(request.url).searchParams]
  // Two readers of one address could take different ones for what was asked (RFC 6749, section 3.1).
  if (new Set(given.map(([name]) => name)).size < given.length)
    return refusal(400, 'INVALID_REQUEST', 'The app has to give each parameter once.')
  const checked = checkRequest(parts.apps, Object.fromEntries(given))
  if (checked instanceof Response) return checked
  return Response.json({ client: checked.client, origin: new URL(checked.redirectUri).origin })
}

async function consent(parts: OauthParts, request: Request): Promise<Response> {
  const { domain, publicUrl } = parts
  // A form of another site cannot send this type without asking first.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON.')
  const person = await personOf(parts, request)
  if (!person) return signInFirst()
  const body = await readJson(request)
  if (body === undefined) return refusal(400, 'INVALID_BODY', 'The body is no JSON object. Send one.')
  const checked = checkRequest(parts.apps, body)
  if (checked instanceof Response) return checked
  if (body['allow'] !== true)
    return Response.json({ to: back(checked, publicUrl, { error: 'access_denied' }) })
  const { headers } = request
  const [address, userAgent] = [headers.get(ADDRESS_HEADER), headers.get('user-agent')?.slice(0, 300)]
  const from = { ...(address && { address }), ...(userAgent && { userAgent }) }
  const code = await domain.appGrants.allow(person.id, checked, from)
  const detail = { app: checked.client }
  await domain.recordSignInEvent({ action: 'app.allow', person: { id: person.id }, detail })
  return Response.json({ to: back(checked, publicUrl, { code }) })
}

/** `iss` tells the app which server answers, which stops the mix-up of two of them (RFC 9207). */
function back({ redirectUri, state }: CheckedRequest, iss: string, answer: Record<string, string>): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries({ ...answer, ...(state !== undefined && { state }), iss }))
    url.searchParams.set(name, value)
  return url.href
}

/** The parameters of a form, as OAuth sends them; undefined when it is none, or one is there twice. */
async function readForm(request: Request): Promise<ReadonlyMap<string, string> | undefined> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return undefined
  const text = await request.text()
  const entries = text.length > LARGEST_FORM ? [] : [...new URLSearchParams(text)]
  const form = new Map(entries)
  return form.size > 0 && form.size === entries.length ? form : undefined
}

const LARGEST_FORM = 8 * 1024

/** An error of RFC 6749, section 5.2. */
const oauthError = (error: string, description: string): Response =>
  Response.json({ error, error_description: description }, { status: 400 })

const notForm = () => oauthError('invalid_request', 'The body is a form, with each parameter once.')

async function token({ domain: { appGrants } }: OauthParts, request: Request): Promise<Response> {
  const form = await readForm(request)
  if (!form) return notForm()
  const given = (name: string) => form.get(name) ?? ''
  const client = given('client_id')
  let tokens: AppTokens | undefined
  switch (given('grant_type')) {
    case 'authorization_code': {
      const bound = { client, redirectUri: given('redirect_uri'), verifier: given('code_verifier') }
      tokens = await appGrants.redeem(given('code'), bound)
      break
    }
    case 'refresh_token':
      tokens = await appGrants.refresh(given('refresh_token'), client)
      break
    default:
      return oauthError('unsupported_grant_type', 'Known are authorization_code and refresh_token.')
  }
  if (!tokens)
    return oauthError('invalid_grant', 'This code or token is not valid, or not any more. Sign in anew.')
  const { access, refresh } = tokens
  const answer = {
    access_token: access,
    token_type: 'Bearer',
    expires_in: ACCESS_SECONDS,
    refresh_token: refresh,
  }
  return Response.json(answer, { headers: { pragma: 'no-cache' } })
}

/** RFC 7009: a token that is none is answered as one that was ended. */
async function revoke({ domain: { appGrants } }: OauthParts, request: Request): Promise<Response> {
  const form = await readForm(request)
  if (!form) return notForm()
  await appGrants.revoke(form.get('token') ?? '', form.get('client_id') ?? '')
  return Response.json({})
}
