import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** Networks of proxies whose word on the address of a client counts. */
export type TrustedProxies = readonly Network[]
type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * A network in CIDR notation (RFC 4632), such as `10.0.0.0/8`, or a single address.
 *
 * @returns undefined when the text is neither.
 */
export function parseNetwork(text: string): Network | undefined {
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text)
    return [address, bits]
  }
  const address = parseAddress(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/**
 * The address of the client that sent a request: the address of the connection, or, when that is a trusted proxy, the
 * right-most address in `X-Forwarded-For` that is no trusted proxy. What stands left of it the client itself could
 * have written, so nothing of it is believed.
 *
 * Everything that shows or limits an address uses this one: read it with {@link ADDRESS_HEADER}.
 */
export function clientAddress(
  { socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  trusted: TrustedProxies,
): string {
  let address = parseAddress(socket.remoteAddress ?? '')
  if (!address) return 'unknown'
  // Node joins several headers of this name in the order in which they were sent.
  const hops = String(headers['x-forwarded-for'] ?? '').split(',')
  while (isTrusted(address, trusted)) {
    const next = parseAddress(withoutPort(hops.pop()?.trim() ?? ''))
    if (!next) break
    address = next
  }
  return address.toString()
}

/** The header with the address of the client. The server sets it, whatever a client sends. */
export const ADDRESS_HEADER = 'x-lockstep-address'

/**
 * What a limit for an address counts: of IPv6 the network of 64 bits, because one customer of a provider has all
 * addresses in it.
 */
export function limitedNetwork(address: string): string {
  const parsed = parseAddress(address)
  if (parsed?.kind() !== 'ipv6') return address
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`
}

/** An IPv4 address inside of IPv6, as a socket for both reports it, is the IPv4 address. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // ipaddr.js also takes what only looks like an address, such as `1` and `0x7f.1`.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  return isAddress ? ipaddr.process(text) : undefined
}

/** Some proxies write the port behind the address. */
const withoutPort = (text: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text

const isTrusted = (address: ipaddr.IPv4 | ipaddr.IPv6, trusted: TrustedProxies): boolean =>
  trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
