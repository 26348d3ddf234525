import { isPairs, readPairs } from './pairs.ts'
import type { PostgresAddress } from './postgres-address.ts'
import { NO_ADDRESS, UnusableAddress } from './unusable-address.ts'
import { unwrap } from './unwrap.ts'
import { readUrl } from './url.ts'

export { tlsMode } from './parameters.ts'
export type { DatabaseHost, PostgresAddress } from './postgres-address.ts'
export { UnusableAddress } from './unusable-address.ts'

// Longer than any real one: what follows reads it several times.
const MAX_LENGTH = 16_384

/**
 * Reads the address of a PostgreSQL database as providers and programs write it: the URL of libpq (PostgreSQL
 * documentation, 34.1.1), with the schemes of SQLAlchemy, JDBC, Django and Rails; `host=… dbname=…`; Npgsql's and PDO's
 * pairs with semicolons; and with what stands around it where people copy it.
 *
 * @throws UnusableAddress for all that is not understood. Its words hold no part of the text but names that we know.
 */
export function readPostgresAddress(text: string): PostgresAddress {
  if (text.length > MAX_LENGTH) throw new UnusableAddress(NO_ADDRESS)
  const bare = unwrap(text)
  if (/[\r\n\0]/.test(bare)) {
    throw new UnusableAddress('holds several lines or a control character. It is one line.')
  }
  return isPairs(bare) && !/^[^\s=]{1,60}:\/\//.test(bare) ? readPairs(bare) : readUrl(bare)
}
