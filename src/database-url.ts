/** One server that a database address names. */
export interface DatabaseHost {
  host: string
  port: number
}

export interface DatabaseAddress {
  /** The address with the first host alone, and without what is ours to do: pg knows neither. */
  url: string
  hosts: readonly DatabaseHost[]
}

/** Why an address cannot be used, in words for after the name of its variable. They hold no part of it but a parameter. */
export class UnusableAddress extends Error {}

const ADDRESS = /^(?<start>postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)(?<hosts>[^@/?#]*)(?<end>.*)$/
const DEFAULT_PORT = 5432

/** Parameters of libpq that choose a server, and that pg would leave out without a word. */
const UNKNOWN = ['hostaddr', 'load_balance_hosts', 'service', 'servicefile']
const PRIMARIES = ['any', 'read-write', 'primary']

/**
 * Reads a PostgreSQL address. As with libpq, it may name several hosts: `postgres://a,b:5433/db`. We write, so that of
 * several hosts the one that takes writes is meant, whether `target_session_attrs` says so or not.
 *
 * @throws UnusableAddress
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const { start = '', hosts: list = '', end = '' } = ADDRESS.exec(text)?.groups ?? {}
  const [first = '', ...others] = list.split(',')
  const url = URL.parse(`${start}${first}${end}`)
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) throw new UnusableAddress(EXPECTED)
  checkParameters(url.searchParams)
  if (others.length === 0 && !url.searchParams.has(ATTRIBUTES)) return { url: text, hosts: [hostOf(first)] }
  url.searchParams.delete(ATTRIBUTES)
  return { url: url.href, hosts: [first, ...others].map(hostOf) }
}

const ATTRIBUTES = 'target_session_attrs'
const EXPECTED =
  'holds something that is no PostgreSQL address (not shown). It may hold ' +
  'postgres://user:password@host:port/database, with special characters percent-encoded.'

function checkParameters(parameters: URLSearchParams): void {
  const wanted = parameters.get(ATTRIBUTES)
  if (wanted !== null && !PRIMARIES.includes(wanted)) {
    const advice = 'Lockstep writes, and so connects to the primary alone. Write read-write, or leave it out.'
    throw new UnusableAddress(`holds another ${ATTRIBUTES} than ${PRIMARIES.join(', ')}. ${advice}`)
  }
  const unknown = UNKNOWN.find((it) => parameters.has(it))
  if (unknown !== undefined) {
    throw new UnusableAddress(`holds the parameter ${unknown}, which Lockstep does not know. Name the hosts.`)
  }
  const list = ['host', 'port'].find((it) => parameters.get(it)?.includes(','))
  if (list !== undefined) {
    const advice = 'Write several hosts before the name of the database: postgres://a:5432,b:5432/database.'
    throw new UnusableAddress(`holds several hosts in the parameter ${list}. ${advice}`)
  }
}

function hostOf(text: string): DatabaseHost {
  const url = URL.parse(`postgres://${text}`)
  if (!url) throw new UnusableAddress(EXPECTED)
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.+)\]$/, '$1'),
    port: Number(url.port || DEFAULT_PORT),
  }
}
