import { UnusableAddress } from './unusable-address.ts'

const QUOTES: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '`': '`',
  '“': '”',
  '‘': '’',
  '«': '»',
  '<': '>',
}

/**
 * Takes away what stands around a connection string where people copy it: white space and a byte order mark, quotes of
 * every kind, `psql '…'` and its siblings, `<…>`, `DATABASE_URL=…`, `export …`, `set …`, `$env:NAME = "…"`, a line of YAML, a last `;` or `,`.
 * A name is the variable's only if an address follows it, so that the first pair of `host=… dbname=…` stays.
 *
 * @throws UnusableAddress for a command of psql with options, which only psql can read.
 */
export function unwrap(text: string): string {
  let current = text
  for (let round = 0; round < MOST_LAYERS; round++) {
    const next = withoutLayer(current.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, ''))
    if (next === current) return next
    current = next
  }
  return current
}

// Of `export DATABASE_URL="psql 'postgres://…'";` and the white space between.
const MOST_LAYERS = 12
const ADDRESS_FOLLOWS = String.raw`(?=["'\`“‘«]?(?:psql\s|jdbc:|[a-z][a-z0-9+]{1,30}:\/\/))`
const ASSIGNMENT = new RegExp(
  String.raw`^(?:-\s+)?(?:(?:export|set|setx|ENV)\s+)?(?:\$env:)?["']?[A-Za-z_][A-Za-z0-9_.]{0,99}["']?\s{0,9}[=:]\s{0,9}${ADDRESS_FOLLOWS}`,
)

function withoutLayer(text: string): string {
  const value = text.replace(ASSIGNMENT, '')
  if (value !== text) return value
  const closing = QUOTES[text.charAt(0)]
  if (closing !== undefined && text.length > 1 && text.endsWith(closing)) return text.slice(1, -1)
  if (/^(?:"|'|`|“|‘|«)?[^\s]*:\/\/.*[;,]$/s.test(text) || /^["'].*["'][;,]$/s.test(text))
    return text.slice(0, -1)
  if (PROGRAM.test(text)) return ofPsql(text)
  if (/^PGPASSWORD=\S{1,999}\s+psql\s/.test(text)) throw ofOptions()
  return text
}

/** Programs that take an address in the place where psql does. */
const PROGRAM = /^(?:psql|pgcli|pg_dump|pg_restore|pg_isready|vacuumdb)(?:\.exe)?\s+/

function ofPsql(text: string): string {
  const rest = text.replace(PROGRAM, '').replace(/^(?:(?:-d|--dbname)(?:\s+|=))/, '')
  if (/^-|^\S+\s+-/.test(rest) && !/^["'“‘]/.test(rest)) throw ofOptions()
  return rest
}

const ofOptions = () =>
  new UnusableAddress(
    'is a command of psql with options. Write its parts as postgres://user:password@host:5432/database.',
  )
