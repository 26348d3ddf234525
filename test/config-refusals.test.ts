import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configProblems } from './support/config-problems.ts'

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
    ['LOCKSTEP_AUDIT_RETENTION_DAYS', '29', '30 days or more, or 0'],
    ['LOCKSTEP_MAX_RESPONSE_MIB', '31', '1 to 30: MiB'],
    ['LOCKSTEP_FILE_MAX_MIB', '0', '1 to 16384: MiB'],
    ['LOCKSTEP_RUN_FILES_MAX_MIB', 'many', '1 to 65536: MiB'],
    ['LOCKSTEP_WORKER_CONCURRENCY', '0', '1 to 200: runs'],
    ['LOCKSTEP_WORKSPACE_CONCURRENCY', '1e3', '1 to 10000: runs'],
    ['LOCKSTEP_HOOK_CALLS_PER_MINUTE', 'none', '0 to 999999: calls, or 0 for any number'],
    ['LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE', '-1', '0 to 999999: calls, or 0 for any number'],
    ['LOCKSTEP_RUN_STARTS_PER_MINUTE', '1000000', '0 to 999999: runs, or 0 for any number'],
    ['LOCKSTEP_MAX_QUEUED_RUNS', '1.5', '0 to 999999: runs, or 0 for any number'],
    ['LOCKSTEP_MAX_WORKSPACES', '0', '1 to 10000: workspaces'],
    ['LOCKSTEP_SCHEDULE_MIN_SECONDS', '59', '60 to 86400: seconds'],
    ['LOCKSTEP_DRAIN_SECONDS', '1m', '0 to 86400: seconds'],
    ['HOST', 'http://localhost', 'host name or an address'],
    ['HOST', 'a b', 'host name or an address'],
    ['LOCKSTEP_INTROSPECTION', 'on', 'one of signed-in, everybody, off'],
    ['LOCKSTEP_PERSISTED_ONLY', 'true', 'one of on, off'],
    ['LOCKSTEP_GRAPHIQL', 'yes', 'one of on, off'],
    ['LOCKSTEP_GRAPHQL_MAX_COST', '999', '1000 to 1000000000'],
    ['LOCKSTEP_GRAPHQL_COST_PER_MINUTE', '499999', '500000 \\(LOCKSTEP_GRAPHQL_MAX_COST'],
    ['LOCKSTEP_WORKSPACE_MAX_MIB', '-1', '0 to 999999'],
    ['LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS', '3601', '0 to 3600'],
    ['LOCKSTEP_SYNCHRONOUS_COMMIT', 'off', 'one of remote_write, on, remote_apply'],
    ['LOCKSTEP_SIGN_UP', 'Open', 'one of first, open, closed'],
    ['LOCKSTEP_SIGN_UP', 'toString', 'one of first, open, closed'],
    ...['10.0.0.0/33', 'proxy.example.com', '10.0.0', '10.0.0.0/8;192.0.2.1'].map((it) => [
      'LOCKSTEP_TRUSTED_PROXIES',
      it,
      'networks such as 10.0.0.0/8',
    ]),
    ['LOCKSTEP_PASSWORD_SIGN_IN', 'no', 'one of on, off'],
    ['LOCKSTEP_OIDC_ISSUER', 'http://login.example.com', 'an https address'],
    ['LOCKSTEP_OIDC_ISSUER', 'login.example.com', 'http or https address'],
    ...['groups=staff', 'groups=staff:acme:owner', '=staff:acme:admin'].map((it) => [
      'LOCKSTEP_OIDC_ROLES',
      it,
      'rules such as groups=platform:acme:admin',
    ]),
    ...[
      '*',
      'null',
      'app.example.com',
      'https://app.example.com/',
      'https://app.example.com/a',
      'https://APP.example.com',
      'https://app.example.com:443',
      'https://*.example.com',
      'https://u@app.example.com',
    ].map((it) => ['LOCKSTEP_CORS_ORIGINS', it, 'exact origins such as']),
    ...[
      'board',
      '=https://a.example/b',
      'board=http://a.example/b',
      'board=https://a.example/b#c',
      'board=https://u@a.example/b',
      'board=https://*.example/b',
      'board=javascript:alert(1)',
    ].map((it) => ['LOCKSTEP_APPS', it, 'ID=ADDRESS']),
    ['LOCKSTEP_MAIL_FROM', 'nobody', 'an address such as'],
    ['LOCKSTEP_LOG', 'verbose', 'one of trace, debug'],
    ['LOCKSTEP_PUBLIC_URL', 'localhost:4000', 'http or https'],
    ['LOCKSTEP_PUBLIC_URL', 'lockstep.example.com', 'http or https'],
    ['LOCKSTEP_PUBLIC_URL', 'javascript:alert(1)', 'http or https'],
    ['LOCKSTEP_PUBLIC_URL', 'https://example.com/?a=b', 'without query'],
    ['LOCKSTEP_PUBLIC_URL', 'https://example.com/#', 'without query'],
  ])('%s=%s', (name, value, expected) => {
    const [line = '', ...others] = configProblems({ [name]: value })
    expect(others).toEqual([])
    expect(line).toMatch(new RegExp(`^${name} holds .* It may hold .*${expected}`))
    expect(line).toContain(JSON.stringify(value))
  })

  test('GraphiQL is refused where no texts of documents are taken', () => {
    const lines = configProblems({ LOCKSTEP_GRAPHIQL: 'on', LOCKSTEP_PERSISTED_ONLY: 'on' })
    expect(lines).toEqual([expect.stringMatching(/^LOCKSTEP_GRAPHIQL holds .*LOCKSTEP_PERSISTED_ONLY/)])
  })

  test('all wrong variables are reported at once', () => {
    const lines = configProblems({
      PORT: 'x',
      LOCKSTEP_LOG: 'loud',
      LOCKSTEP_SIGNUP: 'closed',
      DATABASE_URL: 'y',
    })
    const named = lines.map((line) => line.split(' ')[0])
    expect(new Set(named)).toEqual(new Set(['DATABASE_URL', 'LOCKSTEP_LOG', 'LOCKSTEP_SIGNUP', 'PORT']))
  })

  test('each error is on one line, whatever its length', () => {
    const lines = configProblems({ HOST: 'a b'.repeat(5000), LOCKSTEP_PLUGINS: 'a\nLOCKSTEP_LOG is fine' })
    expect(lines).toHaveLength(2)
    expect(lines.join('').length).toBeLessThan(500)
  })
})

