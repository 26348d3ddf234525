import { join, resolve } from 'node:path'
import { AppError } from './errors.ts'
import { type LogLevel, logLevels } from './log.ts'
import { Sensitive } from './sensitive.ts'
import { nearNames } from './template/near-names.ts'

export const signUpModes = ['first', 'open', 'closed'] as const
export type SignUpMode = (typeof signUpModes)[number]

/** What the environment decides, checked. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Where a worker answers for its health and metrics; 0 for any free port. */
  readonly workerPort: number
  /** Absolute. */
  readonly dataFolder: string
  /** Undefined: the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: Sensitive | undefined
  /** The same database past a pooler that keeps no sessions: LISTEN needs one. Undefined: there is none. */
  readonly directDatabaseUrl: Sensitive | undefined
  /** Absolute. */
  readonly rootKeyFile: string
  /** The root key itself: PEM, or base64 of PEM or PKCS#12. It stands in for the file. */
  readonly rootKey: Sensitive | undefined
  /** As written: where the root key is held, in place of the file; what it means is the vault's to say. */
  readonly rootKeyUri: string | undefined
  /** Of the file or of {@link rootKey}, or the PIN of the token. */
  readonly rootKeyPassphrase: Sensitive | undefined
  /** Absolute: a file that holds the passphrase. */
  readonly rootKeyPassphraseFile: string | undefined
  /** Undefined: a secret that the database keeps. */
  readonly authSecret: Sensitive | undefined
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly signUp: SignUpMode
  /** Only the documents of our own web app are taken. */
  readonly persistedOnly: boolean
  /** As written: what it means is egress's to say. */
  readonly egressAllow: string
  /** The variables of the proxy as written, some with a password; what they mean is egress's to say. */
  readonly proxy: Readonly<Record<string, Sensitive>> | undefined
  readonly plugins: readonly string[]
  /** How many days a run is kept after it was started; 0 for ever. */
  readonly runRetentionDays: number
  /** How many runs a worker works on at once: mostly they wait for other servers. */
  readonly workerConcurrency: number
  /** Of one answer that a step receives, in MiB after decompression. */
  readonly maxResponseMib: number
  /** How many runs of one workspace all workers together work on at once. */
  readonly workspaceConcurrency: number
  readonly logLevel: LogLevel
  /** For the commands that talk to the API: where it is, without a slash at its end. */
  readonly apiUrl: string
  /** For the same: an API token. */
  readonly apiToken: Sensitive | undefined
}

const names = [
  'LOCKSTEP_AUTH_SECRET',
  'LOCKSTEP_DATA',
  'LOCKSTEP_DIRECT_DATABASE_URL',
  'LOCKSTEP_EGRESS_ALLOW',
  'LOCKSTEP_LOG',
  'LOCKSTEP_PERSISTED_ONLY',
  'LOCKSTEP_PLUGINS',
  'LOCKSTEP_PUBLIC_URL',
  'LOCKSTEP_ROOT_KEY',
  'LOCKSTEP_ROOT_KEY_FILE',
  'LOCKSTEP_ROOT_KEY_PASSPHRASE',
  'LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE',
  'LOCKSTEP_ROOT_KEY_URI',
  'LOCKSTEP_MAX_RESPONSE_MIB',
  'LOCKSTEP_RUN_RETENTION_DAYS',
  'LOCKSTEP_SIGN_UP',
  'LOCKSTEP_TOKEN',
  'LOCKSTEP_URL',
  'LOCKSTEP_WORKER_CONCURRENCY',
  'LOCKSTEP_WORKER_PORT',
  'LOCKSTEP_WORKSPACE_CONCURRENCY',
] as const

/** They belong to the whole system and not to Lockstep, so that every spelling of custom counts. */
const proxyNames = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((it) => [
  it,
  it.toLowerCase(),
])

type Name = (typeof names)[number] | 'PORT' | 'HOST' | 'DATABASE_URL'

