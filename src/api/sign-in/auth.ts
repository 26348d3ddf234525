import { passkey } from '@better-auth/passkey'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Logger } from '../../log.ts'
import type { Sensitive } from '../../sensitive.ts'
import { ADDRESS_HEADER } from '../../server/client-address.ts'
import type { RightsSignals } from '../../store/rights-signals.ts'
import type { AuthTables } from '../../store/sign-in.ts'
import { BASE_PATH, callState } from './call.ts'
import { type Mailer, passwordResetMail, verificationMail } from './mail.ts'
import { ownEndpoints, type Ways } from './own-endpoints.ts'
import { LEAST_CHARACTERS, MOST_CHARACTERS } from './passwords.ts'
import { tellRefusedPerson } from './refused-person.ts'
import { createUserHooks, type SignUpParts } from './user-hooks.ts'

export interface AuthParts extends SignUpParts {
  rights: RightsSignals
  tables: AuthTables
  /** Signs the session cookies. */
  authSecret: Sensitive
  mailer: Mailer | undefined
  ways: Ways
  /** Gives a person the roles that the claims of the provider stand for. */
  applyClaims(user: string, claims: Readonly<Record<string, unknown>>): Promise<void>
  log: Logger
}

const HOUR = 60 * 60
const DAY = 24 * HOUR

/** The library with its plugins. @param provider of OpenID Connect, once it is known to be one. */
export function createAuth(parts: AuthParts, provider?: GenericOAuthConfig) {
  const { tables, publicUrl, mailer, ways, log } = parts
  const { user, session, account, verification } = tables
  return betterAuth({
    appName: 'Lockstep',
    baseURL: publicUrl,
    basePath: BASE_PATH,
    secret: parts.authSecret.reveal(),
    database: tables.database,
    user,
    session: { ...session, expiresIn: 7 * DAY, updateAge: HOUR, freshAge: DAY },
    account: { ...account, accountLinking: { enabled: true, trustedProviders: [] } },
    // A reader of the database must not find links that set a password.
    verification: { ...verification, storeIdentifier: 'hashed' },
    emailAndPassword: passwordOptions(parts),
    ...(mailer && { emailVerification: verificationBy(mailer, publicUrl) }),
    plugins: [
      twoFactor({
        issuer: 'Lockstep',
        schema: { user: tables.userOfTwoFactor, twoFactor: tables.twoFactor },
      }),
      passkeys(publicUrl, tables.passkey),
      ownEndpoints(ways, parts.domain.appGrants),
      ...(provider ? [genericOAuth({ config: [provider] })] : []),
    ],
    // Attempts are counted before a call comes here, for the account too, and for all processes together.
    rateLimit: { enabled: false },
    advanced: {
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
      // The library's own check refuses clients that send no Origin, and only browsers send it. `isCrossSite`
      // replaces it.
      disableCSRFCheck: true,
      // Our migrations make the tables. The library would read the columns of every table of the schema at the first
      // sign-in, which failed while a worker dropped an old partition.
      database: { validateSchema: false },
    },
    telemetry: { enabled: false },
    // The server answers what is no refusal. The library would print the error as it is, with values in it.
    onAPIError: { throw: true, errorURL: `${publicUrl}/sign-in` },
    logger: { log: (level, text) => log[level](text) },
    hooks: { after: tellRefusedPerson },
    databaseHooks: hooksOf(parts),
  })
}

export type Auth = ReturnType<typeof createAuth>

function passwordOptions({
  ways,
  mailer,
  publicUrl,
}: AuthParts): NonNullable<BetterAuthOptions['emailAndPassword']> {
  return {
    enabled: ways.password,
    minPasswordLength: LEAST_CHARACTERS,
    maxPasswordLength: MOST_CHARACTERS,
    revokeSessionsOnPasswordReset: true,
    resetPasswordTokenExpiresIn: HOUR,
    onPasswordReset: async ({ user: { id } }) => tellUser(id),
    ...(mailer && {
      sendResetPassword: async ({ user: { email }, token }) =>
        mailer.send(email, ...passwordResetMail(publicUrl, token)),
    }),
  }
}

function hooksOf(parts: AuthParts): BetterAuthOptions['databaseHooks'] {
  const { rights, applyClaims } = parts
  return {
    user: createUserHooks(parts, rights),
    session: {
      create: {
        // Before the session is there, so that nobody comes in with a role that was taken away.
        async before({ userId }) {
          const claims = callState.getStore()?.claims
          if (claims) await applyClaims(userId, claims)
        },
        after: async ({ userId }) => tellUser(userId),
      },
      delete: { after: ({ userId }) => rights.announce(userId) },
    },
    account: { create: { before: withoutProviderTokens }, update: { before: withoutProviderTokens } },
  }
}

function tellUser(id: string): void {
  const state = callState.getStore()
  if (state) state.user = id
}

/** The provider's tokens are used once and kept nowhere. */
const withoutProviderTokens = async (account: object) => ({
  data: { ...account, accessToken: null, refreshToken: null, idToken: null },
})

function verificationBy(
  mailer: Mailer,
  publicUrl: string,
): NonNullable<BetterAuthOptions['emailVerification']> {
  return {
    sendOnSignUp: true,
    expiresIn: HOUR,
    sendVerificationEmail: async ({ user: { email }, token }) =>
      mailer.send(email, ...verificationMail(publicUrl, token)),
  }
}

/** A passkey stands for both factors, so that the device must have asked who uses it (user verification). */
function passkeys(publicUrl: string, table: AuthTables['passkey']) {
  return passkey({
    rpID: new URL(publicUrl).hostname,
    rpName: 'Lockstep',
    origin: new URL(publicUrl).origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    schema: { passkey: table },
    registration: {
      afterVerification: async ({ verification }) =>
        checkVerified(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: async ({ verification }) =>
        checkVerified(verification.authenticationInfo.userVerified),
    },
  })
}

function checkVerified(userVerified: boolean | undefined): void {
  if (userVerified) return
  const message = 'Your device did not ask for its PIN, fingerprint or face. Choose a passkey that does.'
  throw new APIError('BAD_REQUEST', { code: 'USER_NOT_VERIFIED', message })
}
