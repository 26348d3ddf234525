import { expect, test } from 'vitest'
import { parseNetwork } from '../../src/network.ts'
import { clientAddress, limitedNetwork } from '../../src/server/client-address.ts'

const address = (socket: string, forwarded: string | undefined, ...networks: string[]) =>
  clientAddress(
    { socket: { remoteAddress: socket }, headers: { 'x-forwarded-for': forwarded } },
    networks.map((it) => parseNetwork(it) ?? expect.fail(it)),
  )

test('without trusted proxies the connection counts, and a forged header changes nothing', () => {
  expect(address('198.51.100.9', '203.0.113.1')).toBe('198.51.100.9')
  expect(address('198.51.100.9', undefined)).toBe('198.51.100.9')
})

test('a header from an address that is no trusted proxy changes nothing', () => {
  expect(address('198.51.100.9', '203.0.113.1', '10.0.0.0/8')).toBe('198.51.100.9')
})

test.each([
  ['the only address', '203.0.113.1', '203.0.113.1'],
  ['the right-most one, whatever the client wrote before it', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
  ['the one before another trusted proxy', '1.1.1.1, 203.0.113.1, 10.0.0.7', '203.0.113.1'],
  ['one with a port', '203.0.113.1:5000', '203.0.113.1'],
  ['IPv6 with a port', '[2001:db8::1]:5000', '2001:db8::1'],
  ['IPv4 inside of IPv6', '::ffff:203.0.113.1', '203.0.113.1'],
  ['the proxy itself, when the header is no address', 'unknown', '10.0.0.2'],
  ['the proxy itself, when the header only looks like an address', '0x7f.1', '10.0.0.2'],
  ['the last proxy that is known, when what it was told is no address', 'x, 10.0.0.7', '10.0.0.7'],
  ['the left-most one, when all are trusted', '10.0.0.1, 10.0.0.7', '10.0.0.1'],
  ['the proxy itself, without a header', undefined, '10.0.0.2'],
])('behind a trusted proxy it is %s', (_what, forwarded, expected) => {
  expect(address('10.0.0.2', forwarded, '10.0.0.0/8')).toBe(expected)
})

test('a proxy that is reached by a socket for both protocols is known by its IPv4 address', () => {
  expect(address('::ffff:10.0.0.2', '203.0.113.1', '10.0.0.0/8')).toBe('203.0.113.1')
})

test.each(['10.0.0.0/33', '10.0.0.0/', 'proxy.example.com', '1', '10.0.0', '', '10.0.0.0/8/8'])(
  '%j is no network',
  (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  },
)

test('addresses of one IPv6 network are limited together, and IPv4 addresses each by itself', () => {
  expect(limitedNetwork('2001:db8:1:2:3:4:5:6')).toBe(limitedNetwork('2001:db8:1:2::1'))
  expect(limitedNetwork('2001:db8:1:3::1')).not.toBe(limitedNetwork('2001:db8:1:2::1'))
  expect(limitedNetwork('203.0.113.1')).toBe('203.0.113.1')
})
