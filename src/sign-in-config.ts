import type { EnvironmentReader } from './environment.ts'
import { type Network, parseNetwork } from './network.ts'
import type { Sensitive } from './sensitive.ts'

/** How people sign in, from the environment. */
export interface SignInConfig {
  /** The proxies in front of the API that are believed which client a request comes from. */
  readonly trustedProxies: readonly Network[]
  /** Whether passwords and passkeys work; false leaves OpenID Connect alone. */
  readonly passwordSignIn: boolean
  /** Undefined: no mail is sent. */
  readonly mail: MailConfig | undefined
  /** Undefined: nobody signs in by OpenID Connect. */
  readonly oidc: OidcConfig | undefined
}

export interface MailConfig {
  /** `smtp:` or `smtps:` with host, port, and perhaps a user and a password. */
  readonly url: Sensitive
  readonly from: string
  /** What is said in EHLO. Undefined: the domain of `from`. */
  readonly clientName?: string | undefined
}

export interface OidcConfig {
  /** As the provider writes it, without a slash at its end. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: Sensitive | undefined
  /** Absolute: a file that holds the client secret. */
  readonly clientSecretFile: string | undefined
  /** Whether every email of the provider counts as verified, for providers that do not say so. */
  readonly trustEmail: boolean
  readonly roles: readonly RoleRule[]
}

/** Whoever has `value` in `claim` is `role` in `workspace`. */
export interface RoleRule {
  readonly claim: string
  readonly value: string
  readonly workspace: string
  readonly role: 'ADMIN' | 'MEMBER'
}

export function readSignInConfig(reader: EnvironmentReader): SignInConfig {
  const oidc = readOidc(reader)
  const passwordSignIn = reader.choice('LOCKSTEP_PASSWORD_SIGN_IN', ['on', 'off'], 'on') === 'on'
  if (!passwordSignIn && !oidc)
    reader.fault('LOCKSTEP_PASSWORD_SIGN_IN is off, and nobody could sign in. Set LOCKSTEP_OIDC_ISSUER too.')
  return Object.freeze({ trustedProxies: readProxies(reader), passwordSignIn, mail: readMail(reader), oidc })
}

function readProxies(reader: EnvironmentReader): Network[] {
  return reader.list('LOCKSTEP_TRUSTED_PROXIES').flatMap((text) => {
    const network = parseNetwork(text)
    if (network) return [network]
    reader.refuse('LOCKSTEP_TRUSTED_PROXIES', text, 'networks such as 10.0.0.0/8, 192.0.2.7 or fd00::/8')
    return []
  })
}

function readMail(reader: EnvironmentReader): MailConfig | undefined {
  const url = reader.secret('LOCKSTEP_SMTP_URL', 1)
  const from = reader.text('LOCKSTEP_MAIL_FROM')
  // The value is not repeated, because it may hold a password.
  if (url && !isSmtp(url.reveal())) {
    const expected = 'smtp://mail.example.com:587 or smtps://user:password@mail.example.com'
    reader.fault(`LOCKSTEP_SMTP_URL holds something else (not shown). It may hold ${expected}.`)
  } else if (from !== undefined && !SENDER.test(from)) {
    reader.refuse('LOCKSTEP_MAIL_FROM', from, 'an address such as Lockstep <lockstep@example.com>')
  } else if (url && from !== undefined) {
    return { url, from, clientName: readClientName(reader) }
  } else if (url || from !== undefined) {
    const [set, missing] = url ? ['SMTP_URL', 'MAIL_FROM'] : ['MAIL_FROM', 'SMTP_URL']
    reader.fault(`LOCKSTEP_${set} is set without LOCKSTEP_${missing}. Set both, or neither.`)
  }
  return undefined
}

function readClientName(reader: EnvironmentReader): string | undefined {
  const name = reader.text('LOCKSTEP_SMTP_NAME')
  if (name === undefined || /^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f.:IPv]{2,50}\])$/.test(name))
    return name
  reader.refuse('LOCKSTEP_SMTP_NAME', name, 'a host name such as lockstep.example.com')
  return undefined
}

const SENDER = /^(?:[^<>@]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/

function isSmtp(text: string): boolean {
  const url = URL.parse(text)
  const isBare = url !== null && url.search + url.hash === '' && ['', '/'].includes(url.pathname)
  return isBare && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== ''
}

function readOidc(reader: EnvironmentReader): OidcConfig | undefined {
  const issuer = readIssuer(reader)
  const clientId = reader.text('LOCKSTEP_OIDC_CLIENT_ID')
  const clientSecret = reader.secret('LOCKSTEP_OIDC_CLIENT_SECRET', 1)
  const clientSecretFile = reader.path('LOCKSTEP_OIDC_CLIENT_SECRET_FILE')
  reader.oneOf('LOCKSTEP_OIDC_CLIENT_SECRET', 'LOCKSTEP_OIDC_CLIENT_SECRET_FILE')
  const trustEmail = reader.choice('LOCKSTEP_OIDC_TRUST_EMAIL', ['on', 'off'], 'off') === 'on'
  const roles = readRoles(reader)
  const others = [clientId, clientSecret, clientSecretFile].some((it) => it !== undefined) || roles.length > 0
  if (issuer === undefined && !others) return undefined
  if (issuer !== undefined && clientId !== undefined)
    return { issuer, clientId, clientSecret, clientSecretFile, trustEmail, roles }
  const missing = issuer === undefined ? 'LOCKSTEP_OIDC_ISSUER' : 'LOCKSTEP_OIDC_CLIENT_ID'
  reader.fault(`${missing} is missing or wrong, and OpenID Connect needs it.`)
  return undefined
}

/** Only on this machine may a provider be asked without TLS: who can change its answers signs in as anybody. */
function readIssuer(reader: EnvironmentReader): string | undefined {
  const issuer = reader.publicUrl('LOCKSTEP_OIDC_ISSUER')
  if (issuer === undefined || /^https:|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(issuer))
    return issuer
  reader.refuse(
    'LOCKSTEP_OIDC_ISSUER',
    issuer,
    'an https address, such as https://login.example.com/realms/acme',
  )
  return undefined
}

const RULE = /^(?<claim>[^=\s]+)=(?<value>.+):(?<workspace>[^:]+):(?<role>admin|member)$/

function readRoles(reader: EnvironmentReader): RoleRule[] {
  return reader.list('LOCKSTEP_OIDC_ROLES').flatMap((text) => {
    const { claim, value, workspace, role } = RULE.exec(text)?.groups ?? {}
    if (claim && value && workspace && role)
      return [{ claim, value, workspace, role: role === 'admin' ? ('ADMIN' as const) : ('MEMBER' as const) }]
    reader.refuse('LOCKSTEP_OIDC_ROLES', text, 'rules such as groups=platform:acme:admin (or :member)')
    return []
  })
}
