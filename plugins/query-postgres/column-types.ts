import pg from 'pg'
import { parseJson } from '../../src/steps/index.ts'

type Parse = (text: string) => unknown

const json: Parse = (text) => parseJson(text)
const same: Parse = (text) => text

/** JSON has no NaN and no infinity, so they stay text. */
const float: Parse = (text) => (Number.isFinite(Number(text)) ? Number(text) : text)

/** PostgreSQL's timestamp in ISO 8601, with all six digits of its microseconds. */
const time: Parse = (text) =>
  timestamp(text)
    .replace(/\+00$/, 'Z')
    .replace(/([+-]\d\d)$/, '$1:00')

const timestamp = (text: string): string => text.replace(/^(\d{4,}-\d\d-\d\d) /, '$1T')
const bytes: Parse = (text) => Buffer.from(text.slice(2), 'hex').toString('base64')
const integer: Parse = (text) => Number(text)

/** By the type's id: its name, the id of its array type, and the parser of its text. */
const types = new Map<number, readonly [name: string, array: number, parse: Parse]>([
  [16, ['boolean', 1000, (text) => text === 't']],
  [17, ['bytea', 1001, bytes]],
  [20, ['bigint', 1016, same]],
  [21, ['smallint', 1005, integer]],
  [23, ['integer', 1007, integer]],
  [25, ['text', 1009, same]],
  [26, ['oid', 1028, integer]],
  [114, ['json', 199, json]],
  [700, ['real', 1021, float]],
  [701, ['double precision', 1022, float]],
  [1042, ['character', 1014, same]],
  [1043, ['character varying', 1015, same]],
  [1082, ['date', 1182, same]],
  [1083, ['time', 1183, same]],
  [1114, ['timestamp', 1115, timestamp]],
  [1184, ['timestamp with time zone', 1185, time]],
  [1186, ['interval', 1187, same]],
  [1700, ['numeric', 1231, same]],
  [2950, ['uuid', 2951, same]],
  [3802, ['jsonb', 3807, json]],
])

const arrays = new Map([...types.values()].map(([name, array, parse]) => [array, { name, parse }]))

/**
 * The parser for the text of a column. It loses nothing: a number that JSON cannot represent exactly stays text.
 */
export function parserOf(id: number): Parse {
  const parse = types.get(id)?.[2]
  if (parse !== undefined) return parse
  const element = arrays.get(id)
  return element === undefined ? same : (text) => each(readArray(text), element.parse)
}

// pg has only the ids of single values; this is the id of the array of text.
const TEXT_ARRAY: number = 1009
const readArray: Parse = pg.types.getTypeParser(TEXT_ARRAY)

/** Arrays of PostgreSQL may contain arrays, and null instead of a value. */
function each(value: unknown, parse: Parse): unknown {
  if (Array.isArray(value)) return value.map((it: unknown) => each(it, parse))
  return typeof value === 'string' ? parse(value) : null
}

/** The name of a type. A type that is not built into PostgreSQL has its number. */
export function typeName(id: number): string {
  const element = arrays.get(id)
  return types.get(id)?.[0] ?? (element === undefined ? String(id) : `${element.name}[]`)
}
