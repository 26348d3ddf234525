import fc from 'fast-check'

/** An IPv4 address as one number. */
type Bits = number

/** Addresses that IANA reserves, and the addresses where clouds hand out credentials. */
const reserved = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32', '169.254.169.254/32'],
]

const bitsOf = (text: string): Bits => text.split('.').reduce((bits, it) => bits * 256 + Number(it), 0)
const octets = (bits: Bits): number[] => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255)
export const dotted = (bits: Bits): string => octets(bits).join('.')

const ranges = reserved.map((it) => {
  const [address = '', prefix = ''] = it.split('/')
  return { first: bitsOf(address), size: 2 ** (32 - Number(prefix)) }
})

export function isReserved(bits: Bits): boolean {
  return ranges.some(({ first, size }) => bits >= first && bits < first + size)
}

/** Any address that is not public; the edges of the ranges come often. */
export const privateBits: fc.Arbitrary<Bits> = fc
  .constantFrom(...ranges)
  .chain(({ first, size }) => fc.integer({ min: 0, max: size - 1 }).map((offset) => first + offset))

export const anyBits: fc.Arbitrary<Bits> = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const numeral = fc.constantFrom<(part: number) => string>(
  (it) => String(it),
  (it) => `0${it.toString(8)}`,
  (it) => `000${it.toString(8)}`,
  (it) => `0x${it.toString(16)}`,
  (it) => `0X${it.toString(16).toUpperCase()}`,
  (it) => `0x0000${it.toString(16)}`,
)

/** As `inet_aton` and URLs parse it: one to four parts, the last with the rest, each in any base. */
const spelled = (bits: Bits): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(numeral, { minLength: 4, maxLength: 4 }))
    .map(([count, numerals]) => {
      const parts = octets(bits).slice(0, count - 1)
      const rest = bits % 2 ** (8 * (5 - count))
      return [...parts, rest].map((it, at) => numerals[at]?.(it) ?? '').join('.')
    })

const words = (bits: Bits): string => `${(bits >>> 16).toString(16)}:${(bits & 0xffff).toString(16)}`

/** IPv6 addresses that lead to the IPv4 address, or that routers treat so. */
const wrapped = (bits: Bits): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(
        '::ffff:',
        '0:0:0:0:0:ffff:',
        '::',
        '64:ff9b::',
        '64:FF9B:0:0::',
        '64:ff9b:1::',
        '::ffff:0:',
      ),
      fc.constantFrom(dotted(bits), words(bits)),
      fc.boolean(),
    )
    .map(([prefix, tail, upper]) => (upper ? `${prefix}${tail}`.toUpperCase() : `${prefix}${tail}`))

const fullWidth = (text: string): string =>
  text.replaceAll(/[!-~]/g, (it) => String.fromCharCode(it.charCodeAt(0) + 0xfee0))
const circled = (text: string): string =>
  text.replaceAll(/[1-9]/g, (it) => String.fromCodePoint(0x245f + Number(it)))
const bold = (text: string): string =>
  text.replaceAll(/[0-9]/g, (it) => String.fromCodePoint(0x1d7ce + Number(it)))

const disguise = fc.constantFrom<(host: string) => string>(
  (it) => it,
  (it) => `${it}.`,
  (it) => `${it}..`,
  fullWidth,
  circled,
  bold,
  (it) => it.replaceAll('.', '。'),
  (it) => it.replaceAll('.', '．'),
  (it) => it.replaceAll('.', '%2e'),
  (it) => it.replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`),
  (it) => `\u00ad${it}\u200b`,
  (it) => ` ${it}\t`,
  (it) => it.split('').join('\n'),
)

/** Texts that some program would accept as the address. */
export const spellings = (bits: Bits): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(spelled(bits), disguise).map(([text, change]) => change(text)),
    fc.tuple(wrapped(bits), disguise).map(([text, change]) => change(text)),
    wrapped(bits).map((it) => `[${it}]`),
    fc.tuple(wrapped(bits), fc.constantFrom('%eth0', '%251', '%')).map(([it, zone]) => `[${it}${zone}]`),
  )
