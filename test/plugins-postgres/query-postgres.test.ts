import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../src/steps/index.ts'
import { outcomeOf } from '../plugins/outcome.ts'
import { canary, databaseUrl, failure, onDatabase, query, startTcp } from './world.ts'

const schema = 'query_postgres_test'
let admin: pg.Client

beforeAll(async () => {
  admin = new pg.Client({ connectionString: databaseUrl().href })
  await admin.connect()
  await admin.query(`drop schema if exists ${schema} cascade; create schema ${schema}`)
  await admin.query(`create table ${schema}.customers (id int primary key, name text not null)`)
})
afterAll(async () => {
  await admin.query(`drop schema ${schema} cascade`)
  await admin.end()
})

const names = async () => {
  const { rows } = await admin.query(`select name from ${schema}.customers order by id`)
  return rows.map((it) => it.name)
}

test('returns rows, their number and their columns', async () => {
  const text = `select n as id, 'x' || n as name from generate_series(1, 2) as n`
  expect(await query({ query: text })).toEqual({
    rows: [
      { id: 1, name: 'x1' },
      { id: 2, name: 'x2' },
    ],
    rowCount: 2,
    truncated: false,
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'name', type: 'text' },
    ],
  })
})

test('the password is protected separately from the connection string', async () => {
  const { guarded } = await outcomeOf(...onDatabase({ query: 'select 1' }))
  expect(guarded).toEqual([databaseUrl().password])
})

