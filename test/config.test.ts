import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readConfig, removeKeySecrets, withKeySecrets } from '../src/config.ts'
import { AppError } from '../src/errors.ts'
import { Sensitive } from '../src/sensitive.ts'

function problems(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_CONFIG') return error.message.split('\n')
    throw error
  }
  return []
}

test('an empty environment gives the documented defaults', () => {
  expect(readConfig({})).toEqual({
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
    directDatabaseUrl: undefined,
    persistedOnly: false,
    egressAllow: '',
    plugins: [],
    runRetentionDays: 90,
    maxResponseMib: 25,
    workerConcurrency: 32,
    workspaceConcurrency: 16,
    drainSeconds: 60,
    logLevel: 'info',
    apiUrl: 'http://localhost:4000',
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
    LOCKSTEP_PUBLIC_URL: 'https://Lockstep.example.com/base//',
    LOCKSTEP_SIGN_UP: 'closed',
    LOCKSTEP_PERSISTED_ONLY: 'on',
    LOCKSTEP_EGRESS_ALLOW: 'localhost:9000, 10.0.0.0/8',
    LOCKSTEP_PLUGINS: './a.ts, ,@scope/b,',
    LOCKSTEP_LOG: 'debug',
    LOCKSTEP_WORKER_PORT: '0',
    LOCKSTEP_RUN_RETENTION_DAYS: '7',
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
    egressAllow: 'localhost:9000, 10.0.0.0/8',
    plugins: ['./a.ts', '@scope/b'],
    runRetentionDays: 7,
    maxResponseMib: 3,
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
  expect(config.apiToken?.reveal()).toBe('lks_acme.token-sesame')
  for (const secret of [config.databaseUrl, config.rootKeyPassphrase, config.authSecret, config.apiToken]) {
    expect(secret).toBeInstanceOf(Sensitive)
  }
  expect(JSON.stringify(config)).not.toMatch(/sesame|pa%40ss|xxx/)
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
    const [line, ...others] = problems({ LOCKSTEP_ROOT_KEY: 'canary', LOCKSTEP_ROOT_KEY_FILE: 'a.pem' })
    expect(line).toBe('LOCKSTEP_ROOT_KEY and LOCKSTEP_ROOT_KEY_FILE are set. Keep one of them.')
    expect(others).toEqual([])
    expect(
      problems({ LOCKSTEP_ROOT_KEY_PASSPHRASE: 'x', LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: 'y' }),
    ).toHaveLength(1)
  })

  test('is not shown when it is written into the variable for its URI', () => {
    const [line = ''] = problems({ LOCKSTEP_ROOT_KEY_URI: 'canary' })
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

describe('a wrong value is refused with the allowed values', () => {
  test.each([
    ...['65536', '-1', '80.5', '0x50', '1e3', ' 80', '80 ', 'http', '٣'].map((it) => [
      'PORT',
      it,
      '0 .* to 65535',
    ]),
    ['LOCKSTEP_WORKER_PORT', '99999', '0 .* to 65535'],
    ...['-1', '1.5', '36501', 'never'].map((it) => [
      'LOCKSTEP_RUN_RETENTION_DAYS',
      it,
      '0 to 36500: days, or 0',
    ]),
    ['LOCKSTEP_MAX_RESPONSE_MIB', '31', '1 to 30: MiB'],
    ['LOCKSTEP_WORKER_CONCURRENCY', '0', '1 to 200: runs'],
    ['LOCKSTEP_WORKSPACE_CONCURRENCY', '1e3', '1 to 10000: runs'],
    ['LOCKSTEP_DRAIN_SECONDS', '1m', '0 to 86400: seconds'],
    ['HOST', 'http://localhost', 'host name or an address'],
    ['HOST', 'a b', 'host name or an address'],
    ['LOCKSTEP_PERSISTED_ONLY', 'true', 'one of on, off'],
    ['LOCKSTEP_SYNCHRONOUS_COMMIT', 'off', 'one of remote_write, on, remote_apply'],
    ['LOCKSTEP_SIGN_UP', 'Open', 'one of first, open, closed'],
    ['LOCKSTEP_SIGN_UP', 'toString', 'one of first, open, closed'],
    ['LOCKSTEP_LOG', 'verbose', 'one of trace, debug'],
    ['LOCKSTEP_PUBLIC_URL', 'localhost:4000', 'http or https'],
    ['LOCKSTEP_PUBLIC_URL', 'lockstep.example.com', 'http or https'],
    ['LOCKSTEP_PUBLIC_URL', 'javascript:alert(1)', 'http or https'],
    ['LOCKSTEP_PUBLIC_URL', 'https://example.com/?a=b', 'without query'],
    ['LOCKSTEP_PUBLIC_URL', 'https://example.com/#', 'without query'],
  ])('%s=%s', (name, value, expected) => {
    const [line = '', ...others] = problems({ [name]: value })
    expect(others).toEqual([])
    expect(line).toMatch(new RegExp(`^${name} holds .* It may hold .*${expected}`))
    expect(line).toContain(JSON.stringify(value))
  })

  test('all wrong variables are reported at once', () => {
    const lines = problems({ PORT: 'x', LOCKSTEP_LOG: 'loud', LOCKSTEP_SIGNUP: 'closed', DATABASE_URL: 'y' })
    const named = lines.map((line) => line.split(' ')[0])
    expect(new Set(named)).toEqual(new Set(['DATABASE_URL', 'LOCKSTEP_LOG', 'LOCKSTEP_SIGNUP', 'PORT']))
  })

  test('each error is on one line, whatever its length', () => {
    const lines = problems({ HOST: 'a b'.repeat(5000), LOCKSTEP_PLUGINS: 'a\nLOCKSTEP_LOG is fine' })
    expect(lines).toHaveLength(2)
    expect(lines.join('').length).toBeLessThan(500)
  })
})

describe('a wrong secret is refused without showing it', () => {
  test.each([
    ['DATABASE_URL', 'mysql://user:canary@host/db'],
    ['DATABASE_URL', 'postgres://user:canary#@host/db'],
    ['DATABASE_URL', 'canary'],
    ['DATABASE_URL', 'postgres://user:canary@host/db\n'],
    ['LOCKSTEP_AUTH_SECRET', 'canary'],
    ['LOCKSTEP_PUBLIC_URL', 'https://user:canary@host'],
    ['LOCKSTEP_URL', 'https://user:canary@host'],
    ['LOCKSTEP_PUBLIC_URL', 'https://user:canary@host:port'],
  ])('%s=%s', (name, value) => {
    const [line = ''] = problems({ [name]: value })
    expect(line).toMatch(new RegExp(`^${name} `))
    expect(line).not.toContain('canary')
  })

  test('whatever the secret contains', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5, maxLength: 31 }), (value) => {
        fc.pre(
          !'LOCKSTEP_AUTH_SECRET is too short (not shown). It may hold 32 characters or more.'.includes(
            value,
          ),
        )
        expect(problems({ LOCKSTEP_AUTH_SECRET: value }).join()).not.toContain(value)
      }),
    )
  })
})

describe('an unknown variable', () => {
  test.each([
    ['LOCKSTEP_SIGNUP', 'LOCKSTEP_SIGN_UP'],
    ['LOCKSTEP_PLUGIN', 'LOCKSTEP_PLUGINS'],
    ['LOCKSTEP_ROOT_KEY_PASSFRASE', 'LOCKSTEP_ROOT_KEY_PASSPHRASE'],
    ['lockstep_sign_up', 'LOCKSTEP_SIGN_UP'],
  ])('%s: did you mean %s', (name, meant) => {
    const [line = ''] = problems({ [name]: 'canary' })
    expect(line).toContain(`Did you mean ${meant}?`)
    expect(line).not.toContain('canary')
  })

  test('gets the list of names if it resembles none', () => {
    expect(problems({ LOCKSTEP_FROBNICATE: '1' })[0]).toMatch(/Known are .*LOCKSTEP_SIGN_UP/)
  })

  test('of another program is ignored', () => {
    expect(problems({ PATH: '/bin', NODE_ENV: 'production', LOCK_STEP: 'x', PORTS: '1' })).toEqual([])
  })
})
