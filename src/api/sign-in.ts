import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { checkTitle, type Domain } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { ADDRESS_HEADER } from '../server/http-server.ts'
import { createAttemptCounter } from './attempt-counter.ts'
import type { Caller } from './caller.ts'

export interface SignInOptions {
  domain: Domain
  /** The tables of sign-in: a connection, and what they are called. */
  tables: Pick<BetterAuthOptions, 'database' | 'user' | 'session' | 'account' | 'verification'>
  /** Whether this sign-up is the first; true once. */
  claimFirstSignUp(): Promise<boolean>
  publicUrl: string
  signUp: 'first' | 'open' | 'closed'
  /** Signs the session cookies. */
  authSecret: Sensitive
  log: Logger
}

export interface SignIn {
  /** Answers everything below /api/auth. */
  handler(request: Request): Promise<Response>
  /** Who sends these headers: a bearer token wins over a cookie, and a bad token over no token. */
  identify(headers: Headers): Promise<Caller>
}

const DAY = 24 * 60 * 60

export function createSignIn(options: SignInOptions): SignIn {
  const { domain, tables, publicUrl, log } = options
  const auth = betterAuth({
    appName: 'Lockstep',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: options.authSecret.reveal(),
    ...tables,
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
    session: { ...tables.session, expiresIn: 7 * DAY, updateAge: DAY },
    // Guessing a password is slow: each address gets a few attempts a minute.
    rateLimit: {
      enabled: true,
      // The library's own memory would be that of all servers of a process.
      customStorage: createAttemptCounter(),
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/sign-up/email': { window: 60, max: 100 },
      },
    },
    // Its own check refuses whoever sends no Origin, which every client but a browser does: ours is isCrossSite.
    advanced: { ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] }, disableCSRFCheck: true },
    telemetry: { enabled: false },
    logger: { log: (level, text) => log[level](text) },
    databaseHooks: {
      user: {
        create: {
          before: async (user, context) => {
            // First, since a sign-up that fails later has spent the place of the first.
            const name = checkName(user.name)
            await checkSignUp(options, user.email, invitationIn(context?.body))
            return { data: { ...user, name } }
          },
          after: async ({ id, email }, context) => {
            const token = invitationIn(context?.body)
            if (token) await domain.members.accept({ label: email }, { id, email }, token)
          },
        },
      },
    },
  })
  return {
    async handler(request) {
      if (!isCrossSite(request.headers, publicUrl)) return auth.handler(request)
      const message = 'Sign in on the pages of this server.'
      return Response.json({ code: 'FORBIDDEN', message }, { status: 403 })
    },
    async identify(headers) {
      const [, bearer] = /^Bearer\b\s*(.*)$/i.exec(headers.get('authorization') ?? '') ?? []
      if (bearer !== undefined) {
        const grant = await domain.apiTokens.verify(bearer)
        return grant ? { kind: 'token', ...grant } : { kind: 'anonymous' }
      }
      // No cookie, no session: spares the look-up, and a request of another site gets no session.
      if (!headers.has('cookie') || isCrossSite(headers, publicUrl)) return { kind: 'anonymous' }
      const session = await auth.api.getSession({ headers })
      if (!session) return { kind: 'anonymous' }
      const { id, name, email } = session.user
      return { kind: 'user', id, name, email }
    },
  }
}

/**
 * Cross-site request forgery: a browser says where a request comes from, and it must come from our own pages. That
 * is told by the host that the browser reached us by, which may be 127.0.0.1 where the public URL says localhost.
 */
function isCrossSite(headers: Headers, publicUrl: string): boolean {
  if (headers.get('sec-fetch-site') === 'cross-site') return true
  const origin = headers.get('origin')
  if (origin === null) return false
  // Behind a proxy that sets a host of its own, our pages come from the public URL.
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
