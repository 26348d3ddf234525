import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  readConfig,
  removeKeySecrets,
  withDatabase,
  withKeySecrets,
  withoutKeyPlaces,
} from '../src/config.ts'
import { Sensitive } from '../src/sensitive.ts'
import { configProblems } from './support/config-problems.ts'

test('an empty environment gives the documented defaults', () => {
  expect(readConfig({})).toEqual({
    accessLog: false,
    traces: false,
    traceHosts: [],
    port: 4000,
    host: '127.0.0.1',
    workerPort: 4001,
    dataFolder: resolve('.lockstep'),
    databaseUrl: undefined,
    synchronousCommit: undefined,
    rootKeyFile: resolve('.lockstep/root-key.pem'),
    rootKey: undefined,
    rootKeyUri: undefined,
    rootKeyPassphrase: undefined,
    rootKeyPassphraseFile: undefined,
    authSecret: undefined,
    publicUrl: 'http://localhost:4000',
    signUp: 'first',
    browser: { corsOrigins: new Set(), apps: new Map(), graphiql: false },
    signIn: { trustedProxies: [], passwordSignIn: true, mail: undefined, oidc: undefined },
    directDatabaseUrl: undefined,
    persistedOnly: false,
    introspection: 'signed-in',
    graphqlMaxCost: 500_000,
    graphqlTimeoutSeconds: 30,
    egressAllow: '',
    plugins: [],
    runRetentionDays: 90,
    auditRetentionDays: 0,
    auditStream: undefined,
    auditStreamSecretFile: undefined,
    distribute: 'off',
    maxResponseMib: 25,
    fileMaxMib: 256,
    runFilesMaxMib: 1024,
    workerConcurrency: 32,
    workspaceConcurrency: 16,
    limits: {
      graphqlCostPerMinute: 0,
      hookCallsPerMinute: 0,
      workspaceHookCallsPerMinute: 0,
      runStartsPerMinute: 0,
      queuedRuns: 0,
      storedMib: 0,
      workspacesPerPerson: 100,
      scheduleMinSeconds: 60,
    },
    drainSeconds: 60,
    logLevel: 'info',
    apiUrl: undefined,
    apiToken: undefined,
  })
})

test('every variable is read into its setting', () => {
  const config = readConfig({
    PORT: '8080',
    HOST: '::',
    DATABASE_URL: 'postgresql://user:pa%40ss@db.example:6432/lockstep?sslmode=require',
    LOCKSTEP_DATA: 'data',
    LOCKSTEP_ROOT_KEY_FILE: 'keys/root.pem',
    LOCKSTEP_ROOT_KEY_PASSPHRASE: ' open sesame\n',
    LOCKSTEP_AUTH_SECRET: 'x'.repeat(32),
    LOCKSTEP_HOOK_SECRET: 'x'.repeat(33),
    LOCKSTEP_PUBLIC_URL: 'https://Lockstep.example.com/base//',
    LOCKSTEP_SIGN_UP: 'closed',
    LOCKSTEP_PERSISTED_ONLY: 'on',
    LOCKSTEP_INTROSPECTION: 'off',
    LOCKSTEP_GRAPHQL_MAX_COST: '9000',
    LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS: '5',
    LOCKSTEP_GRAPHQL_COST_PER_MINUTE: '9000',
    LOCKSTEP_ACCESS_LOG: 'on',
    LOCKSTEP_EGRESS_ALLOW: 'localhost:9000, 10.0.0.0/8',
    LOCKSTEP_PLUGINS: './a.ts, ,@scope/b,',
    LOCKSTEP_LOG: 'debug',
    LOCKSTEP_WORKER_PORT: '0',
    LOCKSTEP_RUN_RETENTION_DAYS: '7',
    LOCKSTEP_AUDIT_RETENTION_DAYS: '400',
    LOCKSTEP_DISTRIBUTE: 'citus',
    LOCKSTEP_MAX_RESPONSE_MIB: '3',
    LOCKSTEP_WORKER_CONCURRENCY: '50',
    LOCKSTEP_WORKSPACE_CONCURRENCY: '20',
    LOCKSTEP_DRAIN_SECONDS: '600',
    LOCKSTEP_SYNCHRONOUS_COMMIT: 'remote_apply',
    LOCKSTEP_URL: 'https://api.example.com/',
    LOCKSTEP_TOKEN: 'lks_acme.token-sesame',
  })
  expect(config).toMatchObject({
    port: 8080,
    host: '::',
    workerPort: 0,
    dataFolder: resolve('data'),
    rootKeyFile: resolve('keys/root.pem'),
    publicUrl: 'https://lockstep.example.com/base',
    signUp: 'closed',
    persistedOnly: true,
    introspection: 'off',
    graphqlMaxCost: 9000,
    graphqlTimeoutSeconds: 5,
    accessLog: true,
    egressAllow: 'localhost:9000, 10.0.0.0/8',
    plugins: ['./a.ts', '@scope/b'],
    runRetentionDays: 7,
    auditRetentionDays: 400,
    distribute: 'citus',
    maxResponseMib: 3,
    fileMaxMib: 256,
    runFilesMaxMib: 1024,
    workerConcurrency: 50,
    workspaceConcurrency: 20,
    drainSeconds: 600,
    synchronousCommit: 'remote_apply',
    logLevel: 'debug',
    apiUrl: 'https://api.example.com',
  })
  expect(config.databaseUrl?.reveal()).toBe(
    'postgresql://user:pa%40ss@db.example:6432/lockstep?sslmode=require',
  )
  expect(config.rootKeyPassphrase?.reveal()).toBe(' open sesame\n')
  expect(config.authSecret?.reveal()).toBe('x'.repeat(32))
  expect(config.hookSecret?.reveal()).toBe('x'.repeat(33))
  expect(config.apiToken?.reveal()).toBe('lks_acme.token-sesame')
  for (const secret of [config.databaseUrl, config.rootKeyPassphrase, config.authSecret, config.apiToken]) {
    expect(secret).toBeInstanceOf(Sensitive)
  }
  expect(JSON.stringify(config)).not.toMatch(/sesame|pa%40ss|xxx/)
})

