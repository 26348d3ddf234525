import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { type Address, isIn, type Network, parseAddress } from '../network.ts'

/** Networks of proxies whose word on the address of a client counts. */
export type TrustedProxies = readonly Network[]

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

/** Some proxies write the port behind the address. */
const withoutPort = (text: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text

const isTrusted = (address: Address, trusted: TrustedProxies): boolean =>
  trusted.some((network) => isIn(address, network))
