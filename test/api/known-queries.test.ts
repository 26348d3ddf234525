import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buildSchema, type DocumentNode, GraphQLError, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Context } from '../../src/api/builder.ts'
import { createKnownQueries, isPlain } from '../../src/api/known-queries.ts'
import { TimeLimit } from '../../src/api/time-limit.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

describe('over HTTP, what is known is answered as it was when it was new', () => {
  let app: TestApp
  let acme: TestWorkspace

  beforeAll(async () => {
    app = await startTestApp()
    acme = await createTestWorkspace(app, 'acme')
    await acme.createSecret('FIRST', 'sk_test_known_0123456789')
  })
  afterAll(() => app.close())

  const two = 'query A { viewer { name } } query B($w: ID!) { secrets(workspace: $w) { name } }'
  const wide = documents.secrets
  test.each([
    ['a list', { query: wide, variables: { workspace: 'acme' } }],
    ['one of two operations', { query: two, operationName: 'A' }],
    ['the other one', { query: two, operationName: 'B', variables: { w: 'acme' } }],
    ['none of two operations', { query: two }],
    ['a foreign workspace', { query: wide, variables: { workspace: 'globex' } }],
    ['a missing variable', { query: wide }],
    ['a variable of the wrong type', { query: wide, variables: { workspace: ['a'] } }],
    ['variables that are none', { query: wide, variables: [] }],
    ['a page that there is not', { query: wide, variables: { workspace: 'acme', first: 0 } }],
    ['an operation that there is not', { query: wide, operationName: 'C' }],
    ['a parameter that there is not', { query: wide, variables: { workspace: 'acme' }, more: 1 }],
  ])('%s', async (_what, body) => {
    // A text that nobody has sent yet, of the same meaning.
    const text = `${body.query} # ${randomBytes(8).toString('hex')}`
    const ask = async (query: string) => {
      const { status, headers, text } = await acme.admin.request('/graphql', post({ ...body, query }))
      return { status, type: headers.get('content-type'), text }
    }
    const first = await ask(text)
    for (let time = 0; time < 2; time++) expect(await ask(text)).toEqual(first)
    // It is known now, whatever came of this one.
    expect(first.text.startsWith('{"data"') || first.text.startsWith('{"errors"')).toBe(true)
  })

  test('a mutation is executed once each time that it is sent', async () => {
    const steps = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]
    for (let time = 0; time < 3; time++) await acme.createAutomation('Thrice', steps)
    expect(await app.database.query(`select 1 from automation where name = 'Thrice'`)).toHaveLength(3)
  })
})

test('a document that costs too much is refused here, is counted, and takes no longer way', async () => {
  const refused = vi.fn()
  const queries = createKnownQueries({
    schema: buildSchema('type Query { one: Int }'),
    documentOf: () => undefined,
    mayBeQuick: () => true,
    persisted: { find: () => undefined, only: false },
    refusalOf: async ({ query }) =>
      query === '{ dear }'
        ? new GraphQLError('Too dear.', { extensions: { code: 'QUERY_TOO_COSTLY' } })
        : undefined,
    refused,
    costOf: () => 0,
    contextOf: () => expect.unreachable('the caller is not asked for'),
  })
  const res = { writeHead: vi.fn(), end: vi.fn() }
  const ask = (query: string) =>
    queries.answer(
      { headers: {} } as IncomingMessage,
      res as Partial<ServerResponse> as ServerResponse,
      JSON.stringify({ query }),
    )
  expect(await ask('{ cheap }')).toBe(false)
  expect(await ask('{ dear }')).toBe(true)
  expect(res.writeHead).toHaveBeenCalledWith(400, expect.anything())
  const errors = [{ message: 'Too dear.', extensions: { code: 'QUERY_TOO_COSTLY' } }]
  expect(JSON.parse(res.end.mock.calls[0]?.[0])).toEqual({ errors })
  expect(refused.mock.calls).toEqual([['QUERY_TOO_COSTLY']])
})

describe('which requests it answers', () => {
  const schema = buildSchema('type Query { one: Int, wrong: Int! } type Mutation { one: Int }')
  const texts = { one: '{ one }', wrong: '{ wrong }', change: 'mutation { one }', invalid: '{ three }' }
  const parsed = new Map<string, DocumentNode>(Object.values(texts).map((it) => [it, parse(it)]))
  const known = (only = false, contextOf = async () => ({ timeLimit: new TimeLimit(0) }) as Context) => {
    const queries = createKnownQueries({
      schema,
      documentOf: (text) => parsed.get(text),
      mayBeQuick: (document) => document !== parsed.get(texts.change),
      persisted: { find: (hash) => (hash === 'hash' ? texts.one : undefined), only },
      refusalOf: async () => undefined,
      refused: () => undefined,
      costOf: () => 0,
      contextOf,
    })
    for (const text of Object.values(texts)) {
      const after = queries.plugin.onValidate?.({ params: { documentAST: parsed.get(text) } } as never)
      if (typeof after === 'function') after({ valid: text !== texts.invalid } as never)
    }
    return async (body: unknown) => {
      const res = { writeHead: vi.fn(), end: vi.fn() }
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const answered = await queries.answer(
        { headers: {} } as IncomingMessage,
        res as Partial<ServerResponse> as ServerResponse,
        text,
      )
      expect(res.end).toHaveBeenCalledTimes(answered ? 1 : 0)
      return answered ? JSON.parse(res.end.mock.calls[0]?.[0]) : undefined
    }
  }
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'hash' } }

  test('a valid query, by its text or its hash', async () => {
    expect(await known()({ query: texts.one })).toEqual({ data: { one: null } })
    expect(await known()({ extensions })).toEqual({ data: { one: null } })
    expect(await known(true)({ extensions })).toEqual({ data: { one: null } })
  })

  test.each([
    ['a mutation', { query: texts.change }],
    ['what is not valid', { query: texts.invalid }],
    ['what has an error', { query: texts.wrong }],
    ['what is new', { query: '{ one  }' }],
    ['a text and a hash', { query: texts.one, extensions }],
    ['a hash of another version', { extensions: { persistedQuery: { version: 2, sha256Hash: 'hash' } } }],
    ['an unknown hash', { extensions: { persistedQuery: { version: 1, sha256Hash: 'other' } } }],
    ['nothing', {}],
    ['a batch', [{ query: texts.one }]],
    ['no object', 'null'],
    ['no JSON', '{'],
  ])('not %s', async (_what, body) => {
    expect(await known()(body)).toBeUndefined()
  })

  test('no text where hashes alone are taken', async () => {
    expect(await known(true)({ query: texts.one })).toBeUndefined()
  })

  test('nothing while it cannot be told who is calling', async () => {
    const away = () => Promise.reject(new Error('the database is away'))
    expect(await known(false, away)({ query: texts.one })).toBeUndefined()
  })

  test.each([
    [true, 'POST', {}],
    [true, 'POST', { accept: 'application/json' }],
    [false, 'GET', {}],
    [false, 'POST', { accept: 'text/event-stream' }],
    [false, 'POST', { accept: 'application/graphql-response+json' }],
    [false, 'POST', { 'content-type': 'application/x-www-form-urlencoded' }],
    [false, 'POST', { 'content-type': 'application/json; charset=latin1' }],
    [false, 'POST', { 'content-encoding': 'gzip' }],
  ])('%s: %s with %o', (plain, method, headers) => {
    const all = { 'content-type': 'application/json', ...headers }
    expect(isPlain({ method, headers: all } as unknown as IncomingMessage)).toBe(plain)
  })
})
