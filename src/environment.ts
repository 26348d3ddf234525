import { resolve } from 'node:path'
import { parseDatabaseUrl, UnusableAddress } from './database-url.ts'
import { AppError } from './errors.ts'
import { parseHostPattern } from './host-pattern.ts'
import { Sensitive } from './sensitive.ts'
import { nearNames } from './template/near-names.ts'

/** Every variable of ours. */
export const names = [
  'LOCKSTEP_ACCESS_LOG',
  'LOCKSTEP_API_DATABASE_URL',
  'LOCKSTEP_APPS',
  'LOCKSTEP_AUDIT_RETENTION_DAYS',
  'LOCKSTEP_AUDIT_STREAM',
  'LOCKSTEP_AUDIT_STREAM_SECRET_FILE',
  'LOCKSTEP_AUTH_SECRET',
  'LOCKSTEP_CORS_ORIGINS',
  'LOCKSTEP_DATA',
  'LOCKSTEP_DIRECT_DATABASE_URL',
  'LOCKSTEP_DISTRIBUTE',
  'LOCKSTEP_DRAIN_SECONDS',
  'LOCKSTEP_EGRESS_ALLOW',
  'LOCKSTEP_GRAPHQL_COST_PER_MINUTE',
  'LOCKSTEP_GRAPHQL_MAX_COST',
  'LOCKSTEP_GRAPHIQL',
  'LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS',
  'LOCKSTEP_HOOK_CALLS_PER_MINUTE',
  'LOCKSTEP_HOOK_SECRET',
  'LOCKSTEP_INTROSPECTION',
  'LOCKSTEP_LOG',
  'LOCKSTEP_MAIL_FROM',
  'LOCKSTEP_MAX_QUEUED_RUNS',
  'LOCKSTEP_MAX_WORKSPACES',
  'LOCKSTEP_OIDC_CLIENT_ID',
  'LOCKSTEP_OIDC_CLIENT_SECRET',
  'LOCKSTEP_OIDC_CLIENT_SECRET_FILE',
  'LOCKSTEP_OIDC_ISSUER',
  'LOCKSTEP_OIDC_ROLES',
  'LOCKSTEP_OIDC_TRUST_EMAIL',
  'LOCKSTEP_PASSWORD_SIGN_IN',
  'LOCKSTEP_PERSISTED_ONLY',
  'LOCKSTEP_PLUGINS',
  'LOCKSTEP_PUBLIC_URL',
  'LOCKSTEP_ROOT_KEY',
  'LOCKSTEP_ROOT_KEY_FILE',
  'LOCKSTEP_ROOT_KEY_PASSPHRASE',
  'LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE',
  'LOCKSTEP_ROOT_KEY_URI',
  'LOCKSTEP_FILE_MAX_MIB',
  'LOCKSTEP_RUN_FILES_MAX_MIB',
  'LOCKSTEP_MAX_RESPONSE_MIB',
  'LOCKSTEP_METRICS_TOKEN',
  'LOCKSTEP_RUN_RETENTION_DAYS',
  'LOCKSTEP_RUN_STARTS_PER_MINUTE',
  'LOCKSTEP_SCHEDULE_MIN_SECONDS',
  'LOCKSTEP_SIGNING_KEY_FILE',
  'LOCKSTEP_SIGN_UP',
  'LOCKSTEP_SMTP_NAME',
  'LOCKSTEP_SMTP_URL',
  'LOCKSTEP_SYNCHRONOUS_COMMIT',
  'LOCKSTEP_TOKEN',
  'LOCKSTEP_TRACE_HOSTS',
  'LOCKSTEP_TRUSTED_PROXIES',
  'LOCKSTEP_URL',
  'LOCKSTEP_WORKER_CONCURRENCY',
  'LOCKSTEP_WORKER_DATABASE_URL',
  'LOCKSTEP_WORKER_PORT',
  'LOCKSTEP_WORKSPACE_CONCURRENCY',
  'LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE',
  'LOCKSTEP_WORKSPACE_MAX_MIB',
] as const

/**
 * What operators set for plugins, as `LOCKSTEP_PLUGIN_ACME_CHAT__API_KEY`. Two underscores end the name of the package: no
 * other package can have a name by which it would be given the same variable.
 */
export const PLUGIN_VARIABLE = /^LOCKSTEP_PLUGIN_[A-Z0-9_]+?__[A-Z0-9_]+$/

/** Those of the OpenTelemetry SDK that turn traces on. */
export const otlpEndpoints = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const

type Name = (typeof names)[number] | (typeof otlpEndpoints)[number] | 'PORT' | 'HOST' | 'DATABASE_URL'

/**
 * Reads single variables of an environment. An empty variable counts as unset. It collects all faults, so that one
 * start reports all of them: after a wrong value it continues with the default, and {@link
 * EnvironmentReader.finish} throws.
 */
export class EnvironmentReader {
  readonly #env: NodeJS.ProcessEnv
  readonly #problems: string[] = []

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  text(name: Name): string | undefined {
    const value = this.#env[name]
    if (value === undefined || value === '') return undefined
    if (!/\p{Cc}/u.test(value)) return value
    this.#problems.push(`${name} holds a control character, such as a line break. Remove it.`)
    return undefined
  }

