import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6
/** An address and how many of its bits count. */
export type Network = readonly [address: Address, bits: number]

/**
 * A network in CIDR notation (RFC 4632), such as `10.0.0.0/8`, or a single address.
 *
 * @returns undefined when the text is neither.
 */
export function parseNetwork(text: string): Network | undefined {
  const [start = '', bits, ...others] = text.split('/')
  const address = parseAddress(start)
  if (!address || others.length > 0) return undefined
  const all = address.kind() === 'ipv4' ? 32 : 128
  if (bits === undefined) return [address, all]
  return /^\d{1,3}$/.test(bits) && Number(bits) <= all ? [address, Number(bits)] : undefined
}

/**
 * An IPv4 address inside of IPv6, as a socket for both reports it, is the IPv4 address.
 *
 * @returns undefined when the text is no address.
 */
export function parseAddress(text: string): Address | undefined {
  // ipaddr.js also takes what only looks like an address, such as `1` and `0x7f.1`.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  return isAddress ? ipaddr.process(text) : undefined
}

export const isIn = (address: Address, [network, bits]: Network): boolean =>
  network.kind() === address.kind() && address.match(network, bits)
