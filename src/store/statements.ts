import { createHash } from 'node:crypto'
import { type CustomTypesConfig, type Pool, types } from 'pg'
import { parseJson } from '../exact-json.ts'
import { JSON_TYPES } from './connection.ts'

/** A query that is sent often: each connection parses and plans it once. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/**
 * @param text with `$1`, `$2` for the parameters, never with a value in it: PostgreSQL keeps it.
 */
export function statement(text: string): Statement {
  // Connections that a pooler hands around are shared with other versions of us. Of one name there is one text.
  return { name: `lockstep_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`, text }
}

/** Rows as pg gives them: times are `Date`, JSON is parsed. */
export type Read = <Row extends object>(query: Statement, values: readonly unknown[]) => Promise<Row[]>

// Of PostgreSQL (SQLSTATE): this connection has no such statement, it has one already, or the columns have changed
// since it was prepared.
const NOT_PREPARED: readonly unknown[] = ['26000', '42P05', '0A000']

// The type of every time that we store (pg_type.oid of timestamptz).
const TIMESTAMPTZ = 1184

/** pg's own parsers, but for times: of a list they take more than all the rest, and V8's takes half of that. JSON keeps its digits. */
const parsers: CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (format !== 'binary') {
      if (oid === TIMESTAMPTZ) return (text: string) => new Date(text)
      if (JSON_TYPES.includes(oid)) return parseJson
    }
    return types.getTypeParser(oid, format)
  },
}

/**
 * Reads by prepared statements for as long as they work. A pooler in transaction mode may take every query to another
 * connection, where nothing is prepared: from the first such answer on, queries are sent whole.
 *
 * @param prepared false to send them whole from the beginning.
 */
export function createReader(pool: () => Promise<Pool>, prepared: boolean): Read {
  let named = prepared
  return async <Row extends object>({ name, text }: Statement, values: readonly unknown[]) => {
    const query = { text, values: [...values], types: parsers }
    const connections = await pool()
    if (!named) return (await connections.query<Row>(query)).rows
    try {
      return (await connections.query<Row>({ name, ...query })).rows
    } catch (error) {
      if (!NOT_PREPARED.includes((error as { code?: unknown }).code)) throw error
      named = false
      return (await connections.query<Row>(query)).rows
    }
  }
}
