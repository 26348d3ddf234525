import { AppError } from '../errors.ts'
import { readHostAndPort } from '../host-name.ts'
import { type Address, facesOf, isMetadataAddress, isPublic, readAddress } from './public-address.ts'

/** One thing that steps may reach although it is not public. Plain data, so that a configuration can hold it. */
export type AllowEntry =
  | { readonly kind: 'host'; readonly host: string; readonly port?: number }
  | { readonly kind: 'network'; readonly address: string; readonly prefix: number; readonly port?: number }

/** Names under which clouds serve machine credentials. */
const metadataNames: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
])

/** Reads LOCKSTEP_EGRESS_ALLOW. Throws `INVALID_CONFIG`, which names the entry. */
export function parseEgressAllow(text: string): AllowEntry[] {
  return text
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '')
    .map((it) => {
      const entry = readEntry(it)
      if (!entry) throw badEntry(it)
      return entry
    })
}

/** Whether a request to the name may start at all. */
export function isNameAllowed(allow: readonly AllowEntry[], host: string, port: number): boolean {
  // A cloud's resolver may answer these with any address, so the name itself is refused too.
  return !metadataNames.has(host) || isHostListed(allow, host, port)
}

/** Whether a request to the name may connect to this address of it. */
export function isAddressAllowed(
  allow: readonly AllowEntry[],
  host: string,
  port: number,
  address: Address,
): boolean {
  if (isPublic(address)) return true
  if (isMetadataAddress(address)) {
    // A wide entry such as 169.254.0.0/16 or a host entry for a name that somebody else can point
    // elsewhere must not open the machine's credentials: only the metadata name or the address itself does.
    const named = metadataNames.has(host) && isHostListed(allow, host, port)
    return named || isNetworkListed(allow, port, address, (entry) => isWhole(entry))
  }
  return isHostListed(allow, host, port) || isNetworkListed(allow, port, address)
}

function isHostListed(allow: readonly AllowEntry[], host: string, port: number): boolean {
  return allow.some((it) => it.kind === 'host' && it.host === host && fitsPort(it, port))
}

type NetworkEntry = Extract<AllowEntry, { kind: 'network' }>

/** Whether an address or a network of the list stands for this address. */
export function isNetworkListed(
  allow: readonly AllowEntry[],
  port: number,
  address: Address,
  counts: (entry: NetworkEntry) => boolean = () => true,
): boolean {
  const faces = facesOf(address)
  return allow.some(
    (it) =>
      it.kind === 'network' && fitsPort(it, port) && counts(it) && faces.some((face) => contains(it, face)),
  )
}

function contains(entry: NetworkEntry, address: Address): boolean {
  const network = readAddress(entry.address)
  return network?.kind() === address.kind() && address.match(network, entry.prefix)
}

function isWhole(entry: NetworkEntry): boolean {
  return entry.prefix === (readAddress(entry.address)?.kind() === 'ipv4' ? 32 : 128)
}

export function fitsPort(entry: AllowEntry, port: number): boolean {
  return entry.port === undefined || entry.port === port
}

/** A host, an address, both with or without a port, or a network. `undefined` for anything else. */
export function readEntry(entry: string): AllowEntry | undefined {
  const [address = '', bits, ...rest] = entry.split('/')
  if (bits !== undefined) {
    const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.POSITIVE_INFINITY
    const network = readAddress(address)
    const longest = network?.kind() === 'ipv4' ? 32 : 128
    if (!network || rest.length > 0 || prefix > longest) return undefined
    return { kind: 'network', address, prefix }
  }
  const read = readHostAndPort(readAddress(entry)?.kind() === 'ipv6' ? `[${entry}]` : entry)
  if (!read || read.host.includes('*')) return undefined
  const port = read.port === undefined ? {} : { port: read.port }
  const single = readAddress(read.host)
  if (!single) return { kind: 'host', host: read.host, ...port }
  return { kind: 'network', address: read.host, prefix: single.kind() === 'ipv4' ? 32 : 128, ...port }
}

function badEntry(entry: string): AppError {
  return new AppError(
    'INVALID_CONFIG',
    `LOCKSTEP_EGRESS_ALLOW holds ${JSON.stringify(entry)}, which is none of: a host (db.internal), a host and port (db.internal:8080), an address (10.0.0.7, [fd00::7]:8080), a network (10.0.0.0/8).`,
  )
}
