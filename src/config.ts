import { join, resolve } from 'node:path'
import { type BrowserConfig, readBrowserConfig } from './browser-config.ts'
import { EnvironmentReader, otlpEndpoints, PLUGIN_VARIABLE } from './environment.ts'
import { type Limits, readLimits } from './limits-config.ts'
import { type LogLevel, logLevels } from './log.ts'
import { Sensitive } from './sensitive.ts'
import { readSignInConfig, type SignInConfig } from './sign-in-config.ts'

export const synchronousCommits = ['remote_write', 'on', 'remote_apply'] as const
/** What a commit waits for, as `synchronous_commit` of PostgreSQL has it. */
export type SynchronousCommit = (typeof synchronousCommits)[number]

export const signUpModes = ['first', 'open', 'closed'] as const
export type SignUpMode = (typeof signUpModes)[number]

/** The checked configuration from the environment. */
export interface Config {
  readonly port: number
  readonly host: string
  /** The port of a worker's health and metrics; 0 for any free port. */
  readonly workerPort: number
  /** Absolute. */
  readonly dataFolder: string
  /** Undefined: the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: Sensitive | undefined
  /** The same database as the role of an API, and as that of a worker. Undefined: as in {@link databaseUrl}. */
  readonly apiDatabaseUrl: Sensitive | undefined
  readonly workerDatabaseUrl: Sensitive | undefined
  /** The same database without the pooler, for LISTEN, which needs a session. Undefined: there is no pooler. */
  readonly directDatabaseUrl: Sensitive | undefined
  /** What a commit waits for; undefined: what the database says. */
  readonly synchronousCommit: SynchronousCommit | undefined
  /** Absolute. */
  readonly rootKeyFile: string
  /** The root key itself, instead of the file: PEM, or base64 of PEM or PKCS#12. */
  readonly rootKey: Sensitive | undefined
  /** Where the root key is held, instead of the file, as written. The vault interprets it. */
  readonly rootKeyUri: string | undefined
  /** The passphrase of the file or of {@link rootKey}, or the PIN of the token. */
  readonly rootKeyPassphrase: Sensitive | undefined
  /** Absolute: a file that holds the passphrase. */
  readonly rootKeyPassphraseFile: string | undefined
  /** Absolute: a key that vouches for others if the root key cannot sign. Undefined: the root key itself signs. */
  readonly signingKeyFile: string | undefined
  /** Undefined: the secret that is stored in the database. */
  readonly authSecret: Sensitive | undefined
  /** What the URLs of hooks are derived from. Undefined: what is stored in the database. */
  readonly hookSecret: Sensitive | undefined
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly signUp: SignUpMode
  readonly signIn: SignInConfig
  readonly browser: BrowserConfig
  /** Whether only the documents of our own web app are accepted. */
  readonly persistedOnly: boolean
  /** Who may ask for the schema. */
  readonly introspection: 'signed-in' | 'everybody' | 'off'
  /** The highest cost of a GraphQL request, in fields that take what is at hand. */
  readonly graphqlMaxCost: number
  /** How long one GraphQL request may take; 0: as long as it likes. A subscription is none. */
  readonly graphqlTimeoutSeconds: number
  /** As written. Egress interprets it. */
  readonly egressAllow: string
  /** The proxy variables as written, some with a password. Egress interprets them. */
  readonly proxy: Readonly<Record<string, Sensitive>> | undefined
  readonly plugins: readonly string[]
  /** How many days a run is kept after it was started; 0 for ever. */
  readonly runRetentionDays: number
  /** How many days an audit event is kept, at least 30; 0 for ever. */
  readonly auditRetentionDays: number
  /** Where audit events are sent besides, and the file with the secret that requests are signed with. */
  readonly auditStream: string | undefined
  readonly auditStreamSecretFile: string | undefined
  /** How many runs a worker works on at once. Mostly they wait for other servers. */
  readonly workerConcurrency: number
  /** How long a worker that is told to stop waits for its runs, in seconds. */
  readonly drainSeconds: number
  /** The largest answer that a step receives, in MiB after decompression. */
  readonly maxResponseMib: number
  /** The largest file that a step keeps, in MiB. */
  readonly fileMaxMib: number
  /** All files of a run together, in MiB. */
  readonly runFilesMaxMib: number
  /** How many runs of one workspace all workers together work on at once. */
  readonly workspaceConcurrency: number
  readonly limits: Limits
  /** How `lockstep migrate` spreads the tables over the nodes of a distributed database. */
  readonly distribute: 'off' | 'citus'
  readonly logLevel: LogLevel
  /** Whether each HTTP request gets a line in the log. */
  readonly accessLog: boolean
  /** What a reader of the metrics has to show; undefined: nothing. */
  readonly metricsToken: Sensitive | undefined
  /** Whether spans are sent by OTLP. The OpenTelemetry SDK reads the other variables of its own by itself. */
  readonly traces: boolean
  /** Hosts to which the id of the span goes with a step's request. */
  readonly traceHosts: readonly string[]
  /** The address of the API without a slash at its end, for the commands that use it. Undefined: it is not set. */
  readonly apiUrl: string | undefined
  /** An API token, for the same commands. */
  readonly apiToken: Sensitive | undefined
}

