import {
  type DatabaseHost,
  type PostgresAddress,
  readPostgresAddress,
  tlsMode,
  UnusableAddress,
} from './postgres-address/index.ts'

export { type DatabaseHost, UnusableAddress } from './postgres-address/index.ts'

export interface DatabaseAddress {
  /** The address with the first host alone, and without what is ours to do: pg knows neither. */
  url: string
  hosts: readonly DatabaseHost[]
}

/** Parameters of libpq that pg would leave out without a word, and what to do instead. */
const UNKNOWN: Readonly<Record<string, string>> = {
  hostaddr: 'Name the hosts.',
  load_balance_hosts: 'Name the hosts.',
  service: 'Name the hosts.',
  servicefile: 'Name the hosts.',
  passfile: 'Put the password into the address.',
  replication: 'Take it out.',
  require_auth: 'Take it out.',
  requirepeer: 'Take it out.',
  sslcrl: 'Take it out.',
  sslcrldir: 'Take it out.',
}
const PRIMARIES = ['any', 'read-write', 'primary']
const ATTRIBUTES = 'target_session_attrs'

/** What pg reads of an address. Everything else is done here, or changes nothing. */
const OF_PG =
  'sslcert sslkey sslrootcert options application_name fallback_application_name statement_timeout lock_timeout ' +
  'idle_in_transaction_session_timeout uselibpqcompat'
const ofPg = new Set(OF_PG.split(' '))

/**
 * Reads the PostgreSQL address of Lockstep's own database, in every form that {@link readPostgresAddress} reads. As with
 * libpq, it may name several hosts: `postgres://a,b:5433/db`. We write, so that of several hosts the one that takes writes
 * is meant, whether `target_session_attrs` says so or not.
 *
 * @throws UnusableAddress
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const address = readPostgresAddress(text)
  checkParameters(address.parameters)
  return { url: urlOf(address), hosts: address.hosts }
}

function checkParameters(parameters: ReadonlyMap<string, string>): void {
  const wanted = parameters.get(ATTRIBUTES)
  if (wanted !== undefined && !PRIMARIES.includes(wanted)) {
    const advice = 'Lockstep writes, and so connects to the primary alone. Write read-write, or leave it out.'
    throw new UnusableAddress(`holds another ${ATTRIBUTES} than ${PRIMARIES.join(', ')}. ${advice}`)
  }
  const unknown = Object.keys(UNKNOWN).find((it) => parameters.has(it))
  if (unknown !== undefined) {
    throw new UnusableAddress(
      `holds the parameter ${unknown}, which Lockstep does not know. ${UNKNOWN[unknown]}`,
    )
  }
  if ((parameters.get('search_path') ?? 'public') !== 'public') {
    throw new UnusableAddress('names another schema than public. Lockstep has its tables there: take it out.')
  }
  if (!/^(?:utf-?8|unicode|auto)$/i.test(parameters.get('client_encoding') ?? 'utf8')) {
    throw new UnusableAddress('names another client_encoding than UTF8. Take it out.')
  }
}

/** The address as pg reads it. The spelling is always the same, so that other parts of the program can compare it. */
function urlOf({ hosts: [first], user, password, database, parameters }: PostgresAddress): string {
  const { host = '', port = 5432 } = first ?? {}
  const pairs: [string, string][] = []
  const mode = tlsMode(parameters)
  // pg would take another mode for one that encrypts.
  const isUnchecked = ['sslmode', 'ssl'].some((it) => parameters.get(it) === 'no-verify')
  if (mode !== undefined)
    pairs.push(['sslmode', isUnchecked ? 'no-verify' : mode === 'allow' ? 'prefer' : mode])
  const isSystem = parameters.get('sslrootcert') === 'system'
  for (const [name, value] of parameters) {
    if (!ofPg.has(name) || (isSystem && name === 'sslrootcert')) continue
    pairs.push([name, value])
  }
  const encode = encodeURIComponent
  const query = pairs.map(([name, value]) => `${name}=${encode(value).replaceAll('%2F', '/')}`).join('&')
  // pg decodes the name of the database less than the rest.
  const path = encodeURI(database).replace(/[?#]/g, encode)
  const isSocket = host.startsWith('/')
  const at = user === '' && password === '' ? '' : `${encode(user)}${password && `:${encode(password)}`}@`
  const named = host.includes(':') ? `[${host}]` : isSocket ? encode(host) : host
  return `postgres://${at}${named}${port === 5432 ? '' : `:${port}`}/${path}${query && `?${query}`}`
}
