import { describe, expect, test } from 'vitest'
import { databaseUrl, failure, startTcp } from './world.ts'

describe("a failure shows the SQLSTATE, and not the server's message", () => {
  test.each([
    ['select $1::int', '22P02 (invalid_text_representation'],
    ["select 'sk_live_CANARY-42'::int", '22P02'],
    ['select * from no_such', '42P01 (undefined_table)'],
    ['select 1; select 2', '42601 (syntax_error: the query must be one statement alone)'],
    ['selec 1', '42601'],
    ['select 1/0', '22012 (division_by_zero)'],
    ["do $$ begin raise exception 'sk_live_CANARY-42'; end $$", 'P0001 (raise_exception)'],
    ["do $$ begin raise exception 'x' using errcode = 'ABC12'; end $$", 'ABC12 (an error of the database)'],
    ['vacuum', '25001'],
  ])('%s', async (text, message) => {
    const parameters = text.includes('$1') ? ['{{ secrets.KEY }}'] : []
    const error = await failure({ query: text, parameters, readOnly: false })
    expect(error.code).toBe('STEP_FAILED')
    expect(error.message).toContain(`${databaseUrl().host} answered with SQLSTATE ${message}`)
  })

  test('two columns with the same name', async () => {
    const error = await failure({ query: 'select 1 as a, 2 as b, 3 as a' })
    expect(error.message).toBe(
      'Column 3 of the result has the name of an earlier one. Give one of them another name with AS.',
    )
  })

  test('a wrong database', async () => {
    const url = databaseUrl()
    url.pathname = '/no_such_database'
    expect((await failure({ connectionString: url.href, query: 'select 1' })).message).toContain(
      'SQLSTATE 3D000',
    )
  })

  test('no server at the address', async () => {
    const error = await failure({ connectionString: 'postgres://ann:x@db.test:1/shop', query: 'select 1' })
    expect(error).toMatchObject({
      code: 'REQUEST_FAILED',
      message: 'db.test:1 refused the connection. Check the port.',
    })
  })

  test('a server that closes the connection', async () => {
    const port = await startTcp((socket) => socket.destroy())
    const error = await failure({
      connectionString: `postgres://ann:x@db.test:${port}/shop`,
      query: 'select 1',
    })
    expect(error.code).toBe('REQUEST_FAILED')
  })

  test('a server that does not answer', async () => {
    const port = await startTcp(() => {})
    const fields = {
      connectionString: `postgres://ann:x@db.test:${port}/shop`,
      query: 'select 1',
      timeoutSeconds: 1,
    }
    expect((await failure(fields)).code).toBe('TIMEOUT')
  })

  test('a server without TLS when TLS is required', async () => {
    const error = await failure({ query: 'select 1', ssl: 'verify' })
    expect(error).toMatchObject({
      code: 'REQUEST_FAILED',
      message: `${databaseUrl().host} does not speak TLS.`,
    })
  })
})
