import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseEgressAllow } from '../../src/egress/index.ts'
import { client, lookupIn, privatePath, refusal, serve, type TestServer } from './world.ts'

const hosts = {
  'public-and-private.test': ['93.184.216.34', '127.0.0.1'],
  'private-and-public.test': ['10.0.0.1', '93.184.216.34'],
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'nat64.test': ['64:ff9b::7f00:1'],
  'sixtofour.test': ['2002:7f00:1::'],
  'compatible.test': ['::127.0.0.1'],
  'zone.test': ['fe80::1%lo'],
  'octal.test': ['0177.0.0.1'],
  'short.test': ['127.1'],
  'nonsense.test': ['not an address'],
  'unspecified.test': ['0.0.0.0'],
  'broadcast.test': ['255.255.255.255'],
  'ten.test': ['10.1.2.3'],
  'lan.test': ['192.168.1.10'],
  'shared.test': ['100.64.0.1'],
  'aws.test': ['169.254.169.254'],
  'aws6.test': ['fd00:ec2::254'],
  'alibaba.test': ['100.100.100.200'],
  'azure.test': ['168.63.129.16'],
  'mapped-aws.test': ['::ffff:169.254.169.254'],
  'metadata.google.internal': ['93.184.216.34'],
  metadata: ['93.184.216.34'],
  localhost: ['127.0.0.1', '::1'],
  'app.localhost': ['127.0.0.1'],
  'xn--bcher-kva.test': ['127.0.0.1'],
  'empty.test': [],
} satisfies Record<string, string[]>

const http = client({ allow: [], lookup: lookupIn(hosts) })

describe('refuses to go to', () => {
  test.each([
    ...[
      '127.0.0.1',
      '127.0.0.1.',
      '127.1',
      '127.0.1',
      '127.255.255.254',
      '0x7f000001',
      '0x7f.0.0.1',
      '0X7F.1',
      '0177.0.0.1',
      '017700000001',
      '2130706433',
      '0',
      '0.0.0.0',
      '00.00.00.00',
      '%31%32%37.0.0.1',
      '１２７.0.0.1',
      '127。0。0。1',
      '127．0．0．1',
      '⑯⑨.254.169.254',
      '10.0.0.1',
      '10.1',
      '0xa000001',
      '012.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '192.168.257',
      '3232235521',
      '100.64.0.1',
      '198.18.0.1',
      '192.0.2.1',
      '203.0.113.7',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '169.254.1.1',
      '169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      '169.254.43518',
      '168.63.129.16',
      '100.100.100.200',
      '[::]',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::127.0.0.1]',
      '[::ffff:127.0.0.1]',
      '[::FFFF:7F00:1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
      '[::ffff:10.0.0.1]',
      '[::ffff:169.254.169.254]',
      '[::ffff:a9fe:a9fe]',
      '[64:ff9b::127.0.0.1]',
      '[64:ff9b::a9fe:a9fe]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '[2002:a9fe:a9fe::1]',
      '[2001::1]',
      '[fc00::1]',
      '[fd00::1]',
      '[fd00:ec2::254]',
      '[fe80::1]',
      '[fec0::1]',
      '[ff02::1]',
      '[2001:db8::1]',
      '[100::1]',
    ].map((host) => [host]),
    ...Object.keys(hosts)
      .filter((host) => host !== 'empty.test' && host !== 'xn--bcher-kva.test')
      .flatMap((host) => [[host], [`${host}.`], [`${host}.`.toUpperCase()]]),
    ['bücher.test'],
    ['BÜCHER.test'],
    ['b%C3%BCcher.test'],
    ['ⓛoopback.test'],
    ['loop\u00adback.test'],
  ])('http and https at %s', async (host) => {
    const error = await refusal(http(`http://${host}${privatePath}`), 'DESTINATION_NOT_ALLOWED')
    expect(error.message).toContain('LOCKSTEP_EGRESS_ALLOW')
    await refusal(http(`https://${host}:8443${privatePath}`), 'DESTINATION_NOT_ALLOWED')
  })

  test.each([
    'file:///etc/canary',
    'ftp://example.test/canary',
    'gopher://127.0.0.1:6379/_canary',
    'data:text/plain,canary',
    'javascript:canary',
    'ws://example.test/canary',
    'wss://example.test/canary',
    'blob:https://example.test/canary',
    'unix:/var/run/canary.sock',
    'about:canary',
    'mailto:canary@example.test',
  ])('the scheme of %s', async (url) => {
    await refusal(http(url), 'DESTINATION_NOT_ALLOWED')
  })

  test.each([
    '',
    'canary',
    '/canary',
    '//example.test/canary',
    'http://',
    'http:///',
    'https://?canary',
    'http://example.test:99999/canary',
    'http://example.test:0/canary',
    'http://example.test:port/canary',
    'http://exa mple.test/canary',
    'http://[::1/canary',
    'http://[fe80::1%25eth0]/canary',
    'http://256.0.0.1/canary',
    'http://1.2.3.4.5/canary',
    'http://0x7f.0.0.0.1/canary',
    'http://./canary',
    'http://../canary',
    'http://localhost../canary',
    'http://127.0.0.1../canary',
    'http://a^b/canary',
    'http://a%00b/canary',
    'http://canary-user@example.test/',
    'http://canary-user:canary-password@example.test/',
    'http://:canary-password@example.test/',
    'https://api.example.test:canary@127.0.0.1/',
  ])('%j, which is no valid URL for a request', async (url) => {
    await refusal(http(url), 'INVALID_FIELD')
  })

  test.each(['unknown.test', 'empty.test'])('%s, which has no address', async (host) => {
    const error = await refusal(http(`http://${host}${privatePath}`), 'REQUEST_FAILED')
    expect(error.message).toContain(host)
  })
})

