/** Of pg and pg-pool, which give these no code. */
export const CONNECTION_LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/

const READ_ONLY = 'the database takes no writes: it is read-only, or a standby'
const NODE_AWAY = 'a node of the database cannot be reached'
const SHUT_DOWN = 'the database was shut down or restarts'

/** What an SQLSTATE means for the person who runs the database. A class stands for its codes without words of their own. */
const WORDS: Readonly<Record<string, string>> = {
  '08': 'the connection to the database is lost',
  '25006': READ_ONLY,
  '28000': 'the database refuses this user',
  '28P01': 'the database refuses the user or the password',
  '3D000': 'the server has no database of this name',
  '40': 'the database rolled a transaction back because of another one',
  '42501': 'the database role lacks a right: the owner runs docs/database-roles.sql again',
  '53100': 'the disk of the database is full',
  '53200': 'the database is out of memory',
  '53300': 'the database has no connection left: raise max_connections, or run fewer processes',
  '55P03': 'the database waited too long for a lock',
  '57014': 'the database cancelled the statement',
  '57P': SHUT_DOWN,
  '58': 'the database cannot read or write its files',
}

// No connection, and shut down by its operator (SQLSTATE).
const NODE_STATE = /^(?:08...|57P..)$/

/**
 * Whether a server says that another one cannot be reached, as that of a distributed database does when a node is away.
 * What ends the connection to the server itself comes as FATAL, or with a code of Node.
 */
export function isNodeAway(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && 'severity' in error)) return false
  return typeof error.code === 'string' && NODE_STATE.test(error.code) && error.severity !== 'FATAL'
}

/**
 * An error of the database in words for the operator; `undefined` for any other error. The words are ours, because the
 * message of the error may quote a value.
 */
export function databaseWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === '') return CONNECTION_LOST.test(error.message) ? WORDS['08'] : undefined
  if (!/^[0-9A-Z]{5}$/.test(code)) return undefined
  if (isNodeAway(error)) return NODE_AWAY
  return WORDS[code] ?? WORDS[code.slice(0, 3)] ?? WORDS[code.slice(0, 2)]
}
