import { parseHostPattern } from './egress/host-pattern.ts'

/** One entry of a secret's `allowedHosts` in its one spelling. @throws AppError INVALID_VALUE */
export function normalizeHostPattern(pattern: string): string {
  const { host, wildcard, port } = parseHostPattern(pattern)
  const name = host.includes(':') ? `[${host}]` : host
  return `${wildcard ? '*.' : ''}${name}${port === undefined ? '' : `:${port}`}`
}
