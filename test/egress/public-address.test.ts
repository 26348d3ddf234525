import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPublicAddress } from '../../src/egress/index.ts'

const publicAddresses = `
  1.0.0.1 1.1.1.1 8.8.8.8 9.9.9.9 11.0.0.1 93.184.216.34 100.63.255.255 100.128.0.1 126.255.255.255
  128.0.0.1 169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1
  198.17.255.255 198.20.0.1 198.51.99.1 203.0.112.255 203.0.114.1 223.255.255.254
  2600:: 2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001:81b::200e 2400:cb00:2048:1::c629:d7a2
  ::ffff:8.8.8.8 ::ffff:808:808 64:ff9b::8.8.8.8 64:ff9b::101:101
`

const otherAddresses = `
  0.0.0.0 0.1.2.3 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.100.0.1 100.127.255.255
  127.0.0.0 127.0.0.1 127.0.1.1 127.255.255.255 169.254.0.0 169.254.1.1 169.254.255.255 172.16.0.0 172.16.0.1
  172.20.10.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 192.168.1.1
  192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1
  250.1.2.3 255.255.255.254 255.255.255.255
  169.254.169.254 169.254.170.2 169.254.170.23 169.254.0.23 100.100.100.200 168.63.129.16 192.0.0.192
  fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:42::42 fe80::a9fe:a9fe
  :: ::1 0:0:0:0:0:0:0:1 ::2 ::127.0.0.1 ::7f00:1 ::8.8.8.8 100::1 100:0:0:1::1
  fc00:: fc00::1 fd00::1 fd12:3456:789a::1 fdff:ffff::1 fe80::1 fe80::ffff febf::1 fec0::1 feff::1
  ff00::1 ff02::1 ff0e::1 2001:db8::1 2001:db8:ffff::1 3fff::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
  2001:2::1 2001:3::1 2001:10::1 2001:20::1 2001:30::1 2001:1ff::1 2002:: 2002:7f00:1:: 2002:a00:1:: 2002:808:808::1
  5f00::1 4000::1 8000::1 1000::1
  ::ffff:0.0.0.0 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe
  ::ffff:192.168.0.1 ::ffff:172.16.0.1 ::ffff:168.63.129.16 0:0:0:0:0:ffff:127.0.0.1 ::FFFF:127.0.0.1
  ::ffff:0:127.0.0.1 ::ffff:0:808:808 64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254
  64:ff9b:1::1 64:ff9b:1::808:808 64:ff9b:1:ffff:ffff:ffff:7f00:1 2600::5efe:127.0.0.1 2600::200:5efe:10.0.0.1
`

const noAddresses = [
  '',
  'localhost',
  'example.com',
  '127.1',
  '127.0.1',
  '0x7f.1',
  '0177.0.0.1',
  '2130706433',
  '08.8.8.8',
  '8.8.8.8 ',
  '8.8.8.8/32',
  '8.8.8.8:80',
  '256.1.1.1',
  '[2600::1]',
  '2600::1%eth0',
  'fe80::1%1',
  '2600:::1',
  '１.1.1.1',
]

const words = (text: string) => text.trim().split(/\s+/)

test.each(words(publicAddresses))('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each(words(otherAddresses))('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(noAddresses)('%j is no address and not public', (text) => {
  expect(isPublicAddress(text)).toBe(false)
})

test('an IPv4 address is as public as its IPv4-mapped and NAT64 forms', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
      const address = octets.join('.')
      const [a, b, c, d] = octets
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      for (const prefix of ['::ffff:', '64:ff9b::']) {
        expect(isPublicAddress(prefix + address)).toBe(isPublicAddress(address))
        expect(isPublicAddress(prefix + hex)).toBe(isPublicAddress(address))
      }
      expect(isPublicAddress(`2002:${hex}::1`)).toBe(false)
      expect(isPublicAddress(`::${address}`)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('outside 2000::/3 only IPv6 addresses that stand for a public IPv4 address are public', () => {
  const word = fc.integer({ min: 0, max: 0xffff })
  const first = word.filter((it) => it >> 13 !== 1 && it !== 0 && it !== 0x64)
  fc.assert(
    fc.property(first, fc.array(word, { minLength: 7, maxLength: 7 }), (start, rest) => {
      expect(isPublicAddress([start, ...rest].map((it) => it.toString(16)).join(':'))).toBe(false)
    }),
  )
})