describe('column types keep their precision', () => {
  test.each<[string, unknown]>([
    ['9007199254740993::bigint', '9007199254740993'],
    ['0.1000::numeric(10,4)', '0.1000'],
    ['7::smallint', 7],
    ['1.5::real', 1.5],
    ["'NaN'::float8", 'NaN'],
    ["'-Infinity'::float8", '-Infinity'],
    ['true', true],
    ['null::int', null],
    ["date '2024-02-29'", '2024-02-29'],
    ["timestamp '2024-02-29 10:00:00.123456'", '2024-02-29T10:00:00.123456'],
    ["timestamptz '2024-02-29 10:00:00.123456+00' at time zone 'UTC'", '2024-02-29T10:00:00.123456'],
    ["'infinity'::timestamptz", 'infinity'],
    ["interval '1 day 2 hours'", 'P1DT2H'],
    ["'\\x00ff'::bytea", 'AP8='],
    [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    ["'null'::json", null],
    ['array[1, 2, null]', [1, 2, null]],
    ['array[[9007199254740993], [2]]', [['9007199254740993'], ['2']]],
    ["array['a,b', 'NULL', null, '\"']", ['a,b', 'NULL', null, '"']],
    ["'{}'::text[]", []],
    ["'7c9e6679-7425-40de-944b-e07fc1f90ae7'::uuid", '7c9e6679-7425-40de-944b-e07fc1f90ae7'],
    ["'(1,2)'::point", '(1,2)'],
  ])('%s', async (expression, value) => {
    expect(await query({ query: `select ${expression} as it` })).toMatchObject({ rows: [{ it: value }] })
  })

  test("a timestamp has its zone, whatever the server's zone", async () => {
    const text = "select timestamptz '2024-02-29 10:00:00.5+00' as it"
    const { rows } = (await query({ query: text })) as { rows: { it: string }[] }
    expect(rows[0]?.it).toMatch(/^2024-02-\d\dT\d\d:\d\d:00\.5(Z|[+-]\d\d:\d\d)$/)
    expect(new Date(rows[0]?.it ?? '').toISOString()).toBe('2024-02-29T10:00:00.500Z')
  })
})

describe('parameters', () => {
  test('travel separately from the query, whatever they contain', async () => {
    const evil = `'; drop schema ${schema} cascade; --`
    const fields = {
      query: 'select $1::text = $2 as same, length($1) as n',
      parameters: ['{{ trigger.x }}', evil],
    }
    expect(await query(fields, { trigger: { x: evil } })).toMatchObject({
      rows: [{ same: true, n: evil.length }],
    })
    await expect(names()).resolves.toEqual([])
  })

  test('may be secrets, which the output cannot contain', async () => {
    const fields = { query: 'select length($1) as n', parameters: ['{{ secrets.KEY }}'] }
    expect(await query(fields)).toMatchObject({ rows: [{ n: canary.length }] })
  })

  test.each<[string, unknown, unknown]>([
    ['$1::int', 5, 5],
    ['$1::bool', true, true],
    ['$1::text', null, null],
    ['$1::jsonb', { a: 1 }, { a: 1 }],
    ['2 = any($1::int[])', [1, 2], true],
  ])('as %s contain %j', async (expression, value, expected) => {
    const fields = { query: `select ${expression} as it`, parameters: [value] }
    expect(await query(fields)).toMatchObject({ rows: [{ it: expected }] })
  })

  test.each([
    ['{"a": 1}', 'must be a list'],
    ['"{{ secrets.KEY }}"', 'must be a list'],
  ])('%s are refused', async (parameters, message) => {
    const error = await failure({ query: 'select 1', parameters })
    expect(error).toMatchObject({ code: 'INVALID_FIELD', message: expect.stringContaining(message) })
  })
})

describe('writing queries', () => {
  const insert = `insert into ${schema}.customers values ($1, $2) returning id`

  test('are refused unless the step allows them', async () => {
    const error = await failure({ query: insert, parameters: [1, '{{ secrets.KEY }}'] })
    expect(error.code).toBe('STEP_FAILED')
    expect(error.message).toContain('SQLSTATE 25006 (read_only_sql_transaction: turn off "readOnly"')
    expect(await names()).toEqual([])
  })

  test.each([
    `do $$ begin set transaction read write; insert into ${schema}.customers values (9, 'x'); end $$`,
    `do $$ begin commit; insert into ${schema}.customers values (9, 'x'); end $$`,
    `select set_config('transaction_read_only', 'off', true)`,
  ])('are refused even if the query tries otherwise: %s', async (text) => {
    await failure({ query: text })
    expect(await names()).toEqual([])
  })

  test('are committed if the step allows them', async () => {
    const fields = { query: insert, parameters: [1, 'Ann'], readOnly: false }
    expect(await query(fields)).toMatchObject({ rows: [{ id: 1 }], rowCount: 1 })
    expect(await names()).toEqual(['Ann'])
  })

  test('are executed completely, even if fewer rows are returned', async () => {
    const text = `insert into ${schema}.customers select n, 'many' from generate_series(10, 20) as n returning id`
    const output = await query({ query: text, readOnly: false, maxRows: 2 })
    expect(output).toMatchObject({ rows: [{ id: 10 }, { id: 11 }], truncated: true })
    const { rows } = await admin.query(`delete from ${schema}.customers where name = 'many' returning id`)
    expect(rows).toHaveLength(11)
  })

  test('are rolled back if the query fails at its end', async () => {
    await admin.query(`create table ${schema}.late (id int unique deferrable initially deferred)`)
    const text = `insert into ${schema}.late values (1), (1)`
    const error = await failure({ query: text, readOnly: false })
    expect(error.message).toContain('SQLSTATE 23505 (unique_violation)')
    const { rows } = await admin.query(`select * from ${schema}.late`)
    expect(rows).toEqual([])
  })

  test('without rows return the number of changed rows', async () => {
    const text = `update ${schema}.customers set name = 'Ben' where id = 1`
    expect(await query({ query: text, readOnly: false })).toEqual({
      rows: [],
      rowCount: 1,
      truncated: false,
      fields: [],
    })
  })
})

describe('a large result', () => {
  test.each([
    [2, true],
    [3, false],
  ])('of 3 rows is cut after %d: %s', async (maxRows, truncated) => {
    const output = await query({ query: 'select n from generate_series(1, 3) as n', maxRows })
    expect(output).toMatchObject({ truncated, rowCount: maxRows })
  })

  test('without end is read only as far as needed', async () => {
    const text = 'with recursive t(n) as (select 1 union all select n + 1 from t) select n from t'
    expect(await query({ query: text, maxRows: 5 })).toMatchObject({ rowCount: 5, truncated: true })
  })

  test('with too many bytes in its rows is refused', async () => {
    const text = "select repeat('x', 1024 * 1024) as it from generate_series(1, 1000)"
    expect((await failure({ query: text })).code).toBe('RESPONSE_TOO_LARGE')
  })

  test('with too many bytes in one row is refused', async () => {
    expect((await failure({ query: "select repeat('x', 200 * 1024 * 1024) as it" })).code).toBe(
      'RESPONSE_TOO_LARGE',
    )
  })
})

describe('a query that takes too long', () => {
  const pending = async () => {
    const { rows } = await admin.query(
      "select 1 from pg_stat_activity where application_name = 'lockstep' and state = 'active'",
    )
    return rows.length
  }

  test('is cancelled after its timeout, on the server too', async () => {
    const error = await failure({ query: 'select pg_sleep(600)', timeoutSeconds: 1 })
    expect(error.code).toBe('TIMEOUT')
    await vi.waitFor(async () => expect(await pending()).toBe(0), { timeout: 20_000 })
  })

  test('is cancelled with the run, on the server too', async () => {
    const controller = new AbortController()
    const options = { signal: controller.signal }
    const run = failure({ query: 'select pg_sleep(600)', timeoutSeconds: 300 }, options)
    await vi.waitFor(async () => expect(await pending()).toBe(1), { timeout: 20_000 })
    controller.abort(new AppError('CANCELLED', 'The run was cancelled.'))
    expect((await run).code).toBe('CANCELLED')
    await vi.waitFor(async () => expect(await pending()).toBe(0), { timeout: 20_000 })
  })
})

test("the connection uses no variable of the worker's environment", async () => {
  vi.stubEnv('PGPASSWORD', canary)
  vi.stubEnv('PGOPTIONS', '-c application_name=lent')
  const sent: string[] = []
  const port = await startTcp((socket) => {
    socket.on('data', (data) => {
      sent.push(data.toString('latin1'))
      // Asks for the password in the clear.
      if (sent.length === 1) socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      else socket.destroy()
    })
  })
  await failure({ connectionString: `postgres://ann@db.test:${port}`, query: 'select 1' })
  vi.unstubAllEnvs()
  expect(sent).toHaveLength(2)
  expect(sent.join('')).not.toMatch(/CANARY|lent/)
})