/**
 * Reads the whole configuration. A variable that is empty counts as unset.
 *
 * @throws AppError INVALID_CONFIG with one line for every variable that is wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = new Reader(env)
  const port = reader.port('PORT', 4000)
  const publicUrl = reader.publicUrl('LOCKSTEP_PUBLIC_URL') ?? `http://localhost:${port}`
  const dataFolder = resolve(reader.text('LOCKSTEP_DATA') ?? '.lockstep')
  const config: Config = {
    port,
    host: reader.host('HOST', '127.0.0.1'),
    // Port 65535 has no next one, and one that the system chooses has none that is known.
    workerPort: reader.port('LOCKSTEP_WORKER_PORT', port === 0 || port === 65_535 ? 0 : port + 1),
    dataFolder,
    databaseUrl: reader.databaseUrl('DATABASE_URL'),
    directDatabaseUrl: reader.databaseUrl('LOCKSTEP_DIRECT_DATABASE_URL'),
    rootKeyFile: resolve(reader.text('LOCKSTEP_ROOT_KEY_FILE') ?? join(dataFolder, 'root-key.pem')),
    rootKey: reader.secret('LOCKSTEP_ROOT_KEY', 1),
    rootKeyUri: reader.rootKeyUri('LOCKSTEP_ROOT_KEY_URI'),
    rootKeyPassphrase: reader.secret('LOCKSTEP_ROOT_KEY_PASSPHRASE', 1),
    rootKeyPassphraseFile: reader.path('LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE'),
    authSecret: reader.secret('LOCKSTEP_AUTH_SECRET', 32),
    publicUrl,
    signUp: reader.choice('LOCKSTEP_SIGN_UP', signUpModes, 'first'),
    persistedOnly: reader.choice('LOCKSTEP_PERSISTED_ONLY', ['on', 'off'], 'off') === 'on',
    egressAllow: reader.text('LOCKSTEP_EGRESS_ALLOW') ?? '',
    proxy: readProxy(env),
    plugins: Object.freeze(reader.list('LOCKSTEP_PLUGINS')),
    runRetentionDays: reader.whole(
      'LOCKSTEP_RUN_RETENTION_DAYS',
      90,
      0,
      36_500,
      'days, or 0 to keep runs for ever',
    ),
    maxResponseMib: reader.whole('LOCKSTEP_MAX_RESPONSE_MIB', 25, 1, 30, 'MiB'),
    workerConcurrency: reader.whole('LOCKSTEP_WORKER_CONCURRENCY', 10, 1, 200, 'runs at once'),
    workspaceConcurrency: reader.whole('LOCKSTEP_WORKSPACE_CONCURRENCY', 5, 1, 10_000, 'runs at once'),
    logLevel: reader.choice('LOCKSTEP_LOG', logLevels, 'info'),
    apiUrl: reader.publicUrl('LOCKSTEP_URL') ?? publicUrl,
    apiToken: reader.secret('LOCKSTEP_TOKEN', 1),
  }
  reader.oneOf('LOCKSTEP_ROOT_KEY', 'LOCKSTEP_ROOT_KEY_FILE', 'LOCKSTEP_ROOT_KEY_URI')
  reader.oneOf('LOCKSTEP_ROOT_KEY_PASSPHRASE', 'LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE')
  reader.finish()
  return Object.freeze(config)
}

const keySecrets = ['LOCKSTEP_ROOT_KEY', 'LOCKSTEP_ROOT_KEY_PASSPHRASE'] as const

/**
 * Takes the root key and its passphrase out of an environment, once they are read: no dump of it shows them then,
 * and no child process inherits them.
 */
export function removeKeySecrets(env: NodeJS.ProcessEnv): void {
  for (const name of keySecrets) delete env[name]
}

/** An environment for a child process that does need them: for a worker. */
export function withKeySecrets(env: NodeJS.ProcessEnv, config: Config): NodeJS.ProcessEnv {
  const [key, passphrase] = [config.rootKey?.reveal(), config.rootKeyPassphrase?.reveal()]
  return {
    ...env,
    ...(key !== undefined && { LOCKSTEP_ROOT_KEY: key }),
    ...(passphrase !== undefined && { LOCKSTEP_ROOT_KEY_PASSPHRASE: passphrase }),
  }
}

function readProxy(env: NodeJS.ProcessEnv): Config['proxy'] {
  const set = proxyNames.flatMap((name): [string, Sensitive][] => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [[name, new Sensitive(value)]]
  })
  return set.length === 0 ? undefined : Object.freeze(Object.fromEntries(set))
}

