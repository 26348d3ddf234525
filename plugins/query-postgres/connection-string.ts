import { AppError } from '../../src/steps/index.ts'
import type { QueryPostgresInput } from './fields.ts'

/** Where the database is and how to get in. */
export interface Target {
  /** As certificates and the hosts of secrets name it; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** `host:port`, all that a message shows. */
  readonly name: string
  readonly user: string
  readonly password: string
  readonly database: string
  /** Settings for the server, such as Neon's endpoint. */
  readonly options: string | undefined
  readonly channelBinding: boolean
}

/**
 * The parameters that are understood. Any other is refused: of `host`, `hostaddr` and `port` the check of where a
 * secret may go knows nothing, and `sslcert`, `sslkey` and `sslrootcert` name files of the worker.
 */
const known = ['sslmode', 'options', 'channel_binding', 'application_name', 'connect_timeout', 'pgbouncer']

/** @throws AppError INVALID_FIELD, which repeats nothing of the connection string. */
export function readTarget({ connectionString, ssl }: QueryPostgresInput): Target {
  const url = readUrl(connectionString.reveal())
  const parameters = readParameters(url, ssl)
  const { host, port } = readHost(url)
  const user = decode(url.username)
  if (user === '') throw invalid('names no user.')
  return {
    host,
    port,
    name: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    user,
    password: decode(url.password),
    database: decode(url.pathname.slice(1)) || user,
    options: parameters.get('options') ?? undefined,
    channelBinding: parameters.get('channel_binding') === 'require',
  }
}

function readUrl(text: string): URL {
  const url = URL.parse(text.trim())
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hash === '') return url
  const advice = 'Characters such as / ? # @ % in the password are percent-encoded.'
  throw invalid(`must be postgres://user:password@host:5432/database. ${advice}`)
}

function readHost(url: URL): { host: string; port: number } {
  // Of this scheme the URL parser leaves the host as it is; read as that of http it has the one spelling that
  // is compared with the hosts of a secret. A list of hosts or a socket is none.
  const found = /^[^\s,%/]+$/.test(url.hostname) ? URL.parse(`http://${url.hostname}/`) : null
  if (found === null || url.port === '0') throw invalid('must name one host, and a port from 1 to 65535.')
  const host = found.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return { host, port: Number(url.port || 5432) }
}

function readParameters({ searchParams }: URL, ssl: QueryPostgresInput['ssl']): URLSearchParams {
  if ([...searchParams.keys()].some((name) => !known.includes(name))) {
    throw invalid(`has a parameter that is not understood. Those that are: ${known.join(', ')}.`)
  }
  const mode = searchParams.get('sslmode')
  if (mode === 'disable' && ssl === 'verify') {
    throw invalid('asks for no TLS (sslmode). Set the field "ssl" to disable, or remove sslmode.')
  }
  if (mode !== null && /^(require|verify-ca|verify-full)$/.test(mode) && ssl === 'disable') {
    throw invalid('asks for TLS (sslmode). Set the field "ssl" to verify, or remove sslmode.')
  }
  return searchParams
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('has a % that begins no percent-encoding. Write %25 for it.')
  }
}

function invalid(message: string): AppError {
  return new AppError('INVALID_FIELD', `field "connectionString": ${message}`)
}