// The database drops no audit event that is younger, whatever a worker asks for.
const LEAST_AUDIT_DAYS = 30

/** These variables belong to the whole system and not to Lockstep, so every customary spelling counts. */
const proxyNames = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((it) => [
  it,
  it.toLowerCase(),
])

/**
 * Reads the whole configuration. A variable that is empty counts as unset.
 *
 * @throws AppError INVALID_CONFIG with one line for every variable that is wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = new EnvironmentReader(env)
  const port = reader.port('PORT', 4000)
  const publicUrl = reader.publicUrl('LOCKSTEP_PUBLIC_URL') ?? `http://localhost:${port}`
  const dataFolder = resolve(reader.text('LOCKSTEP_DATA') ?? '.lockstep')
  const signUp = reader.choice('LOCKSTEP_SIGN_UP', signUpModes, 'first')
  const persistedOnly = reader.choice('LOCKSTEP_PERSISTED_ONLY', ['on', 'off'], 'off') === 'on'
  const fileMaxMib = reader.whole('LOCKSTEP_FILE_MAX_MIB', 256, 1, 16_384, 'MiB')
  const graphqlMaxCost = reader.whole('LOCKSTEP_GRAPHQL_MAX_COST', 500_000, 1000, 1_000_000_000, 'fields')
  const limits = readLimits(reader, signUp === 'open', graphqlMaxCost)
  const config: Config = {
    port,
    host: reader.host('HOST', '127.0.0.1'),
    // Port 65535 has no next port. The next one of a port that the system chooses is unknown.
    workerPort: reader.port('LOCKSTEP_WORKER_PORT', port === 0 || port === 65_535 ? 0 : port + 1),
    dataFolder,
    databaseUrl: reader.databaseUrl('DATABASE_URL'),
    apiDatabaseUrl: reader.databaseUrl('LOCKSTEP_API_DATABASE_URL'),
    workerDatabaseUrl: reader.databaseUrl('LOCKSTEP_WORKER_DATABASE_URL'),
    directDatabaseUrl: reader.databaseUrl('LOCKSTEP_DIRECT_DATABASE_URL'),
    synchronousCommit: reader.option('LOCKSTEP_SYNCHRONOUS_COMMIT', synchronousCommits),
    rootKeyFile: resolve(reader.text('LOCKSTEP_ROOT_KEY_FILE') ?? join(dataFolder, 'root-key.pem')),
    rootKey: reader.secret('LOCKSTEP_ROOT_KEY', 1),
    rootKeyUri: reader.rootKeyUri('LOCKSTEP_ROOT_KEY_URI'),
    rootKeyPassphrase: reader.secret('LOCKSTEP_ROOT_KEY_PASSPHRASE', 1),
    rootKeyPassphraseFile: reader.path('LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE'),
    signingKeyFile: reader.path('LOCKSTEP_SIGNING_KEY_FILE'),
    authSecret: reader.secret('LOCKSTEP_AUTH_SECRET', 32),
    hookSecret: reader.secret('LOCKSTEP_HOOK_SECRET', 32),
    publicUrl,
    signUp,
    signIn: readSignInConfig(reader),
    browser: readBrowserConfig(reader, persistedOnly),
    persistedOnly,
    introspection: reader.choice('LOCKSTEP_INTROSPECTION', ['signed-in', 'everybody', 'off'], 'signed-in'),
    graphqlMaxCost,
    graphqlTimeoutSeconds: reader.whole(
      'LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS',
      30,
      0,
      3600,
      'seconds, or 0 for any time',
    ),
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
    auditRetentionDays: reader.whole(
      'LOCKSTEP_AUDIT_RETENTION_DAYS',
      0,
      0,
      36_500,
      'days, 30 or more, or 0 to keep audit events for ever',
    ),
    auditStream: reader.auditStream('LOCKSTEP_AUDIT_STREAM'),
    auditStreamSecretFile: reader.path('LOCKSTEP_AUDIT_STREAM_SECRET_FILE'),
    maxResponseMib: reader.whole('LOCKSTEP_MAX_RESPONSE_MIB', 25, 1, 30, 'MiB'),
    fileMaxMib,
    runFilesMaxMib: reader.whole('LOCKSTEP_RUN_FILES_MAX_MIB', Math.max(1024, fileMaxMib), 1, 65_536, 'MiB'),
    workerConcurrency: reader.whole('LOCKSTEP_WORKER_CONCURRENCY', 32, 1, 200, 'runs at once'),
    workspaceConcurrency: reader.whole('LOCKSTEP_WORKSPACE_CONCURRENCY', 16, 1, 10_000, 'runs at once'),
    limits,
    distribute: reader.choice('LOCKSTEP_DISTRIBUTE', ['off', 'citus'], 'off'),
    drainSeconds: reader.whole('LOCKSTEP_DRAIN_SECONDS', 60, 0, 86_400, 'seconds'),
    logLevel: reader.choice('LOCKSTEP_LOG', logLevels, 'info'),
    accessLog: reader.choice('LOCKSTEP_ACCESS_LOG', ['on', 'off'], 'off') === 'on',
    metricsToken: reader.secret('LOCKSTEP_METRICS_TOKEN', 16),
    traces: readTraces(env, reader),
    traceHosts: Object.freeze(reader.hostPatterns('LOCKSTEP_TRACE_HOSTS')),
    apiUrl: reader.publicUrl('LOCKSTEP_URL'),
    apiToken: reader.secret('LOCKSTEP_TOKEN', 1),
  }
  refuseContradictions(reader, config)
  reader.finish()
  return Object.freeze(config)
}

/** What each variable may be alone, and not beside another one. */
function refuseContradictions(reader: EnvironmentReader, config: Config): void {
  const { limits, graphqlMaxCost } = config
  if (limits.graphqlCostPerMinute > 0 && limits.graphqlCostPerMinute < graphqlMaxCost) {
    const least = `${graphqlMaxCost} (LOCKSTEP_GRAPHQL_MAX_COST, what one request may cost) or more, or 0`
    reader.refuse('LOCKSTEP_GRAPHQL_COST_PER_MINUTE', String(limits.graphqlCostPerMinute), least)
  }
  if (config.auditRetentionDays > 0 && config.auditRetentionDays < LEAST_AUDIT_DAYS)
    reader.refuse('LOCKSTEP_AUDIT_RETENTION_DAYS', String(config.auditRetentionDays), '30 days or more, or 0')
  reader.oneOf('LOCKSTEP_DIRECT_DATABASE_URL', 'LOCKSTEP_API_DATABASE_URL')
  reader.oneOf('LOCKSTEP_DIRECT_DATABASE_URL', 'LOCKSTEP_WORKER_DATABASE_URL')
  // A syslog message is not signed.
  if (config.auditStream?.startsWith('syslog'))
    reader.oneOf('LOCKSTEP_AUDIT_STREAM', 'LOCKSTEP_AUDIT_STREAM_SECRET_FILE')
  else reader.together('LOCKSTEP_AUDIT_STREAM', 'LOCKSTEP_AUDIT_STREAM_SECRET_FILE')
  reader.oneOf('LOCKSTEP_ROOT_KEY', 'LOCKSTEP_ROOT_KEY_FILE', 'LOCKSTEP_ROOT_KEY_URI')
  reader.oneOf('LOCKSTEP_ROOT_KEY_PASSPHRASE', 'LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE')
}

