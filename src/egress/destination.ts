import { lookup as dnsLookup } from 'node:dns/promises'
import { AppError } from '../errors.ts'
import { authorityOf, bareHost } from '../host-name.ts'
import { type AllowEntry, isAddressAllowed, isNameAllowed } from './allow-entry.ts'
import { raceAbort } from './deadline.ts'
import { readAddress } from './public-address.ts'
import { portOf } from './request-url.ts'

export interface ResolvedAddress {
  address: string
  family: 4 | 6
}

/** All addresses of a host. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>

/** A host with the addresses that were checked for it: the only ones that may be connected to. */
export interface Destination {
  host: string
  port: number
  addresses: readonly [ResolvedAddress, ...ResolvedAddress[]]
}

export const systemLookup: Lookup = async (host) => {
  const found = await dnsLookup(host, { all: true })
  return found.map((it) => ({ address: it.address, family: it.family === 6 ? 6 : 4 }))
}

/**
 * Looks the host up and checks what was found. Called anew for every hop and every attempt, and its result
 * is used for one request: an answer of yesterday says nothing about the name of today.
 */
export async function findDestination(
  url: URL,
  options: { allow: readonly AllowEntry[]; lookup: Lookup },
  signal: AbortSignal,
): Promise<Destination> {
  const host = bareHost(url)
  const port = portOf(url)
  if (!isNameAllowed(options.allow, host, port)) throw notAllowed(authorityOf(host, port))
  const found = await addressesOf(host, options.lookup, signal)
  const addresses = found.map((it) => checkAddress(it, { ...options, host, port }))
  const [first, ...others] = addresses
  if (!first)
    throw new AppError('REQUEST_FAILED', `${authorityOf(host, port)} has no address. Check its spelling.`)
  return { host, port, addresses: [first, ...others] }
}

/** The addresses of a host, unchecked: the host itself if it is one. */
export async function addressesOf(
  host: string,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<readonly ResolvedAddress[]> {
  const literal = readAddress(host)
  if (!literal) return raceAbort(lookup(host), signal)
  return [{ address: host, family: literal.kind() === 'ipv4' ? 4 : 6 }]
}

/**
 * One bad address refuses the name. To use only its public addresses would do as well, but a name with both
 * kinds is what a rebinding attack looks like, and to fail is how the operator hears of it.
 */
function checkAddress(
  found: ResolvedAddress,
  target: { allow: readonly AllowEntry[]; host: string; port: number },
): ResolvedAddress {
  const address = readAddress(found.address)
  if (!address || !isAddressAllowed(target.allow, target.host, target.port, address)) {
    throw notAllowed(authorityOf(target.host, target.port))
  }
  // The spelling that was checked, not the one that was given.
  return { address: address.toNormalizedString(), family: address.kind() === 'ipv4' ? 4 : 6 }
}

function notAllowed(host: string): AppError {
  return new AppError(
    'DESTINATION_NOT_ALLOWED',
    `Steps may not reach ${host}: it is not on the public Internet. An operator can allow it in LOCKSTEP_EGRESS_ALLOW.`,
  )
}
