import { isPort, withoutParts } from './pairs.ts'
import { canonicalName, collectParameters } from './parameters.ts'
import { type DatabaseHost, DEFAULT_PORT, type PostgresAddress } from './postgres-address.ts'
import { NO_ADDRESS, UnusableAddress } from './unusable-address.ts'

/** PostgreSQL under the names that programs give it; SQLAlchemy puts its driver after a `+`. */
const SCHEME =
  /^(?:jdbc:)?(?:postgres|postgresql|postgis|pgsql|psql|pg|ecto|cockroachdb)(?:\+[a-z0-9_]{1,30})?:\/\//i
const HOSTS =
  /^(?:\[[0-9A-Fa-f:.%]{2,60}\]|[^\s@/?#:,[\]]{0,255})(?::\d{0,5})?(?:,(?:\[[0-9A-Fa-f:.%]{2,60}\]|[^\s@/?#:,[\]]{0,255})(?::\d{0,5})?){0,31}$/

/**
 * Reads an address that is a URL. Of libpq it has lists of hosts. A password may hold `@ / ? # %` as they are, if only one
 * reading is an address: with two, nothing says to which host it belongs.
 *
 * @throws UnusableAddress
 */
export function readUrl(text: string): PostgresAddress {
  const scheme = SCHEME.exec(text)?.[0]
  if (scheme === undefined) throw otherScheme(text)
  const { userInfo, hosts, path, query } = split(text.slice(scheme.length))
  const colon = userInfo.indexOf(':')
  const user = decoded(colon === -1 ? userInfo : userInfo.slice(0, colon))
  const password = colon === -1 ? '' : decoded(userInfo.slice(colon + 1))
  if (/^\[?(?:your[-_ ]?password|password)\]$|^<password>$/i.test(password)) {
    throw new UnusableAddress('still holds the placeholder for the password. Put the password in its place.')
  }
  const found = collectParameters(queryPairs(query))
  return withoutParts(found, hosts.split(',').map(readHost), { user, password, database: decoded(path) })
}

function otherScheme(text: string): UnusableAddress {
  if (/^(?:prisma|prisma\+postgres(?:ql)?):\/\//i.test(text)) {
    return new UnusableAddress('is an address of Prisma Accelerate. Take the direct address of the database.')
  }
  if (/^https?:\/\//i.test(text)) {
    return new UnusableAddress('is a web address. Take the connection string of the database.')
  }
  return new UnusableAddress(NO_ADDRESS)
}

interface Pieces {
  readonly userInfo: string
  readonly hosts: string
  readonly path: string
  readonly query: string
}

function split(rest: string): Pieces {
  const end = rest.search(/[/?#]/)
  const authority = end === -1 ? rest : rest.slice(0, end)
  const at = authority.lastIndexOf('@')
  const later = rest.lastIndexOf('@')
  // The last @ stands in the part that the standard takes for the authority, or there is none at all.
  if (later === at) return piecesOf(rest.slice(0, Math.max(at, 0)), rest.slice(at + 1))
  if (at !== -1 && isAfterQuery(rest.slice(at + 1))) return piecesOf(rest.slice(0, at), rest.slice(at + 1))
  if (at !== -1) throw ambiguous()
  if (HOSTS.test(authority) && isAfterQuery(rest) && !/^[^?]*#/.test(rest)) return piecesOf('', rest)
  const own = lastAddress(rest)
  return piecesOf(rest.slice(0, own), rest.slice(own + 1))
}

/** Whether all further @ stand in parameters that are known, as in `?user=ann@db`. */
function isAfterQuery(text: string): boolean {
  const question = text.indexOf('?')
  const first = text.indexOf('@')
  if (question === -1 || first < question) return false
  return queryPairs(text.slice(question + 1)).every(([name]) => canonicalName(name) !== undefined)
}

/** The last @ before which everything is name and password: what follows is a host, a database, parameters. */
function lastAddress(text: string): number {
  const at = text.lastIndexOf('@')
  const [hosts = ''] = text.slice(at + 1).split(/[/?#]/, 1)
  if (HOSTS.test(hosts)) return at
  throw ambiguous()
}

const ambiguous = () =>
  new UnusableAddress(
    'can be read in two ways, because of an @ / ? or # in it. Percent-encode these in the password: %40 %2F %3F %23.',
  )

function piecesOf(userInfo: string, rest: string): Pieces {
  const [before = '', ...after] = rest.split('?')
  const [hosts = '', ...path] = before.split('/')
  const query = after.join('?')
  if (rest.includes('#')) {
    throw new UnusableAddress('holds a # after its host. Percent-encode it as %23, or take out what follows.')
  }
  if (!HOSTS.test(hosts)) throw new UnusableAddress(NO_ADDRESS)
  return { userInfo, hosts, path: path.join('/'), query }
}

function queryPairs(query: string): [string, string][] {
  return query
    .split('&')
    .filter((it) => it !== '')
    .map((piece) => {
      const [name = ''] = piece.split('=', 1)
      // Before the library of PostgreSQL forms were written so, and some providers' options are.
      const value = piece.slice(name.length + 1)
      return [decoded(name), decoded(canonicalName(name) === 'options' ? value.replaceAll('+', ' ') : value)]
    })
}

function readHost(text: string): DatabaseHost {
  const [, bracketed, bare = '', port = ''] = /^(?:\[(.+)\]|([^:]*))(?::(\d*))?$/.exec(text) ?? []
  if (port !== '' && !isPort(port)) throw new UnusableAddress('holds a port that is none: it is 1 to 65535.')
  return { host: bracketed ?? decoded(bare), port: Number(port || DEFAULT_PORT) }
}

/** Percent-decodes. A text in which a % does not stand before two digits was not encoded, so it stays as it is. */
function decoded(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    // Bytes that are no UTF-8.
    return text
  }
}
