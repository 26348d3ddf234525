import pg from 'pg'
import { AppError } from '../../src/steps/index.ts'
import { parserOf, typeName } from './column-types.ts'

/** What the step gives back. */
export interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly rowCount: number
  readonly truncated: boolean
  readonly fields: readonly { readonly name: string; readonly type: string }[]
}

/**
 * Asks the server for so many rows and no more, so that a result that nobody expected does not fill the memory. It
 * always takes the extended protocol, in which a text is one statement and the parameters travel apart from it.
 */
class LimitedQuery extends pg.Query {
  /** Called in the place of pg's own, which would ask for the next rows. */
  handlePortalSuspended(connection: pg.Connection): void {
    connection.sync()
  }
}

/**
 * Runs one statement.
 *
 * @throws whatever pg throws: its messages may hold values. AppError STEP_FAILED when the result cannot be told.
 */
export async function queryLimited(
  client: pg.Client,
  text: string,
  values: readonly unknown[],
  maxRows: number,
): Promise<Rows> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResultBase & { rows: unknown[][] }>()
  // One more than wanted tells whether there are more.
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

/** Of two columns with one name, a row can hold one: the other would be missing without a word. */
function refuseTwins(names: readonly string[]): void {
  const twin = names.findIndex((name, at) => names.indexOf(name) !== at)
  if (twin === -1) return
  const advice = 'Give one of them another name with AS.'
  throw new AppError(
    'STEP_FAILED',
    `Column ${twin + 1} of the result has the name of an earlier one. ${advice}`,
  )
}