/** Collects what is wrong, so that one start names all of it. After a wrong value it goes on with the default. */
class Reader {
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
    // Only digits: Number takes "0x10", "1e3" and " 80 " too, and nobody means those.
    if (/^\d{1,5}$/.test(value) && port <= 65_535) return port
    this.#refuse(name, value, 'a port from 0 (any free one) to 65535')
    return fallback
  }

  /** @param unit what is counted, for the message. */
  whole(name: Name, fallback: number, least: number, most: number, unit: string): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = Number(value)
    if (/^\d{1,6}$/.test(value) && number >= least && number <= most) return number
    this.#refuse(name, value, `a whole number from ${least} to ${most}: ${unit}`)
    return fallback
  }

  host(name: Name, fallback: string): string {
    const value = this.text(name)
    if (value === undefined) return fallback
    if (/^[a-z0-9_.:%-]+$/i.test(value) && !value.includes('://')) return value
    this.#refuse(name, value, 'a host name or an address to listen on, without scheme and port')
    return fallback
  }

  choice<T extends string>(name: Name, choices: readonly T[], fallback: T): T {
    const value = this.text(name)
    if (value === undefined) return fallback
    const found = choices.find((it) => it === value)
    if (found === undefined) this.#refuse(name, value, `one of ${choices.join(', ')}`)
    return found ?? fallback
  }

  list(name: Name): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((it) => it.trim())
      .filter((it) => it !== '')
  }

  publicUrl(name: Name): string | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const url = URL.parse(value)
    const isBase = url !== null && ['http:', 'https:'].includes(url.protocol) && url.search + url.hash === ''
    const expected = 'an http or https address without query, such as https://lockstep.example.com'
    // The value is not repeated when it has user info: that is a password.
    if (value.includes('@')) {
      this.#problems.push(`${name} holds user info before an @ (not shown). It may hold ${expected}.`)
    } else if (isBase && !/[?#]/.test(value)) return url.href.replace(/\/+$/, '')
    else this.#refuse(name, value, expected)
    return undefined
  }

  databaseUrl(name: Name): Sensitive | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (/^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? '')) return new Sensitive(value)
    this.#problems.push(
      `${name} holds something that is no PostgreSQL address (not shown). It may hold ` +
        'postgres://user:password@host:port/database, with special characters percent-encoded.',
    )
    return undefined
  }

  path(name: Name): string | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : resolve(value)
  }

  rootKeyUri(name: Name): string | undefined {
    const value = this.text(name)
    if (value === undefined || /^(pkcs11|awskms):/.test(value)) return value
    // Not repeated: somebody may have put the key itself here.
    this.#problems.push(`${name} holds something else (not shown). It may hold a pkcs11: URI or awskms:ARN.`)
    return undefined
  }

  /** Of variables that say the same thing in different ways, at most one may be set. */
  oneOf(...alternatives: Name[]): void {
    const set = alternatives.filter((name) => (this.#env[name] ?? '') !== '')
    if (set.length > 1) this.#problems.push(`${set.join(' and ')} are set. Keep one of them.`)
  }

  secret(name: Name, shortest: number): Sensitive | undefined {
    // Not through text(): every character may be part of a secret.
    const value = this.#env[name]
    if (value === undefined || value === '') return undefined
    if (value.length >= shortest) return new Sensitive(value)
    this.#problems.push(`${name} is too short (not shown). It may hold ${shortest} characters or more.`)
    return undefined
  }

  /** @throws AppError INVALID_CONFIG */
  finish(): void {
    // A misspelt variable would leave a default in force, which may be the less careful choice.
    for (const [name, value] of Object.entries(this.#env)) {
      // The names of variables have no case on Windows.
      const known = names.some((it) => it === (process.platform === 'win32' ? name.toUpperCase() : name))
      if (known || !/^LOCKSTEP_/i.test(name) || value === undefined || value === '') continue
      const [near] = nearNames(name.toUpperCase(), names)
      this.#problems.push(
        near === undefined
          ? `${name} is not a variable of Lockstep. Known are ${names.join(', ')}.`
          : `${name} is not a variable of Lockstep. Did you mean ${near}?`,
      )
    }
    if (this.#problems.length > 0) throw new AppError('INVALID_CONFIG', this.#problems.join('\n'))
  }

  #refuse(name: Name, value: string, expected: string): void {
    const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value
    this.#problems.push(`${name} holds ${JSON.stringify(shown)}. It may hold ${expected}.`)
  }
}