describe('a wrong secret is refused without showing it', () => {
  test.each([
    ['DATABASE_URL', 'mysql://user:canary@host/db'],
    ['DATABASE_URL', 'postgres://user:canary@host/db#x'],
    ['DATABASE_URL', 'canary'],
    ['DATABASE_URL', 'postgres://user:canary@host/db\nSECOND=line'],
    ['LOCKSTEP_AUTH_SECRET', 'canary'],
    ['LOCKSTEP_HOOK_SECRET', 'canary'],
    ['LOCKSTEP_PUBLIC_URL', 'https://user:canary@host'],
    ['LOCKSTEP_URL', 'https://user:canary@host'],
    ['LOCKSTEP_PUBLIC_URL', 'https://user:canary@host:port'],
    ['LOCKSTEP_SMTP_URL', 'https://user:canary@host'],
    ['LOCKSTEP_SMTP_URL', 'smtp://user:canary@host/path'],
    ['LOCKSTEP_SMTP_URL', 'canary'],
    ['LOCKSTEP_OIDC_ISSUER', 'https://user:canary@host'],
  ])('%s=%s', (name, value) => {
    const [line = ''] = configProblems({ [name]: value })
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
        expect(configProblems({ LOCKSTEP_AUTH_SECRET: value }).join()).not.toContain(value)
      }),
    )
  })
})

