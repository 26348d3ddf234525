import fc from 'fast-check'
import { expect } from 'vitest'
import { createEgress, isPublicAddress, type Lookup } from '../../src/egress/index.ts'
import { AppError } from '../../src/errors.ts'
import { anyBits, dotted, isReserved, privateBits, spellings } from './addresses.ts'
import { fuzz } from './fuzz.ts'

/** A request whose name server returns these addresses. @returns the error of its refusal. */
async function refusal(url: string, lookup: Lookup): Promise<unknown> {
  const egress = createEgress({ allow: [], lookup })
  const signal = new AbortController().signal
  const http = egress.forStep({
    workspace: 'workspace',
    find: () => [],
    prepare: async () => undefined,
    policies: new Map(),
    inHand: [],
    anyPlace: new Set<string>(),
    signal,
  })
  return await http(url, { timeoutMs: 2000 }).then(
    () => 'it was sent',
    (error: unknown) => error,
  )
}

function expectRefused(error: unknown): void {
  expect(error).toBeInstanceOf(AppError)
  expect(['DESTINATION_NOT_ALLOWED', 'INVALID_FIELD']).toContain((error as AppError).code)
}

const spelled = privateBits.chain((bits) => fc.tuple(fc.constant(bits), spellings(bits)))
const around = fc.tuple(
  fc.constantFrom(
    'http://',
    'https://',
    'HTTP:\\\\',
    'http:/',
    'http:',
    ' http://',
    'http://a@',
    'http://8.8.8.8@',
  ),
  fc.constantFrom(
    '/',
    '',
    ':80/',
    ':0/',
    '/%2e%2e/',
    '?@8.8.8.8',
    '#@8.8.8.8',
    '\\@8.8.8.8/',
    '/latest/meta-data',
  ),
)
const word = fc.integer({ min: 0, max: 0xffff })
const notGlobal = /^(?:2001:(?:0?[01]?[0-9a-f]{0,2}|db8):|2002:|3fff:0?[0-9a-f]{0,3}:)/

fuzz({
  'a private address is not public, however it is written': fc.property(spelled, ([bits, text]) => {
    expect([dotted(bits), isPublicAddress(dotted(bits))]).toEqual([dotted(bits), false])
    for (const it of [text, text.replaceAll(/[[\]]/g, ''), text.trim()])
      expect(isPublicAddress(it)).toBe(false)
  }),
  'an IPv4 address that nobody has reserved is public': fc.property(anyBits, (bits) => {
    expect([dotted(bits), isPublicAddress(dotted(bits))]).toEqual([dotted(bits), !isReserved(bits)])
  }),
  // A URL without an address goes to the name server, which here knows all those spellings.
  'no URL leads to a private address, however it is written': fc.asyncProperty(
    spelled,
    around,
    async ([bits, text], [before, after]) => {
      const address = { address: dotted(bits), family: 4 as const }
      expectRefused(await refusal(`${before}${text}${after}`, async () => [address]))
    },
  ),
  'no answer of a name server leads to one, however it is written and whatever else it says':
    fc.asyncProperty(spelled, fc.constantFrom<4 | 6>(4, 6), fc.boolean(), async ([, text], family, first) => {
      const found = [
        { address: text.replaceAll(/[[\]]/g, ''), family },
        { address: '192.0.2.1', family: 4 as const },
      ]
      expectRefused(await refusal('http://name.example/', async () => (first ? found : found.reverse())))
    }),
  'an IPv6 address is public only in 2000::/3 and outside of what is kept there': fc.property(
    fc.oneof(word, fc.constantFrom(0x2001, 0x2002, 0x3fff, 0xfe80, 0xfc00, 0x2600)),
    fc.array(word, { minLength: 7, maxLength: 7 }),
    fc.nat(7),
    (start, rest, zeros) => {
      const parts = [start, ...rest.map((it, at) => (at < zeros ? 0 : it))]
      const text = parts.map((it) => it.toString(16)).join(':')
      if (start >> 13 !== 1 && start !== 0x64 && start !== 0) expect(isPublicAddress(text)).toBe(false)
      if (notGlobal.test(text)) expect([text, isPublicAddress(text)]).toEqual([text, false])
    },
  ),
})
