import type pg from 'pg'
import type { AppError } from '../../src/steps/index.ts'
import type { Target } from './connection-string.ts'
import { describeFailure, timedOut } from './failure.ts'
import type { QueryPostgresInput } from './fields.ts'
import { queryLimited, type Rows } from './limited-query.ts'
import type { Session } from './session.ts'

// How much later than the server this side gives up, in milliseconds. A working server reports its own timeout.
const GRACE = 2000

/**
 * Settings for the spelling of values, whatever the database's settings. None changes the meaning of a query. They are set
 * in the transaction, because poolers refuse them when a connection begins, and would keep them for the next client.
 */
const OWN_SETTINGS =
  "set local client_min_messages = 'error'; set local datestyle = 'ISO'; set local intervalstyle = 'iso_8601'; " +
  "set local bytea_output = 'hex'; set local extra_float_digits = 1; set local client_encoding = 'UTF8'"

/**
 * Runs the query in its own transaction, which is committed if everything succeeds.
 *
 * @param onStart gets the id of the server's process while the transaction is open.
 * @throws AppError STEP_FAILED, REQUEST_FAILED, TIMEOUT or RESPONSE_TOO_LARGE
 */
export async function runInTransaction(
  session: Session,
  target: Target,
  input: QueryPostgresInput,
  parameters: readonly unknown[],
  onStart: (process: number) => void,
): Promise<Rows> {
  const { client } = session
  const milliseconds = Math.ceil(input.timeoutSeconds * 1000)
  let phase: 'query' | 'commit' = 'query'
  let late: AppError | undefined
  const timer = setTimeout(() => {
    late = timedOut(target.name)
    session.abort()
  }, milliseconds + GRACE)
  try {
    await client.query(input.readOnly ? 'begin read only' : 'begin')
    await applySettings(client, target.settings)
    await client.query(`${OWN_SETTINGS}; set local statement_timeout = ${milliseconds}`)
    onStart(await processOf(client))
    const rows = await queryLimited(client, input.query, parameters, input.maxRows)
    phase = 'commit'
    await client.query('commit')
    return rows
  } catch (error) {
    throw late ?? session.broken ?? describeFailure(error, target.name, phase)
  } finally {
    clearTimeout(timer)
  }
}

/** The server itself is asked, because the protocol reports a pooler's number when there is a pooler. */
async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}

/** The settings of the connection string, each for this transaction alone. */
async function applySettings(client: pg.Client, settings: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, value] of settings) await client.query('select set_config($1, $2, true)', [name, value])
}
