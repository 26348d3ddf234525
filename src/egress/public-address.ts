import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Where clouds hand out machine credentials to whoever asks from the machine. Some are public by range
 * (Azure) or unique-local (AWS, Google over IPv6), so they are listed and not left to the ranges.
 */
const metadataAddresses: ReadonlySet<string> = new Set(
  [
    '169.254.169.254', // AWS, Google, Azure, Oracle, DigitalOcean, OpenStack
    '169.254.170.2', // AWS ECS task credentials
    '169.254.170.23', // AWS EKS pod identity
    '169.254.0.23', // Tencent
    '100.100.100.200', // Alibaba
    '168.63.129.16', // Azure wire server
    '192.0.0.192', // Oracle
    'fd00:ec2::254', // AWS
    'fd00:ec2::23', // AWS EKS pod identity
    'fd20:ce::254', // Google
    'fd00:42::42', // Scaleway
    'fe80::a9fe:a9fe', // OpenStack
  ].map((it) => ipaddr.parse(it).toNormalizedString()),
)

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
const mapped = ipaddr.IPv6.parseCIDR('::ffff:0:0/96')
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
const sixToFour = ipaddr.IPv6.parseCIDR('2002::/16')

/** The few addresses that are met again and again, since each is read for every request. */
const knownAddresses = new Map<string, Address>()
const MAX_KNOWN = 1_000

/**
 * An address in full notation. `undefined` for everything else: short and octal IPv4 forms, which other
 * parsers read differently, and addresses with a zone, which name a neighbour on a link.
 */
export function readAddress(text: string): Address | undefined {
  const known = knownAddresses.get(text)
  if (known) return known
  const address = parseAddress(text)
  if (!address) return undefined
  if (knownAddresses.size >= MAX_KNOWN) knownAddresses.clear()
  knownAddresses.set(text, address)
  return address
}

function parseAddress(text: string): Address | undefined {
  const version = isIP(text)
  if (version === 0 || text.includes('%')) return undefined
  if (version === 4) return ipaddr.parse(text)
  // ipaddr.js takes ::127.0.0.1 for ::ffff:127.0.0.1 and the kernel does not; in hexadecimal both read the same.
  return ipaddr.parse(new URL(`http://[${text}]/`).hostname.slice(1, -1))
}

/** The address, and the IPv4 address that a gateway or the kernel turns it into. */
export function facesOf(address: Address): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [address]
  const [, second = 0, third = 0, , , , seventh = 0, eighth = 0] = address.parts
  if (address.match(mapped) || address.match(nat64)) return [address, fromWords(seventh, eighth)]
  if (address.match(sixToFour)) return [address, fromWords(second, third)]
  return [address]
}

export function isMetadataAddress(address: Address): boolean {
  return facesOf(address).some((face) => metadataAddresses.has(face.toNormalizedString()))
}

/**
 * Whether packets to the address leave for the public Internet. Fails closed: what is not known to be
 * global unicast is not public, and neither is a text that is no address.
 */
export function isPublicAddress(text: string): boolean {
  const address = readAddress(text)
  return address !== undefined && isPublic(address)
}

/** As {@link isPublicAddress}, of an address already read. */
export function isPublic(address: Address): boolean {
  if (isMetadataAddress(address)) return false
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast'
  // ::ffff:127.0.0.1 and 64:ff9b::7f00:1 are ways to write 127.0.0.1 that a filter of ranges overlooks.
  // The IPv4 address behind these two decides, so that a network with DNS64 still reaches public hosts.
  if (address.match(mapped) || address.match(nat64)) {
    return facesOf(address).every((face) => face === address || isPublic(face))
  }
  // 6to4, Teredo, the local NAT64 prefix and ISATAP end at a router of our own network, whatever they embed.
  return address.match(globalUnicast) && address.range() === 'unicast' && !isIsatap(address)
}

/** Whether the address means something else on every machine: loopback, the own link, "any". */
export function isOfThisMachine(address: Address): boolean {
  return facesOf(address).some((face) => ['loopback', 'linkLocal', 'unspecified'].includes(face.range()))
}

function isIsatap(address: ipaddr.IPv6): boolean {
  const [, , , , fifth = 0, sixth = 0] = address.parts
  return (fifth & 0xfdff) === 0 && sixth === 0x5efe
}

function fromWords(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
}
