import { type AllowEntry, fitsPort, isNetworkListed, readEntry } from './allow-entry.ts'
import type { Destination } from './destination.ts'
import { isOfThisMachine, readAddress } from './public-address.ts'

/** What NO_PROXY says. Going past the proxy opens nothing: the addresses are checked either way. */
export interface ProxyExceptions {
  /** `*` */
  readonly everything: boolean
  /** A host stands for itself and all names below it. */
  readonly entries: readonly AllowEntry[]
}

/**
 * Reads NO_PROXY: hosts (`corp.example`, `.corp.example` and `*.corp.example` alike), addresses, each with or
 * without a port, networks, and `*`; with commas or white space between them. Gives the number of the first entry
 * that is nothing of these.
 */
export function readExceptions(text: string): ProxyExceptions | { wrongEntry: number } {
  const parts = text.split(/[\s,]+/).filter((it) => it !== '')
  const names = parts.filter((it) => it !== '*')
  const entries = names.map(readException)
  const wrong = entries.indexOf(undefined)
  if (wrong >= 0) return { wrongEntry: parts.indexOf(names[wrong] ?? '') + 1 }
  return {
    everything: names.length < parts.length,
    entries: entries.filter((it) => it !== undefined),
  }
}

/** Whether the name is to be asked without the proxy. */
export function isNameExcepted(exceptions: ProxyExceptions, host: string, port: number): boolean {
  const isAbove = (name: string) => host === name || host.endsWith(`.${name}`)
  return (
    exceptions.everything ||
    exceptions.entries.some((it) => it.kind === 'host' && isAbove(it.host) && fitsPort(it, port))
  )
}

/**
 * The checked addresses that the proxy is to be asked for; none if it is not to be asked at all.
 *
 * An address or a network of NO_PROXY counts for what a name resolves to as well, because it is an address that
 * the proxy would be asked for. All must be listed, so that one listed address in an answer of somebody else's
 * name server does not lead the others past the proxy.
 *
 * Addresses that mean another machine at the proxy are never asked for: who allows 127.0.0.1 or a metadata
 * address in LOCKSTEP_EGRESS_ALLOW means the worker's, and not the services and credentials of the proxy's machine.
 */
export function addressesForProxy(exceptions: ProxyExceptions, destination: Destination): readonly string[] {
  const isListed = (text: string) => {
    const address = readAddress(text)
    return address !== undefined && isNetworkListed(exceptions.entries, destination.port, address)
  }
  const isFar = (text: string) => {
    const address = readAddress(text)
    return address !== undefined && !isOfThisMachine(address)
  }
  const addresses = destination.addresses.map((it) => it.address)
  return addresses.every(isListed) ? [] : addresses.filter(isFar)
}

/**
 * Of letters, digits, `-`, `_` and dots. The URL parser takes more for a host, such as `a;b` or `a,b`: a list with
 * the wrong separator would be one host that is never met.
 */
export function isPlainName(host: string): boolean {
  return /^[a-z0-9_-][a-z0-9._-]*$/.test(host)
}

function readException(text: string): AllowEntry | undefined {
  const name = text.replace(/^\*?\./, '')
  const entry = readEntry(name)
  if (entry?.kind === 'host') return isPlainName(entry.host) ? entry : undefined
  return name === text ? entry : undefined
}
