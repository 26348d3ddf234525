import pg from 'pg'
import { AppError } from '../../src/steps/index.ts'
import { parserOf, typeName } from './column-types.ts'

/** The rows of the result. */
export interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly rowCount: number
  readonly truncated: boolean
  readonly fields: readonly { readonly name: string; readonly type: string }[]
}

/**
 * Asks the server for a limited number of rows, so that an unexpectedly large result does not fill the memory. It
 * always uses the extended protocol. There a text is one statement, and the parameters travel separately.
 */
class LimitedQuery extends pg.Query {
  /** Replaces pg's own handler, which would ask for the next rows. */
  handlePortalSuspended(connection: pg.Connection): void {
    connection.sync()
  }
}

/**
 * Runs one statement.
 *
 * @throws any error of pg, whose message may contain values; AppError STEP_FAILED when the result cannot be
 * represented.
 */
export async function queryLimited(
  client: pg.Client,
  text: string,
  values: readonly unknown[],
  maxRows: number,
): Promise<Rows> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResultBase & { rows: unknown[][] }>()
  // One more row than wanted tells whether there are more.
  const config = { text, values: [...values], rows: maxRows + 1, rowMode: 'array', types: { getTypeParser } }
  const query = new LimitedQuery(config, (error: unknown, result) => {
    if (error) reject(error)
    else resolve(result as unknown as pg.QueryResultBase & { rows: unknown[][] })
  })
  client.query(query)
  const { rows, rowCount, fields } = await promise
  const names = fields.map((it) => it.name)
  refuseTwins(names)
  const kept = rows.slice(0, maxRows)
  return {
    rows: kept.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))),
    rowCount: rowCount ?? kept.length,
    truncated: rows.length > maxRows,
    fields: fields.map((it) => ({ name: it.name, type: typeName(it.dataTypeID) })),
  }
}

function getTypeParser(id: number) {
  return parserOf(id)
}

/** A row can hold only one of two columns with the same name. The other would be missing without an error. */
function refuseTwins(names: readonly string[]): void {
  const twin = names.findIndex((name, at) => names.indexOf(name) !== at)
  if (twin === -1) return
  const advice = 'Give one of them another name with AS.'
  throw new AppError(
    'STEP_FAILED',
    `Column ${twin + 1} of the result has the name of an earlier one. ${advice}`,
  )
}