  port(name: Name, fallback: number): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const port = Number(value)
    // Only digits are accepted. Number would accept "0x10", "1e3" and " 80 " too.
    if (/^\d{1,5}$/.test(value) && port <= 65_535) return port
    this.refuse(name, value, 'a port from 0 (any free one) to 65535')
    return fallback
  }

  /** @param unit what is counted, for the message. */
  whole(name: Name, fallback: number, least: number, most: number, unit: string): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = Number(value)
    if (/^\d{1,10}$/.test(value) && number >= least && number <= most) return number
    this.refuse(name, value, `a whole number from ${least} to ${most}: ${unit}`)
    return fallback
  }

  host(name: Name, fallback: string): string {
    const value = this.text(name)
    if (value === undefined) return fallback
    if (/^[a-z0-9_.:%-]+$/i.test(value) && !value.includes('://')) return value
    this.refuse(name, value, 'a host name or an address to listen on, without scheme and port')
    return fallback
  }

  choice<T extends string>(name: Name, choices: readonly T[], fallback: T): T {
    return this.option(name, choices) ?? fallback
  }

  option<T extends string>(name: Name, choices: readonly T[]): T | undefined {
    const value = this.text(name)
    const found = choices.find((it) => it === value)
    if (found === undefined && value !== undefined) this.refuse(name, value, `one of ${choices.join(', ')}`)
    return found
  }

  list(name: Name): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((it) => it.trim())
      .filter((it) => it !== '')
  }

  hostPatterns(name: Name): string[] {
    const patterns = this.list(name)
    const wrong = patterns.find((it) => !isHostPattern(it))
    if (wrong !== undefined)
      this.refuse(name, wrong, 'hosts such as api.example.com, *.example.com or api.example.com:8443')
    return patterns
  }

  publicUrl(name: Name): string | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const url = URL.parse(value)
    const isBase = url !== null && ['http:', 'https:'].includes(url.protocol) && url.search + url.hash === ''
    const expected = 'an http or https address without query, such as https://lockstep.example.com'
    // A value with user info is not repeated, because that is a password.
    if (value.includes('@')) {
      this.#problems.push(`${name} holds user info before an @ (not shown). It may hold ${expected}.`)
    } else if (isBase && !/[?#]/.test(value)) return url.href.replace(/\/+$/, '')
    else this.refuse(name, value, expected)
    return undefined
  }

  /** An https address without user info; plain http only to this machine. The address may have a token in its query. */
  auditStream(name: Name): string | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const url = URL.parse(value)
    const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
    const isSyslog = url?.protocol === 'syslog+tls:' || (url?.protocol === 'syslog+tcp:' && isHere)
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)
    const isBare = url !== null && url.username + url.password + url.hash === ''
    if (isBare && isSafe) return url.href
    if (isBare && isSyslog && url.hostname !== '' && /^\/?$/.test(url.pathname + url.search)) return url.href
    this.#problems.push(
      `${name} holds something else (not shown). It may hold an https address without user info, such as https://siem.example.com/lockstep, or syslog+tls://siem.example.com:6514; syslog+tcp and http to this machine alone.`,
    )
    return undefined
  }

  /** Both are set, or none. */
  together(one: Name, other: Name): void {
    const [set, missing] = this.text(one) === undefined ? [other, one] : [one, other]
    if (this.text(set) !== undefined && this.text(missing) === undefined)
      this.#problems.push(`${set} needs ${missing} beside it.`)
  }

  databaseUrl(name: Name): Sensitive | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    try {
      parseDatabaseUrl(value)
      return new Sensitive(value)
    } catch (error) {
      if (!(error instanceof UnusableAddress)) throw error
      this.#problems.push(`${name} ${error.message}`)
    }
    return undefined
  }

  path(name: Name): string | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : resolve(value)
  }

  rootKeyUri(name: Name): string | undefined {
    const value = this.text(name)
    if (value === undefined || /^(pkcs11|awskms):/.test(value)) return value
    // The text is not repeated, because it may be the key itself.
    this.#problems.push(`${name} holds something else (not shown). It may hold a pkcs11: URI or awskms:ARN.`)
    return undefined
  }

  /** At most one of several variables with the same purpose may be set. */
  oneOf(...alternatives: Name[]): void {
    const set = alternatives.filter((name) => (this.#env[name] ?? '') !== '')
    if (set.length > 1) this.#problems.push(`${set.join(' and ')} are set. Keep one of them.`)
  }

  secret(name: Name, shortest: number): Sensitive | undefined {
    // `text()` is not used, because every character may be part of a secret.
    const value = this.#env[name]
    if (value === undefined || value === '') return undefined
    if (value.length >= shortest) return new Sensitive(value)
    this.#problems.push(`${name} is too short (not shown). It may hold ${shortest} characters or more.`)
    return undefined
  }

  /** @throws AppError INVALID_CONFIG with one line for every variable that is wrong or misspelt. */
  finish(): void {
    // A misspelt variable would leave a default in force, which may be less safe.
    for (const [name, value] of Object.entries(this.#env)) {
      // Names of variables are case-insensitive on Windows.
      const known = names.some((it) => it === (process.platform === 'win32' ? name.toUpperCase() : name))
      if (known || !/^LOCKSTEP_/i.test(name) || value === undefined || value === '') continue
      // The worker knows what the plugins ask for, and checks these.
      if (PLUGIN_VARIABLE.test(name)) continue
      const [near] = nearNames(name.toUpperCase(), names)
      this.#problems.push(
        near === undefined
          ? `${name} is not a variable of Lockstep. Known are ${names.join(', ')}.`
          : `${name} is not a variable of Lockstep. Did you mean ${near}?`,
      )
    }
    if (this.#problems.length > 0) throw new AppError('INVALID_CONFIG', this.#problems.join('\n'))
  }

  /** Collects a fault in words, for a value that must not be repeated. */
  fault(text: string): void {
    this.#problems.push(text)
  }

  /** Collects that the value is none of those which are expected. */
  refuse(name: Name, value: string, expected: string): void {
    const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value
    this.#problems.push(`${name} holds ${JSON.stringify(shown)}. It may hold ${expected}.`)
  }
}

function isHostPattern(text: string): boolean {
  try {
    parseHostPattern(text)
    return true
  } catch {
    return false
  }
}
