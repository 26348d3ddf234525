import { collectParameters } from './parameters.ts'
import type { DatabaseHost, PostgresAddress } from './postgres-address.ts'
import { DEFAULT_PORT } from './postgres-address.ts'
import { NO_ADDRESS, UnusableAddress } from './unusable-address.ts'

/** Names that begin an address of `name=value`: others could stand before the `=` of anything. */
const PAIRS = /^(?:pgsql:)?\s*[A-Za-z][A-Za-z _-]{0,40}\s*=/

export const isPairs = (text: string): boolean => PAIRS.test(text)

/**
 * Reads `host=… dbname=…` as libpq does (keyword/value connection strings: quotes are single, a backslash escapes), and
 * the same with semicolons between, as Npgsql and PDO write it.
 *
 * @throws UnusableAddress
 */
export function readPairs(text: string): PostgresAddress {
  const bare = text.replace(/^pgsql:/, '')
  const pairs = /^[^'=]{1,60}=[^;'"]*;/.test(bare) ? bySemicolons(bare) : byBlanks(bare)
  const found = collectParameters(pairs)
  return withoutParts(found, [])
}

function bySemicolons(text: string): [string, string][] {
  return text
    .split(';')
    .filter((it) => it.trim() !== '')
    .map((piece) => {
      const at = piece.indexOf('=')
      if (at === -1) throw new UnusableAddress(NO_ADDRESS)
      const value = piece.slice(at + 1).trim()
      return [piece.slice(0, at).trim(), /^(["']).*\1$/s.test(value) ? value.slice(1, -1) : value]
    })
}

const PAIR = /\s*([A-Za-z_]{1,60})\s*=\s*(?:'((?:[^'\\]|\\[\s\S])*)'|((?:[^\s'\\]|\\[\s\S])*))(?=\s|$)\s*/y

function byBlanks(text: string): [string, string][] {
  const pairs: [string, string][] = []
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < text.length) {
    const at = PAIR.lastIndex
    const [, name = '', quoted, bare = ''] = PAIR.exec(text) ?? []
    if (name === '' || PAIR.lastIndex <= at) throw new UnusableAddress(NO_ADDRESS)
    pairs.push([name, (quoted ?? bare).replace(/\\([\s\S])/g, '$1')])
  }
  return pairs
}

/** The parts of an address that parameters name. They count before those of the URL, as with libpq. */
export function withoutParts(
  found: Map<string, string>,
  hosts: readonly DatabaseHost[],
  url = { user: '', password: '', database: '' },
): PostgresAddress {
  const take = (name: string) => {
    const value = found.get(name)
    found.delete(name)
    return value
  }
  const named = take('host')
  const port = take('port')
  if (named !== undefined && hosts.some(({ host }) => host !== '')) {
    throw new UnusableAddress(
      'names its host twice: before the database and by the parameter host. Keep one.',
    )
  }
  const parts = {
    user: take('user') ?? url.user,
    password: take('password') ?? url.password,
    database: take('dbname') ?? url.database,
  }
  return { hosts: hostsOf(named, port, hosts), ...parts, parameters: found }
}

function hostsOf(named: string | undefined, port: string | undefined, hosts: readonly DatabaseHost[]) {
  if (named?.includes(',') || port?.includes(',')) {
    const list = named?.includes(',') ? 'host' : 'port'
    const advice = 'Write several hosts before the name of the database: postgres://a:5432,b:5432/database.'
    throw new UnusableAddress(`holds several hosts in the parameter ${list}. ${advice}`)
  }
  if (port !== undefined && !isPort(port))
    throw new UnusableAddress('holds a port that is none: it is 1 to 65535.')
  const own = port === undefined ? undefined : Number(port)
  if (named !== undefined) return [{ host: named.replace(/^\[(.+)\]$/, '$1'), port: own ?? DEFAULT_PORT }]
  return hosts.map((it) => ({ ...it, port: own ?? it.port }))
}

export const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
