import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queryPostgres } from '../../plugins/query-postgres/query-postgres.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { openStore } from '../../src/store/store.ts'
import { errorOf, outcomeOf } from '../plugins/outcome.ts'
import { databaseUrl } from '../plugins-postgres/world.ts'
import { hasPgBouncer, type Pooler, startPgBouncer, startRefusingDoor } from '../support/pooler.ts'

/** Real where it is installed; a door that refuses the same everywhere. */
const doors: readonly [name: string, start: () => Promise<Pooler>][] = [
  ['a door that refuses start-up parameters as PgBouncer and RDS Proxy do', startRefusingDoor],
  ...(hasPgBouncer
    ? [['PgBouncer in transaction pooling', startPgBouncer] as [string, () => Promise<Pooler>]]
    : []),
]

describe.each(doors)('through %s', (_name, start) => {
  let pooler: Pooler
  beforeAll(async () => {
    pooler = await start()
  })
  afterAll(() => pooler[Symbol.asyncDispose]())

  const through = (parameters = '') => {
    const url = databaseUrl()
    url.host = `127.0.0.1:${pooler.port}`
    return `${url.href}${parameters && `?${parameters}`}`
  }
  const run = (parameters: string, fields: object) =>
    outcomeOf(
      queryPostgres,
      { connectionString: '{{ secrets.DATABASE }}', ssl: 'disable', ...fields },
      { secrets: { DATABASE: through(parameters) } },
    )
  const shown = async (setting: string, parameters: string) => {
    const { output, error } = await run(parameters, { query: `select current_setting('${setting}') as it` })
    if (error) throw error
    return (output as { rows: { it: string }[] }).rows[0]?.it
  }

  test('a query has its rows', async () => {
    const { output, error } = await run('', { query: 'select $1::int + 1 as it', parameters: [41] })
    expect(error).toBeUndefined()
    expect(output).toMatchObject({ rows: [{ it: 42 }] })
  })

  // What libpq, JDBC, Prisma, Rails and providers write.
  test.each([
    ['search_path', 'schema=pg_catalog', 'pg_catalog'],
    ['search_path', 'currentSchema=pg_catalog', 'pg_catalog'],
    ['search_path', 'options=-c%20search_path%3Dpg_catalog', 'pg_catalog'],
    ['search_path', 'options=-csearch_path=a,%5C%20b', 'a, b'],
    ['search_path', 'options=--search-path%3Dpg_catalog', 'pg_catalog'],
    ['geqo', 'options=-c%20geqo%3Doff%20-c%20search_path%3Dx', 'off'],
    ['statement_timeout', 'statement_timeout=5', '30s'],
    ['lock_timeout', 'lock_timeout=4321', '4321ms'],
    ['client_min_messages', '', 'error'],
    ['extra_float_digits', 'options=-c%20extra_float_digits%3D0', '1'],
    ['datestyle', 'options=-c%20datestyle%3DSQL', 'ISO, MDY'],
    ['application_name', 'application_name=shop', 'shop'],
    ['application_name', '', 'lockstep'],
    ['search_path', 'pgbouncer=true&connection_limit=1&pool_timeout=0&schema=a', 'a'],
    ['search_path', 'prepareThreshold=0&preparedStatementCacheQueries=0&currentSchema=b', 'b'],
  ])('%s with ?%s is %s', async (setting, parameters, value) => {
    expect(await shown(setting, parameters)).toBe(value)
  })

  test('a setting is for this query alone, although the next one gets the same connection', async () => {
    expect(await shown('search_path', 'schema=pg_catalog')).toBe('pg_catalog')
    expect(await shown('search_path', '')).toBe('"$user", public')
  })

  test('many queries at once are not mixed up, because no prepared statement has a name', async () => {
    const work = Array.from({ length: 20 }, (_, at) =>
      run('', { query: 'select $1::int as it, pg_sleep(0.01)', parameters: [at] }),
    )
    const rows = (await Promise.all(work)).map(
      ({ output }) => (output as { rows: { it: number }[] }).rows[0]?.it,
    )
    expect(rows).toEqual(Array.from({ length: 20 }, (_, at) => at))
  })

  test("what a provider's own door reads is sent, and its refusal is explained", async () => {
    const error = await errorOf(
      queryPostgres,
      { connectionString: '{{ secrets.DATABASE }}', ssl: 'disable', query: 'select 1' },
      { secrets: { DATABASE: through('options=endpoint%3Dep-cool-rain') } },
    )
    expect(error.message).toMatch(/SQLSTATE 08P01 .*"options" in the connection string/)
  })

  test("Lockstep's own store works with an address of Prisma", async () => {
    const store = await openStore(
      new Sensitive(through('schema=public&pgbouncer=true&connection_limit=3')),
      2,
      {
        prepared: false,
      },
    )
    try {
      const rows = await store.inTransaction((tx) => tx.execute('select 42 as it'))
      expect(rows).toEqual([{ it: 42 }])
    } finally {
      await store.close()
    }
  })

  test('a client that sends options is refused, so this file would notice it', async () => {
    const client = new pg.Client({ connectionString: through(), options: '-c client_min_messages=error' })
    await expect(client.connect()).rejects.toMatchObject({ code: '08P01' })
  })
})
