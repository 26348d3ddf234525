import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { checkTitle, type Domain } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { ApiMetrics, SignInRefusal } from '../metrics/api-metrics.ts'
import type { Sensitive } from '../sensitive.ts'
import { ADDRESS_HEADER } from '../server/client-address.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { createAttemptCounter } from './attempt-counter.ts'
import type { Credentials, Identity } from './rights.ts'

export interface SignInOptions {
  domain: Domain
  rights: RightsSignals
  /** The tables of sign-in: a connection, and what they are called. */
  tables: Pick<BetterAuthOptions, 'database' | 'user' | 'session' | 'account' | 'verification'>
  /** Claims the right to be the first sign-up. True only once. */
  claimFirstSignUp(): Promise<boolean>
  /** Why times of this process cannot be trusted; undefined when they can. */
  clockProblem(): string | undefined
  publicUrl: string
  signUp: 'first' | 'open' | 'closed'
  /** Signs the session cookies. */
  authSecret: Sensitive
  log: Logger
  metrics: Pick<ApiMetrics, 'signInRefused'>
}

export interface SignIn {
  /** Answers everything below /api/auth. */
  handler(request: Request): Promise<Response>
  /** What these headers say of who sends them: a bearer token wins over a cookie, and a bad token over no token. */
  credentialsIn(headers: Headers): Credentials | undefined
}

const DAY = 24 * 60 * 60

export function createSignIn(options: SignInOptions): SignIn {
  const { domain, rights, tables, publicUrl, log } = options
  const auth = betterAuth({
    appName: 'Lockstep',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: options.authSecret.reveal(),
    ...tables,
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
    session: { ...tables.session, expiresIn: 7 * DAY, updateAge: DAY },
    // Slows down guessing of passwords: each address gets a few attempts a minute.
    rateLimit: {
      enabled: true,
      // The library's own memory would be that of all servers of a process.
      customStorage: createAttemptCounter(),
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/sign-up/email': { window: 60, max: 100 },
      },
    },
    // better-auth's own check refuses clients that send no Origin, and only browsers send it. `isCrossSite`
    // replaces it.
    advanced: { ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] }, disableCSRFCheck: true },
    telemetry: { enabled: false },
    // The server answers what is no refusal. The library would print the error as it is, with values in it.
    onAPIError: { throw: true },
    logger: { log: (level, text) => log[level](text) },
    databaseHooks: {
      user: {
        create: {
          before: async (user, context) => {
            // This check comes first, because a sign-up that fails later has used up the claim of the first one.
            const name = checkName(user.name)
            await checkSignUp(options, user.email, invitationIn(context?.body))
            return { data: { ...user, name } }
          },
          after: async ({ id, email }, context) => {
            const token = invitationIn(context?.body)
            if (token) await domain.members.accept({ label: email }, { id, email }, token)
          },
        },
        update: { after: ({ id }) => rights.announce(id) },
      },
      session: { delete: { after: ({ userId }) => rights.announce(userId) } },
    },
  })
  return {
    async handler(request) {
      const problem = clockRefusal(options)
      if (problem) {
        const { code, message } = problem
        return Response.json(
          { code, message, error: message },
          { status: 503, headers: { 'retry-after': '5' } },
        )
      }
      if (!isCrossSite(request.headers, publicUrl)) {
        const response = await knownOutage(await auth.handler(request))
        countRefusal(options.metrics, request, response)
        return response
      }
      options.metrics.signInRefused('not_allowed')
      const message = 'Sign in on the pages of this server.'
      return Response.json({ code: 'FORBIDDEN', message }, { status: 403 })
    },
    credentialsIn(headers) {
      const [, bearer] = /^Bearer\b\s*(.*)$/i.exec(headers.get('authorization') ?? '') ?? []
      if (bearer !== undefined) return { secret: bearer, identify: () => identifyToken(domain, bearer) }
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

/** The library's codes for what its tables could not do. It hides the error behind them. */
const TABLES_FAILED = /^FAILED_TO_(?:CREATE|UPDATE|GET)_(?:USER|SESSION)$/

const tablesFailed = () =>
  new AppError('DATABASE_UNAVAILABLE', 'The database cannot do this at the moment. Try again soon.')

/** @throws AppError DATABASE_UNAVAILABLE when the answer stands for a failure of the database. */
async function knownOutage(response: Response): Promise<Response> {
  if (response.status < 400) return response
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  if (TABLES_FAILED.test(codeIn(body))) throw tablesFailed()
  return response
}

function throwOutage(error: unknown): never {
  throw error instanceof APIError && TABLES_FAILED.test(codeIn(error.body)) ? tablesFailed() : error
}

const codeIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''

async function identifyToken(domain: Domain, token: string): Promise<Identity> {
  const grant = await domain.apiTokens.verify(token)
  return { caller: grant ? { kind: 'token', ...grant } : { kind: 'anonymous' } }
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
  if (headers.get('sec-fetch-site') === 'cross-site') return true
  const origin = headers.get('origin')
  if (origin === null) return false
  // Behind a proxy that sets another Host, our pages come from the public URL.
  if (origin === new URL(publicUrl).origin) return false
  return !URL.canParse(origin) || new URL(origin).host !== headers.get('host')
}

function checkName(name: string): string {
  try {
    return checkTitle('The name', name)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new APIError('BAD_REQUEST', { code: error.code, message: error.message })
  }
}

function invitationIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('invitation' in body)) return undefined
  return typeof body.invitation === 'string' ? body.invitation : undefined
}

async function checkSignUp(
  { domain, signUp, claimFirstSignUp }: SignInOptions,
  email: string,
  invitation: string | undefined,
): Promise<void> {
  if (signUp === 'open' && invitation === undefined) return
  if (signUp === 'closed') throw signUpRefused('Nobody can sign up here. Ask the operator for an account.')
  if (invitation !== undefined) {
    const invited = await domain.members.invitedEmail(invitation)
    if (invited === email.toLowerCase()) return
    throw signUpRefused('This invitation does not work for this email. Ask an admin for a new one.')
  }
  if (await claimFirstSignUp()) return
  throw signUpRefused('The first account exists already. Ask an admin of a workspace for an invitation.')
}

function signUpRefused(message: string): APIError {
  return new APIError('FORBIDDEN', { code: 'SIGN_UP_REFUSED', message })
}
