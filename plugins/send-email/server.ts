import { isIP } from 'node:net'
import { fieldError } from '../../src/steps/index.ts'

/** The server that accepts the mail. */
export interface Server {
  /**
   * Lower case, IDN as punycode, IPv6 without brackets: the spelling of certificates and of the hosts of secrets.
   */
  readonly host: string
  readonly port: number
  /** `host:port`, for messages and for the check of where a secret may go. */
  readonly name: string
}

/** @throws AppError INVALID_FIELD */
export function serverOf({ host, port }: { readonly host: string; readonly port: number }): Server {
  const given = isIP(host) === 6 ? `[${host}]` : host
  // The URL parser is used because egress and certificates use its spelling of hosts.
  const url = /^[^\s/?#@\\:]+$|^\[[^\]]+\]$/.test(given) ? URL.parse(`http://${given}/`) : null
  if (url === null) {
    throw fieldError({ field: 'host' }, 'must be a host alone, such as smtp.example.com.')
  }
  const bare = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return { host: bare, port, name: `${bare.includes(':') ? `[${bare}]` : bare}:${port}` }
}