test('only an instance where anybody may sign up limits a workspace without being told to', () => {
  expect(readConfig({ LOCKSTEP_SIGN_UP: 'closed' }).limits).toEqual(readConfig({}).limits)
  expect(readConfig({ LOCKSTEP_SIGN_UP: 'open' }).limits).toEqual({
    graphqlCostPerMinute: 20_000_000,
    hookCallsPerMinute: 600,
    workspaceHookCallsPerMinute: 3000,
    runStartsPerMinute: 3000,
    queuedRuns: 10_000,
    storedMib: 2048,
    workspacesPerPerson: 100,
    scheduleMinSeconds: 60,
  })
  const told = {
    LOCKSTEP_HOOK_CALLS_PER_MINUTE: '0',
    LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE: '7',
    LOCKSTEP_RUN_STARTS_PER_MINUTE: '8',
    LOCKSTEP_GRAPHQL_COST_PER_MINUTE: '0',
    LOCKSTEP_MAX_QUEUED_RUNS: '9',
    LOCKSTEP_WORKSPACE_MAX_MIB: '10',
    LOCKSTEP_MAX_WORKSPACES: '3',
    LOCKSTEP_SCHEDULE_MIN_SECONDS: '900',
  }
  expect(readConfig({ LOCKSTEP_SIGN_UP: 'open', ...told }).limits).toEqual({
    graphqlCostPerMinute: 0,
    hookCallsPerMinute: 0,
    workspaceHookCallsPerMinute: 7,
    runStartsPerMinute: 8,
    queuedRuns: 9,
    storedMib: 10,
    workspacesPerPerson: 3,
    scheduleMinSeconds: 900,
  })
})

test('a number of ten digits is read where it may be so large', () => {
  expect(readConfig({ LOCKSTEP_GRAPHQL_MAX_COST: '1000000000' }).graphqlMaxCost).toBe(1_000_000_000)
})

test('the root key stays in the data folder if only the folder is set', () => {
  expect(readConfig({ LOCKSTEP_DATA: '/srv/lockstep' }).rootKeyFile).toBe(
    join(resolve('/srv/lockstep'), 'root-key.pem'),
  )
})

