import type { Domain } from '../../domain/index.ts'
import { ACCESS_SECONDS, type AppTokens } from '../../domain/index.ts'
import { ADDRESS_HEADER, limitedNetwork } from '../../server/client-address.ts'
import type { SignInAttempts } from '../../store/sign-in-attempts.ts'
import type { Caller } from '../caller.ts'
import type { Credentials } from '../rights.ts'
import { readJson } from '../sign-in/body.ts'
import { refusal, tooMany } from '../sign-in/refusal.ts'
import { askForDevice, decideDevice, describeDevice } from './device.ts'
import { notForm, oauthError, readForm } from './form.ts'
import { type AskedBy, type CheckedRequest, checkRequest } from './request.ts'

export interface OauthParts {
  domain: Pick<Domain, 'appGrants' | 'deviceRequests' | 'recordSignInEvent'>
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
  const device = { ...parts, personOf: (request: Request) => personOf(parts, request) }
  const routes: Readonly<Record<string, [method: string, answer: (request: Request) => Promise<Response>]>> =
    {
      '/api/oauth/request': ['GET', (request) => describe(parts, request)],
      '/api/oauth/consent': ['POST', (request) => consent(parts, request)],
      '/api/oauth/token': ['POST', (request) => token(parts, request)],
      '/api/oauth/device': ['POST', (request) => askForDevice(device, request)],
      '/api/oauth/device/request': ['GET', (request) => describeDevice(device, request)],
      '/api/oauth/device/consent': ['POST', (request) => decideDevice(device, request)],
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

const DEVICE_WORDS = {
  authorization_pending: 'Nobody has decided yet. Ask again.',
  slow_down: 'Ask less often: five seconds more than before.',
  access_denied: 'The person has refused.',
  expired_token: 'Nobody has decided in time. Begin anew.',
} as const
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

async function token(
  { domain: { appGrants, deviceRequests } }: OauthParts,
  request: Request,
): Promise<Response> {
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
    case DEVICE_GRANT: {
      const redeemed = await deviceRequests.redeem(given('device_code'), client)
      if (typeof redeemed === 'string' && redeemed !== 'invalid_grant')
        return oauthError(redeemed, DEVICE_WORDS[redeemed])
      tokens = typeof redeemed === 'string' ? undefined : redeemed
      break
    }
    default:
      return oauthError(
        'unsupported_grant_type',
        `Known are authorization_code, refresh_token and ${DEVICE_GRANT}.`,
      )
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