describe('with an allowed network', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await serve('127.0.0.1', (_request, response) => response.end('reached'))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const url = (host: string) => `http://${host}:${server.port}${privatePath}`

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '127.1'],
    ['127.0.0.1', '0x7f000001'],
    ['127.0.0.1', '2130706433'],
    ['127.0.0.1', '127.0.0.1.'],
    ['127.0.0.1', '[::ffff:127.0.0.1]'],
    ['127.0.0.1', '[::ffff:7f00:1]'],
    ['127.0.0.1', 'loopback.test'],
    ['127.0.0.1', 'loopback.test.'],
    ['127.0.0.1', 'mapped.test'],
    ['127.0.0.1', 'public-and-private.test', ['127.0.0.1', '93.184.216.34']],
    ['127.0.0.0/8', '127.0.0.1'],
    ['0.0.0.0/0', '127.0.0.1'],
    ['loopback.test', 'loopback.test'],
    ['loopback.test', 'LOOPBACK.test.'],
    ['LOOPBACK.TEST.', 'loopback.test'],
    ['bücher.test', 'xn--bcher-kva.test'],
    ['xn--bcher-kva.test', 'bücher.test'],
    ['localhost', 'localhost'],
    ['10.0.0.0/8,127.0.0.0/8', 'loopback.test'],
  ])('%s allows a request to %s', async (allow, host, addresses?: string[]) => {
    const table = addresses ? { ...hosts, [host]: addresses } : hosts
    const allowed = client({ allow: parseEgressAllow(allow), lookup: lookupIn(table) })
    const response = await allowed(url(host))
    expect(await response.text()).toBe('reached')
  })

  test('an allowed port allows only this port', async () => {
    const right = client({ allow: parseEgressAllow(`127.0.0.1:${server.port}`), lookup: lookupIn(hosts) })
    expect((await right(url('loopback.test'))).status).toBe(200)
    const wrong = client({ allow: parseEgressAllow('127.0.0.1:1,loopback.test:1'), lookup: lookupIn(hosts) })
    await refusal(wrong(url('loopback.test')), 'DESTINATION_NOT_ALLOWED')
  })

  test.each([
    ['127.0.0.2', '127.0.0.1'],
    ['10.0.0.0/8', 'loopback.test'],
    ['::1', 'loopback.test'],
    ['::/0', '127.0.0.1'],
    ['other.test', 'loopback.test'],
    ['loopback.test', 'sub.loopback.test'],
    ['loopback.test', '127.0.0.1'],
    ['127.0.0.1', 'localhost'],
    ['169.254.0.0/16', 'aws.test'],
    ['0.0.0.0/0', 'aws.test'],
    ['0.0.0.0/0', 'azure.test'],
    ['0.0.0.0/0', 'alibaba.test'],
    ['::/0', 'aws6.test'],
    ['0.0.0.0/0,::/0', 'mapped-aws.test'],
    ['aws.test', 'aws.test'],
    ['0.0.0.0/0', 'metadata.google.internal'],
    ['0.0.0.0/0', 'metadata'],
    ['169.254.169.254:80', 'aws.test'],
  ])('%s does not allow %s', async (allow, host) => {
    const table = { ...hosts, 'sub.loopback.test': ['127.0.0.1'] }
    const limited = client({ allow: parseEgressAllow(allow), lookup: lookupIn(table) })
    await refusal(limited(url(host)), 'DESTINATION_NOT_ALLOWED')
  })

  test('a metadata address is allowed if it is named exactly', async () => {
    // This connection cannot succeed here. It ends by a timeout or a network error, which is no refusal.
    const named = client({ allow: parseEgressAllow('169.254.169.254'), lookup: lookupIn(hosts) })
    const error = await named('http://aws.test/', { timeoutMs: 50 }).catch((it) => it)
    expect(error).not.toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  })
})