describe('the root key', () => {
  test('can be in a variable or held elsewhere, with its passphrase in a file', () => {
    const inVariable = readConfig({
      LOCKSTEP_ROOT_KEY: 'canary',
      LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: 'keys/pin',
    })
    expect(inVariable.rootKey?.reveal()).toBe('canary')
    expect(inVariable.rootKeyPassphraseFile).toBe(resolve('keys/pin'))
    const uri = 'pkcs11:token=t;object=root?module-path=/usr/lib/libvendor.so'
    expect(readConfig({ LOCKSTEP_ROOT_KEY_URI: uri }).rootKeyUri).toBe(uri)
  })

  test('may be configured in only one place', () => {
    const [line, ...others] = configProblems({ LOCKSTEP_ROOT_KEY: 'canary', LOCKSTEP_ROOT_KEY_FILE: 'a.pem' })
    expect(line).toBe('LOCKSTEP_ROOT_KEY and LOCKSTEP_ROOT_KEY_FILE are set. Keep one of them.')
    expect(others).toEqual([])
    expect(
      configProblems({ LOCKSTEP_ROOT_KEY_PASSPHRASE: 'x', LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: 'y' }),
    ).toHaveLength(1)
  })

  test('is not shown when it is written into the variable for its URI', () => {
    const [line = ''] = configProblems({ LOCKSTEP_ROOT_KEY_URI: 'canary' })
    expect(line).toMatch(/^LOCKSTEP_ROOT_KEY_URI holds something else \(not shown\)/)
    expect(line).not.toContain('canary')
  })

  test('leaves the environment once it is read, and only a worker gets it', () => {
    const env = { LOCKSTEP_ROOT_KEY: 'canary', LOCKSTEP_ROOT_KEY_PASSPHRASE: 'canary too', PATH: '/bin' }
    const config = readConfig(env)
    const worker = { ...env }
    removeKeySecrets(env)
    expect(env).toEqual({ PATH: '/bin' })
    expect(withKeySecrets(env, config)).toEqual(worker)
    expect(withKeySecrets(env, readConfig({}))).toEqual({ PATH: '/bin' })
  })
})

test('the environment of an API leads to no key, and that of each process to the database as its own role', () => {
  const keys = {
    LOCKSTEP_ROOT_KEY_FILE: 'a',
    LOCKSTEP_ROOT_KEY_URI: 'awskms:b',
    LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: 'c',
    LOCKSTEP_SIGNING_KEY_FILE: 'd',
    LOCKSTEP_DATA: 'e',
    LOCKSTEP_TOKEN: 'f',
    AWS_ACCESS_KEY_ID: 'g',
    AWS_PROFILE: 'h',
    LOCKSTEP_PLUGIN_ACME_CHAT__API_KEY: 'i',
    LOCKSTEP_PLUGIN_ACME_CHAT__API_KEY_FILE: '/j',
  }
  const others = { PATH: '/bin', PORT: '1', LOCKSTEP_AUTH_SECRET: 'x'.repeat(32) }
  expect(withoutKeyPlaces({ ...keys, ...others })).toEqual(others)
  const databases = { DATABASE_URL: 'o', LOCKSTEP_API_DATABASE_URL: 'a', LOCKSTEP_WORKER_DATABASE_URL: 'w' }
  expect(withDatabase({ ...databases, ...others }, 'DATABASE_URL', new Sensitive('of the role'))).toEqual({
    ...others,
    DATABASE_URL: 'of the role',
  })
})

test('a way past a pooler goes with one address of the database, and not with one for each process', () => {
  const url = 'postgres://me:canary@localhost/lockstep'
  for (const name of ['LOCKSTEP_API_DATABASE_URL', 'LOCKSTEP_WORKER_DATABASE_URL']) {
    expect(configProblems({ LOCKSTEP_DIRECT_DATABASE_URL: url, [name]: url })).toEqual([
      `LOCKSTEP_DIRECT_DATABASE_URL and ${name} are set. Keep one of them.`,
    ])
    const [line = ''] = configProblems({ [name]: 'canary://localhost' })
    expect(line).toMatch(new RegExp(`^${name} holds something that is no PostgreSQL address`))
    expect(line).not.toContain('canary')
  }
})

test('a token for metrics that is short enough to be guessed is refused, and not shown', () => {
  expect(readConfig({ LOCKSTEP_METRICS_TOKEN: 'canary-0123456789' }).metricsToken).toBeInstanceOf(Sensitive)
  const [line = ''] = configProblems({ LOCKSTEP_METRICS_TOKEN: 'canary-01234567' })
  expect(line).toBe('LOCKSTEP_METRICS_TOKEN is too short (not shown). It may hold 16 characters or more.')
})

test('the configuration object is frozen', () => {
  const config = readConfig({ LOCKSTEP_PLUGINS: 'a' })
  expect(Object.isFrozen(config)).toBe(true)
  expect(Object.isFrozen(config.plugins)).toBe(true)
})

test('an empty variable counts as unset', () => {
  const names = ['PORT', 'HOST', 'DATABASE_URL', 'LOCKSTEP_SIGN_UP', 'LOCKSTEP_AUTH_SECRET', 'LOCKSTEP_TYPO']
  expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}))
})

test.each([
  ['0', 0, 0],
  ['1', 1, 2],
  ['65535', 65_535, 0],
])('port %s makes the worker listen on the next one', (port, expected, worker) => {
  expect(readConfig({ PORT: port })).toMatchObject({ port: expected, workerPort: worker })
})
