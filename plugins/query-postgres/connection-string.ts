import { type AppError, fieldError } from '../../src/steps/index.ts'
import type { QueryPostgresInput } from './fields.ts'

/** The address of the database and the credentials. */
export interface Target {
  /** In the spelling of certificates and of the hosts of secrets; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** `host:port`, the only part that a message shows. */
  readonly name: string
  readonly user: string
  readonly password: string
  readonly database: string
  /** Settings for the server, such as Neon's endpoint. */
  readonly options: string | undefined
  readonly channelBinding: boolean
}

/**
 * The supported parameters. All others are refused. The check of where a secret may go does not see `host`,
 * `hostaddr` and `port`. And `sslcert`, `sslkey` and `sslrootcert` name files of the worker.
 */
const known = ['sslmode', 'options', 'channel_binding', 'application_name', 'connect_timeout', 'pgbouncer']

/**
 * @throws AppError INVALID_FIELD, which repeats nothing of the connection string and is the same for every fault.
 */
export function readTarget({ connectionString, ssl }: QueryPostgresInput): Target {
  const url = readUrl(connectionString.reveal())
  const parameters = readParameters(url, ssl)
  const { host, port } = readHost(url)
  const user = decode(url.username)
  if (user === '') throw refused()
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
  throw refused()
}

function readHost(url: URL): { host: string; port: number } {
  // For this scheme the URL parser does not normalise the host. Parsed as http it gets the spelling that is
  // compared with the hosts of a secret. A list of hosts or a socket is refused.
  const found = /^[^\s,%/]+$/.test(url.hostname) ? URL.parse(`http://${url.hostname}/`) : null
  if (found === null || url.port === '0') throw refused()
  const host = found.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return { host, port: Number(url.port || 5432) }
}

function readParameters({ searchParams }: URL, ssl: QueryPostgresInput['ssl']): URLSearchParams {
  if ([...searchParams.keys()].some((name) => !known.includes(name))) throw refused()
  const mode = searchParams.get('sslmode')
  if (mode === 'disable' && ssl === 'verify') throw refused()
  if (mode !== null && /^(require|verify-ca|verify-full)$/.test(mode) && ssl === 'disable') throw refused()
  return searchParams
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refused()
  }
}

/** Stops an oracle: most of the string may be a secret, so the wrong part must not be named. */
function refused(): AppError {
  const form =
    'must be postgres://user:password@host:5432/database with one host, a user, and a port from 1 to 65535'
  const advice = [
    'Characters such as / ? # @ % in the password are percent-encoded',
    `The parameters that are understood: ${known.join(', ')}`,
    'sslmode must not contradict the field "ssl"',
  ]
  return fieldError({ field: 'connectionString' }, `${form}. ${advice.join('. ')}.`)
}
