import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseProxySettings } from '../../src/egress/index.ts'
import { AppError } from '../../src/errors.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { basic, userInfo } from './proxies.ts'
import { canary } from './world.ts'

type Env = Readonly<Record<string, string | Sensitive | undefined>>

function refused(env: Env): AppError {
  try {
    parseProxySettings(env)
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_CONFIG') return error
    throw error
  }
  throw new Error('was not refused')
}

describe('the address of a proxy', () => {
  test.each<[text: string, host: string, port: number, secure: boolean]>([
    ['http://proxy.test:3128', 'proxy.test', 3128, false],
    ['http://proxy.test:3128/', 'proxy.test', 3128, false],
    ['https://proxy.test:3128', 'proxy.test', 3128, true],
    ['HTTPS://PROXY.test.', 'proxy.test', 443, true],
    ['http://proxy.test', 'proxy.test', 80, false],
    ['proxy.test:3128', 'proxy.test', 3128, false],
    ['proxy.test', 'proxy.test', 80, false],
    [' http://proxy.test:3128\n', 'proxy.test', 3128, false],
    ['10.0.0.1:3128', '10.0.0.1', 3128, false],
    ['http://[fd00::1]:3128', 'fd00::1', 3128, false],
    ['http://bücher.test', 'xn--bcher-kva.test', 80, false],
  ])('is parsed: %j', (text, host, port, secure) => {
    expect(parseProxySettings({ HTTPS_PROXY: text })?.https).toEqual({
      host,
      port,
      secure,
      authorization: undefined,
      variable: 'HTTPS_PROXY',
    })
  })

  test.each([
    [userInfo, basic],
    ['user:pa@ss', 'Basic dXNlcjpwYUBzcw=='],
    ['user:p%C3%A4ss', 'Basic dXNlcjpww6Rzcw=='],
    ['user:päss', 'Basic dXNlcjpww6Rzcw=='],
    ['user:a:b', 'Basic dXNlcjphOmI='],
    ['user', 'Basic dXNlcjo='],
    [':pass', 'Basic OnBhc3M='],
  ])('with %s does not show the credentials', (info, authorization) => {
    for (const text of [`http://${info}@proxy.test:1`, `${info}@proxy.test:1`]) {
      const settings = parseProxySettings({ HTTP_PROXY: new Sensitive(text) })
      expect(settings?.http?.host).toBe('proxy.test')
      expect(settings?.http?.authorization?.reveal()).toBe(authorization)
      const shown = `${JSON.stringify(settings)} ${inspect(settings, { depth: 9, showHidden: true })}`
      expect(shown).not.toContain(canary)
      expect(shown).not.toContain(authorization.slice(6))
    }
  })

  test.each([
    'http://',
    '://canary',
    'http:///canary',
    `socks5://${userInfo}@proxy.test:1080`,
    'socks://canary:1',
    'ftp://canary',
    'file:///canary',
    'canary:canary',
    'http://proxy.test:0',
    'http://proxy.test:65536',
    'http://proxy.test:canary',
    'http://proxy.test/canary',
    'http://proxy.test/?canary',
    'http://proxy.test?canary',
    'http://proxy.test?',
    'http://proxy.test#canary',
    'http://proxy.test#',
    'http://canary:1/2@proxy.test',
    'http://canary:1?2@proxy.test',
    'http://canary:1#2@proxy.test',
    'http://canary:1\\2@proxy.test',
    'canary:1/2@proxy.test',
    'canary://2@proxy.test',
    'http://canary:pass word@proxy.test',
    'http://canary:%zz@proxy.test',
    'http://canary:100%@proxy.test',
    'http://canary:%ff@proxy.test',
    'http://canary%3a:pass@proxy.test',
    'http://canary:pass%0d%0ax@proxy.test',
    'http://canary:pass%00@proxy.test',
    'http://canary\n.test:1',
    'http://canary\t.test:1',
    'http://./',
    'http://canary../',
    'http://canary:pass@',
    'http://[::1',
    'http://256.0.0.1',
    'http://a,canary',
    'http://one.test, http://canary.test',
  ])('%j stops the start without being shown', (text) => {
    for (const name of ['HTTPS_PROXY', 'http_proxy', 'ALL_PROXY']) {
      for (const value of [text, new Sensitive(text)]) {
        const { message, cause } = refused({ [name]: value })
        expect(message).toMatch(new RegExp(`^${name} `))
        expect(message).not.toContain(canary)
        expect(cause).toBeUndefined()
      }
    }
  })
})

describe('of several variables', () => {
  const one = 'http://one.test:1'
  const two = 'http://two.test:2'
  const socks = 'socks5://three.test:3'

  test.each<[env: Env, https: string | undefined, http: string | undefined]>([
    [{ HTTPS_PROXY: one }, 'one.test', undefined],
    [{ HTTP_PROXY: one }, undefined, 'one.test'],
    [{ HTTPS_PROXY: one, HTTP_PROXY: two }, 'one.test', 'two.test'],
    [{ https_proxy: one, HTTPS_PROXY: two }, 'one.test', undefined],
    [{ https_proxy: '', HTTPS_PROXY: two }, 'two.test', undefined],
    [{ https_proxy: one, HTTPS_PROXY: socks }, 'one.test', undefined],
    [{ ALL_PROXY: one }, 'one.test', 'one.test'],
    [{ all_proxy: one, http_proxy: two }, 'one.test', 'two.test'],
    [{ ALL_PROXY: socks, HTTPS_PROXY: one, HTTP_PROXY: two }, 'one.test', 'two.test'],
  ])('%j the right one is used', (env, https, http) => {
    const settings = parseProxySettings(env)
    expect([settings?.https?.host, settings?.http?.host]).toEqual([https, http])
  })

  test.each<Env>([
    {},
    { HTTPS_PROXY: '', HTTP_PROXY: '  ', ALL_PROXY: undefined },
    { NO_PROXY: 'not <even> read' },
  ])('%j is no proxy', (env) => {
    expect(parseProxySettings(env)).toBeUndefined()
  })

  test('an invalid one that would be used stops the start, rather than bypassing the proxy', () => {
    expect(refused({ ALL_PROXY: socks, HTTPS_PROXY: one }).message).toMatch(/^ALL_PROXY .*SOCKS/)
    expect(refused({ https_proxy: 'http://', HTTPS_PROXY: one }).message).toMatch(/^https_proxy /)
  })
})

test.each([
  '<local>',
  '10.*',
  '*.*',
  '**',
  '*:8080',
  'corp.test:0',
  'corp.test:99999',
  'corp.test:port',
  'http://corp.test',
  'corp.test/8',
  '10.0.0.0/33',
  '10.0.0/8',
  '10.0.0.0/8/8',
  'fd00::/129',
  '.10.0.0.1',
  '*.10.0.0.0/8',
  '..corp.test',
  'user@corp.test',
  'corp.test;other.test',
  '.',
])('the NO_PROXY entry %j stops the start', (entry) => {
  for (const name of ['NO_PROXY', 'no_proxy']) {
    const { message } = refused({ ALL_PROXY: 'proxy.test', [name]: `corp.test, ${entry} ,*,${canary}.test` })
    expect(message).toMatch(new RegExp(`^Entry 2 of ${name} `))
    expect(message).not.toContain(canary)
  }
})
