import { defineStep, fieldError, Sensitive, type StepType } from '../../src/steps/index.ts'
import { readTarget, type Target } from './connection-string.ts'
import { fields, type QueryPostgresInput } from './fields.ts'
import { output } from './output.ts'
import { readParameters } from './parameters.ts'
import { openSession, type Session } from './session.ts'
import { runInTransaction } from './transaction.ts'

/**
 * Runs one statement on a PostgreSQL, in its own transaction.
 *
 * Example:
 * `{ "connectionString": "{{ secrets.SHOP_DATABASE }}", "query": "select id, name from customers
 * where email = $1", "parameters": ["{{ trigger.body.email }}"] }`
 *
 * Values reach the database only as parameters. The query takes no templates, so that a stranger's text cannot
 * become SQL. The connection string goes only to its own host, over TLS with a verified certificate. An error of
 * the database shows only its SQLSTATE, since its message quotes values.
 */
export const queryPostgres: StepType = defineStep({
  type: 'query-postgres',
  title: 'Query PostgreSQL',
  description: 'Runs a query on a PostgreSQL database and gives back its rows.',
  icon: 'database',
  fields,
  output,
  async check({ connectionString, ...input }, context) {
    if (!connectionString) throw fieldError({ field: 'connectionString' }, 'is required.')
    const ask = { query: 'select 1', parameters: new Sensitive('[]', false) }
    await queryPostgres.run({ ...input, ...ask, connectionString }, context)
    return 'The database has let the user in and answers queries.'
  },
  destinations: (input) => [readTarget(input).name],
  async run(input, { lookup, protect, signal }) {
    const target = readTarget(input)
    // The password alone is as secret as the string, and a search for the whole string would not find it.
    if (target.password !== '') protect(target.password)
    const parameters = readParameters(input.parameters)
    const address = await lookup(target.host, target.port)
    signal.throwIfAborted()
    await using session = await connect(target, address, input, signal)
    let stopping: Promise<void> | undefined
    let process = 0
    const stop = () => {
      stopping ??= cancelQuery(target, address, input, process).finally(() => session.abort())
    }
    signal.addEventListener('abort', stop)
    try {
      signal.throwIfAborted()
      return await runInTransaction(session, target, input, parameters, (it) => {
        process = it
      })
    } catch (error) {
      await stopping
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  },
})

async function connect(target: Target, address: string, input: QueryPostgresInput, signal: AbortSignal) {
  try {
    return await openSession(target, address, input, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

/**
 * Tells the server to stop. Otherwise it would not notice that the client has gone, and continue. The transaction
 * is still open, so the server process is still the one of this query.
 */
async function cancelQuery(
  target: Target,
  address: string,
  input: QueryPostgresInput,
  process: number,
): Promise<void> {
  if (process === 0) return
  try {
    await using session = await openSession(target, address, input)
    await cancel(session, process)
  } catch {
    // If this fails, the server's own timeout ends the query.
  }
}

async function cancel({ client }: Session, process: number): Promise<void> {
  await client.query('select pg_cancel_backend($1)', [process])
}