const keySecrets = ['LOCKSTEP_ROOT_KEY', 'LOCKSTEP_ROOT_KEY_PASSPHRASE'] as const

/**
 * Removes the root key and its passphrase from an environment once they are read. So no dump of it shows them, and
 * no child process inherits them.
 */
export function removeKeySecrets(env: NodeJS.ProcessEnv): void {
  for (const name of keySecrets) delete env[name]
}

/** The environment for a worker, a child process that needs the root key. */
export function withKeySecrets(env: NodeJS.ProcessEnv, config: Config): NodeJS.ProcessEnv {
  const [key, passphrase] = [config.rootKey?.reveal(), config.rootKeyPassphrase?.reveal()]
  return {
    ...env,
    ...(key !== undefined && { LOCKSTEP_ROOT_KEY: key }),
    ...(passphrase !== undefined && { LOCKSTEP_ROOT_KEY_PASSPHRASE: passphrase }),
  }
}

/** What leads to the root key: files, tokens, and the credentials of a cloud that holds it. */
const KEY_PLACES =
  /^(?:LOCKSTEP_(?:ROOT_KEY(?:_FILE|_URI|_PASSPHRASE|_PASSPHRASE_FILE)?|SIGNING_KEY_FILE|DATA|TOKEN)|AWS_.*)$/i
const databaseNames = ['DATABASE_URL', 'LOCKSTEP_API_DATABASE_URL', 'LOCKSTEP_WORKER_DATABASE_URL'] as const

/** The environment for an API, a child process that must not come near the root key, nor what plugins are given. */
export function withoutKeyPlaces(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isKept = (name: string) => !KEY_PLACES.test(name) && !PLUGIN_VARIABLE.test(name)
  return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)))
}

/** The environment for a child process that may use the database as this role alone. */
export function withDatabase(
  env: NodeJS.ProcessEnv,
  name: (typeof databaseNames)[number],
  url: Sensitive,
): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([key]) => !databaseNames.some((it) => it === key))
  return { ...Object.fromEntries(others), [name]: url.reveal() }
}

/** The endpoints are checked here, because the SDK would go on with its default in the place of a wrong one. */
function readTraces(env: NodeJS.ProcessEnv, reader: EnvironmentReader): boolean {
  const endpoints = otlpEndpoints.map((name) => reader.publicUrl(name))
  const isOff = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none'
  return !isOff && endpoints.some((it) => it !== undefined)
}

function readProxy(env: NodeJS.ProcessEnv): Config['proxy'] {
  const set = proxyNames.flatMap((name): [string, Sensitive][] => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [[name, new Sensitive(value)]]
  })
  return set.length === 0 ? undefined : Object.freeze(Object.fromEntries(set))
}
