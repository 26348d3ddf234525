import { AppError, Sensitive, type StepContext } from '../../src/steps/index.ts'
import type { TokenInput } from './fields.ts'
import type { KeptToken } from './kept-token.ts'

const SECOND = 1000
// Of a token whose service does not say how long it lives.
const UNSAID_SECONDS = 300
// A refresh token that came in the place of the one in the field.
const REFRESH_DAYS = 30
const DAY = 24 * 60 * 60 * SECOND

const grantTypes = {
  'client-credentials': 'client_credentials',
  'refresh-token': 'refresh_token',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const

interface Kept {
  key: string
  from: readonly string[]
}

/**
 * Asks the service for a token.
 *
 * @param kept where a refresh token is kept that the service gives in the place of the one that it got.
 * @throws AppError STEP_FAILED when the service refuses, with the status and the error code of RFC 6749.
 */
export async function askForToken(input: TokenInput, context: StepContext, kept: Kept): Promise<KeptToken> {
  const refreshKey = `${kept.key} refresh`
  const isRefresh = input.grant === 'refresh-token'
  const renewed = isRefresh ? await context.cache.get(refreshKey, kept) : undefined
  const askedAt = Date.now()
  const response = await context.http(input.tokenUrl, {
    method: 'POST',
    headers: headersOf(input),
    body: formOf(input, renewed),
    redirect: 'error',
    // To ask twice does no harm, but for a refresh token that works once.
    retries: isRefresh ? 0 : 2,
    repeatable: !isRefresh,
    uses: usedFields(input),
  })
  const answer = await readAnswer(response, new URL(input.tokenUrl).host)
  const { access_token: accessToken, refresh_token: refreshToken } = answer
  context.protect(accessToken, kept)
  if (isRefresh && typeof refreshToken === 'string' && refreshToken !== '') {
    const expiresAt = new Date(askedAt + REFRESH_DAYS * DAY)
    await context.cache.set(refreshKey, refreshToken, { expiresAt, from: kept.from })
  }
  const seconds = Number(answer.expires_in)
  const livesFor = Number.isFinite(seconds) && seconds > 0 ? seconds : UNSAID_SECONDS
  const given = String(answer.token_type ?? 'Bearer')
  // Services write the type in either case, and their own APIs take it in one alone.
  const tokenType = given.toLowerCase() === 'bearer' || !/^[A-Za-z-]{1,20}$/.test(given) ? 'Bearer' : given
  return { accessToken, tokenType, expiresAt: askedAt + livesFor * SECOND }
}

function usedFields(input: TokenInput): string[] {
  const names = ['clientSecret', 'refreshToken', 'assertion', 'subjectToken', 'parameters'] as const
  return names.filter((it) => input[it] !== undefined)
}

function headersOf({ clientId, clientSecret, clientAuth }: TokenInput): Record<string, string | Sensitive> {
  const plain = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  if (clientAuth !== 'basic' || clientSecret === undefined) return plain
  // RFC 6749, section 2.3.1: both are form-encoded first.
  const pair = `${encoded(clientId ?? '')}:${encoded(clientSecret.reveal())}`
  const basic = `Basic ${Buffer.from(pair).toString('base64')}`
  return { ...plain, authorization: Sensitive.madeOf(basic, [clientSecret]) }
}

const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

function formOf(input: TokenInput, renewed: Sensitive | undefined): Sensitive {
  const { clientId, clientSecret, clientAuth, scope, audience, parameters = [] } = input
  const inBody = clientAuth === 'body' || clientSecret === undefined
  const rows: [string, string | Sensitive | undefined][] = [
    ['grant_type', grantTypes[input.grant]],
    ['client_id', inBody ? clientId : undefined],
    ['client_secret', inBody ? clientSecret : undefined],
    ['refresh_token', renewed ?? input.refreshToken],
    ['assertion', input.assertion],
    ['subject_token', input.subjectToken],
    ['subject_token_type', input.subjectTokenType],
    ['requested_token_type', input.requestedTokenType],
    ['scope', scope],
    ['audience', audience],
    ...parameters.map(({ name, value }): [string, Sensitive] => [name, value]),
  ]
  const filled = rows.filter((row): row is [string, string | Sensitive] => row[1] !== undefined)
  const form = new URLSearchParams(
    filled.map(([name, value]) => [name, value instanceof Sensitive ? value.reveal() : value]),
  )
  const parts = filled.map(([, value]) => value).filter((it) => it instanceof Sensitive)
  return Sensitive.madeOf(form.toString(), parts)
}

interface TokenAnswer {
  access_token: string
  token_type?: unknown
  expires_in?: unknown
  refresh_token?: unknown
}

/** The text of an error may repeat what was sent, so only its code is shown. */
async function readAnswer(response: Response, host: string): Promise<TokenAnswer> {
  const body: unknown = await response.json().catch(() => undefined)
  const answer = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  if (!response.ok) {
    const { error } = answer
    const code = typeof error === 'string' && knownErrors.has(error) ? ` (${error})` : ''
    throw new AppError(
      'STEP_FAILED',
      `${host} answered ${response.status}${code} when asked for a token. Check the client and the grant.`,
    )
  }
  const token = answer['access_token']
  if (typeof token === 'string' && token !== '') return { ...answer, access_token: token }
  throw new AppError('STEP_FAILED', `${host} answered without an access token. Check the token URL.`)
}

/** RFC 6749, section 5.2, and RFC 8693, section 2.2.2. */
const knownErrors: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
])
