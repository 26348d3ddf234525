import { AppError } from './errors.ts'
import { readHostAndPort } from './host-name.ts'

export interface HostPattern {
  host: string
  /** `*.host`: every name below the host, at any depth, but not the host itself. */
  wildcard: boolean
  /** If absent, every port. */
  port?: number
}

/** Reads one entry of a secret's `allowedHosts`. @throws AppError INVALID_VALUE */
export function parseHostPattern(pattern: string): HostPattern {
  const read = readPattern(pattern)
  if (read) return read
  throw new AppError(
    'INVALID_VALUE',
    'An allowed host is not valid. Write a host as api.example.com, *.example.com or api.example.com:8443, without scheme and path.',
  )
}

/** One entry of a secret's `allowedHosts` in its normal spelling. @throws AppError INVALID_VALUE */
export function normalizeHostPattern(pattern: string): string {
  const { host, wildcard, port } = parseHostPattern(pattern)
  const name = host.includes(':') ? `[${host}]` : host
  return `${wildcard ? '*.' : ''}${name}${port === undefined ? '' : `:${port}`}`
}

/** Whether the pattern covers the host. An invalid pattern covers nothing: it fails closed. */
export function hostMatches(pattern: string, host: string, port: number): boolean {
  const read = readPattern(pattern)
  const target = readHostAndPort(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
  if (!read || !target) return false
  if (read.port !== undefined && read.port !== port) return false
  // The dot excludes evil-example.com from *.example.com.
  return read.wildcard ? target.host.endsWith(`.${read.host}`) : target.host === read.host
}

function readPattern(pattern: string): HostPattern | undefined {
  const wildcard = pattern.startsWith('*.')
  const read = readHostAndPort(wildcard ? pattern.slice(2) : pattern)
  if (!read || read.host.includes('*')) return undefined
  // *.com belongs to a registry, and anybody may have a name there. The URL parser takes a host for an IPv4
  // address when its last part is a number, and for IPv6 in brackets.
  if (wildcard && (!read.host.includes('.') || /:|\.\d+$/.test(read.host))) return undefined
  return { ...read, wildcard }
}