test.each([
  [{ LOCKSTEP_SMTP_URL: 'smtp://localhost' }, /without LOCKSTEP_MAIL_FROM/],
  [{ LOCKSTEP_MAIL_FROM: 'a@example.com' }, /without LOCKSTEP_SMTP_URL/],
  [{ LOCKSTEP_OIDC_ISSUER: 'https://login.example.com' }, /LOCKSTEP_OIDC_CLIENT_ID is missing/],
  [{ LOCKSTEP_OIDC_CLIENT_ID: 'x' }, /LOCKSTEP_OIDC_ISSUER is missing/],
  [{ LOCKSTEP_OIDC_ROLES: 'groups=a:acme:admin' }, /LOCKSTEP_OIDC_ISSUER is missing/],
  [{ LOCKSTEP_PASSWORD_SIGN_IN: 'off' }, /nobody could sign in/],
])('settings of sign-in that do not go together are refused: %j', (env, says) => {
  expect(configProblems(env)).toEqual([expect.stringMatching(says)])
})

describe('an unknown variable', () => {
  test.each([
    ['LOCKSTEP_SIGNUP', 'LOCKSTEP_SIGN_UP'],
    ['LOCKSTEP_PLUGIN', 'LOCKSTEP_PLUGINS'],
    ['LOCKSTEP_ROOT_KEY_PASSFRASE', 'LOCKSTEP_ROOT_KEY_PASSPHRASE'],
    ['lockstep_sign_up', 'LOCKSTEP_SIGN_UP'],
  ])('%s: did you mean %s', (name, meant) => {
    const [line = ''] = configProblems({ [name]: 'canary' })
    expect(line).toContain(`Did you mean ${meant}?`)
    expect(line).not.toContain('canary')
  })

  test('gets the list of names if it resembles none', () => {
    expect(configProblems({ LOCKSTEP_QUUX_ZYXWV: '1' })[0]).toMatch(/Known are .*LOCKSTEP_SIGN_UP/)
  })

  test('of another program is ignored', () => {
    expect(configProblems({ PATH: '/bin', NODE_ENV: 'production', LOCK_STEP: 'x', PORTS: '1' })).toEqual([])
  })
})

test.each([
  'http://siem.example.com',
  'https://u:hunter2@siem.example.com',
  'logs.internal',
  'syslog://a',
  'syslog+tcp://siem.example.com:514',
  'syslog+tls://siem.example.com/path',
])('LOCKSTEP_AUDIT_STREAM=%s is refused without showing it', (value) => {
  const file = '/run/secrets/audit'
  const problems = configProblems({
    LOCKSTEP_AUDIT_STREAM: value,
    LOCKSTEP_AUDIT_STREAM_SECRET_FILE: file,
  })
  expect(problems).toEqual([expect.stringMatching(/^LOCKSTEP_AUDIT_STREAM .*https address/)])
  expect(problems.join()).not.toContain(value)
})

test('an audit stream of syslog has no secret', () => {
  const LOCKSTEP_AUDIT_STREAM = 'syslog+tls://siem.example.com:6514'
  expect(configProblems({ LOCKSTEP_AUDIT_STREAM })).toEqual([])
  expect(configProblems({ LOCKSTEP_AUDIT_STREAM: 'syslog+tcp://127.0.0.1:601' })).toEqual([])
  const file = { LOCKSTEP_AUDIT_STREAM_SECRET_FILE: '/run/secrets/audit' }
  expect(configProblems({ LOCKSTEP_AUDIT_STREAM, ...file })).toEqual([
    'LOCKSTEP_AUDIT_STREAM and LOCKSTEP_AUDIT_STREAM_SECRET_FILE are set. Keep one of them.',
  ])
})

test('the audit stream and the file with its secret are set together', () => {
  expect(configProblems({ LOCKSTEP_AUDIT_STREAM: 'https://siem.example.com/a' })).toEqual([
    'LOCKSTEP_AUDIT_STREAM needs LOCKSTEP_AUDIT_STREAM_SECRET_FILE beside it.',
  ])
  expect(configProblems({ LOCKSTEP_AUDIT_STREAM_SECRET_FILE: '/run/secrets/audit' })).toEqual([
    'LOCKSTEP_AUDIT_STREAM_SECRET_FILE needs LOCKSTEP_AUDIT_STREAM beside it.',
  ])
})
