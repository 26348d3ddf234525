import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_hostile_0123456789'

let app: TestApp
let acme: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const JSON_TYPE = 'application/json'
const STRICT = 'application/graphql-response+json'

/** A POST. @param headers besides the content type. */
const sent = (body: string | undefined, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': JSON_TYPE, ...headers },
  ...(body !== undefined && { body }),
})
const query = (text: string, more: object = {}, headers = {}) =>
  sent(JSON.stringify({ query: text, ...more }), headers)
const strictly = (text: string, more: object = {}) => query(text, more, { accept: STRICT })
const create = (input: unknown) => query(documents.createAutomation, { variables: { input } })
const step = { key: 'a', type: 'set-values', fields: { values: 1 } }

type Row = [what: string, init: RequestInit, status: number, code: string, message: RegExp, path?: string]

const bodies: Row[] = [
  ['no body', sent(undefined), 400, 'BAD_REQUEST', /JSON|body/],
  ['an empty body', sent(''), 400, 'BAD_REQUEST', /JSON|body/],
  ['a body of spaces', sent('   '), 400, 'BAD_REQUEST', /JSON/],
  ['JSON that ends early', sent('{"query": "{ viewer { id } }"'), 400, 'BAD_REQUEST', /JSON/],
  ['JSON with a comment', sent('{"query": "{ __typename }" /* x */}'), 400, 'BAD_REQUEST', /JSON/],
  ['JSON with single quotes', sent(`{'query': '{ __typename }'}`), 400, 'BAD_REQUEST', /JSON/],
  ['bytes that are no text', sent('\u0000\u0001\u0002'), 400, 'BAD_REQUEST', /JSON/],
  ['null', sent('null'), 400, 'BAD_REQUEST', /./],
  ['a number', sent('7'), 400, 'BAD_REQUEST', /./],
  ['a string', sent('"{ __typename }"'), 400, 'BAD_REQUEST', /./],
  ['true', sent('true'), 400, 'BAD_REQUEST', /./],
  ['an empty list', sent('[]'), 400, 'BAD_REQUEST', /atch/],
  ['a batch', sent('[{"query":"{ __typename }"}]'), 400, 'BAD_REQUEST', /atch/],
  ['an empty object', sent('{}'), 400, 'BAD_REQUEST', /query/],
  ['a query that is null', sent('{"query":null}'), 400, 'BAD_REQUEST', /query/],
  ['a query that is a number', sent('{"query":7}'), 400, 'BAD_REQUEST', /query/],
  ['a query that is a list', sent('{"query":["{ __typename }"]}'), 400, 'BAD_REQUEST', /query/],
  ['the same key twice', sent('{"query":"{ nothing }","query":""}'), 400, 'BAD_REQUEST', /query/],
  [
    'a prototype as a key',
    sent('{"query":"{ __typename }","constructor":1}'),
    400,
    'BAD_REQUEST',
    /parameter/,
  ],
  ['an unknown key', query('{ __typename }', { [value]: 1 }), 400, 'BAD_REQUEST', /parameter/],
  ['variables that are a list', query('{ __typename }', { variables: [] }), 400, 'BAD_REQUEST', /variables/],
  ['variables that are text', query('{ __typename }', { variables: '{}' }), 400, 'BAD_REQUEST', /variables/],
  [
    'extensions that are text',
    query('{ __typename }', { extensions: '{}' }),
    400,
    'BAD_REQUEST',
    /extensions/,
  ],
]

const transport: Row[] = [
  [
    'a form',
    sent('query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /JSON/,
  ],
  [
    'an upload',
    sent('--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /JSON/,
  ],
  ['plain text', sent('{}', { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE', /JSON/],
  [
    'a bare document',
    sent('{ __typename }', { 'content-type': 'application/graphql' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /JSON/,
  ],
  [
    'two content types',
    sent('{}', { 'content-type': 'text/plain, application/json' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /JSON/,
  ],
  [
    'Latin-1',
    sent('{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /JSON/,
  ],
  [
    'UTF-16',
    sent('{}', { 'content-type': 'application/json; charset=utf-16' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /JSON/,
  ],
  [
    'a body that says it is gzip',
    sent('{}', { 'content-encoding': 'gzip' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /encoding/,
  ],
  [
    'an answer as HTML',
    query('{ __typename }', {}, { accept: 'text/html' }),
    406,
    'NOT_ACCEPTABLE',
    /application\/json/,
  ],
  [
    'an answer as an image',
    query('{ __typename }', {}, { accept: 'image/*' }),
    406,
    'NOT_ACCEPTABLE',
    /application\/json/,
  ],
  [
    'no JSON',
    query('{ __typename }', {}, { accept: 'application/json;q=0' }),
    406,
    'NOT_ACCEPTABLE',
    /application\/json/,
  ],
  [
    'JSON in Latin-1',
    query('{ __typename }', {}, { accept: 'application/json; charset=iso-8859-1' }),
    406,
    'NOT_ACCEPTABLE',
    /UTF-8/,
  ],
  [
    'a subscription as JSON',
    query('subscription { runUpdated(id: "a.b") { id } }', {}, { accept: JSON_TYPE }),
    406,
    'NOT_ACCEPTABLE',
    /text\/event-stream/,
  ],
  ['PUT', { ...query('{ __typename }'), method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED', /GET, POST/],
  ['DELETE', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED', /GET, POST/],
  ['PATCH', { ...query('{ __typename }'), method: 'PATCH' }, 405, 'METHOD_NOT_ALLOWED', /GET, POST/],
  [
    'a mutation by GET',
    {},
    405,
    'METHOD_NOT_ALLOWED',
    /POST/,
    `?query=${encodeURIComponent('mutation { deleteAutomation(id: "x") { __typename } }')}`,
  ],
  ['a GET without a query', {}, 400, 'BAD_REQUEST', /query/, ''],
  ['a GET with variables that are no JSON', {}, 400, 'BAD_REQUEST', /./, '?query={__typename}&variables={'],
  ['a GET with extensions that are no JSON', {}, 400, 'BAD_REQUEST', /./, '?query={__typename}&extensions=x'],
  [
    'a body of 7 MiB',
    query('{ __typename }', { variables: { a: 'x'.repeat(7 * 1024 * 1024) } }),
    413,
    'REQUEST_TOO_LARGE',
    /6 MiB/,
  ],
]

const documentRows: Row[] = [
  ['an empty document', query(''), 400, 'BAD_REQUEST', /no query/],
  ['a document of comments', query('# nothing'), 200, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['a brace that is open', query('{ viewer { id }'), 200, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['the same, strictly', strictly('{ viewer { id }'), 400, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['a null byte', query('{ viewer { \u0000 } }'), 200, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['2001 tokens', query(`{ ${'a '.repeat(2001)}}`), 200, 'GRAPHQL_PARSE_FAILED', /./],
  ['depth without end', query('{ a '.repeat(900)), 200, 'GRAPHQL_PARSE_FAILED', /./],
  [
    'an unknown field',
    query('{ viewer { password } }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field/,
  ],
  [
    'the same, strictly',
    strictly('{ viewer { password } }'),
    400,
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field/,
  ],
  ['a schema', query('type Query { a: Int }'), 400, 'OPERATION_RESOLUTION_FAILURE', /operation/],
  ['only a fragment', query('fragment F on Viewer { id }'), 400, 'OPERATION_RESOLUTION_FAILURE', /operation/],
  [
    'several operations',
    query('query A { __typename } query B { __typename }'),
    400,
    'OPERATION_RESOLUTION_FAILURE',
    /operation/,
  ],
  [
    'an operation that there is not',
    query('query A { __typename }', { operationName: 'B' }),
    400,
    'OPERATION_RESOLUTION_FAILURE',
    /operation/,
  ],
  [
    'a circle of fragments',
    query('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /spread/,
  ],
  ['an unknown directive', query('{ __typename @defeat }'), 200, 'GRAPHQL_VALIDATION_FAILED', /directive/],
  [
    'two subscriptions in one',
    query(
      'subscription { a: runUpdated(id: "a.b") { id } b: runUpdated(id: "a.b") { id } }',
      {},
      { accept: 'text/event-stream, application/json' },
    ),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /./,
  ],
  [
    'a value of a secret',
    query('{ secrets(workspace: "acme") { name value } }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field/,
  ],
  [
    'more than a request may cost',
    query(
      `{ ${Array.from({ length: 20 }, (_it, i) => `a${i}: secretUsages(workspace: "acme", name: "A", first: 5000) { id automation { variables { kind } } }`).join(' ')} }`,
    ),
    400,
    'QUERY_TOO_COSTLY',
    /limit is 500000/,
  ],
  [
    'the hash of no document',
    sent(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } })),
    200,
    'PERSISTED_QUERY_NOT_FOUND',
    /PersistedQueryNotFound/,
  ],
]

const variableRows: Row[] = [
  [
    'a missing variable',
    query(documents.secrets),
    200,
    'BAD_USER_INPUT',
    /^\$workspace is required: a value of the type ID!\.$/,
  ],
  ['the same, strictly', strictly(documents.secrets), 400, 'BAD_USER_INPUT', /^\$workspace is required/],
  [
    'a list for an id',
    query(documents.secrets, { variables: { workspace: ['a'] } }),
    200,
    'BAD_USER_INPUT',
    /^\$workspace does not fit: it takes a value of the type ID!\.$/,
  ],
  [
    'an object for a number',
    query(documents.secrets, { variables: { workspace: 'acme', first: {} } }),
    200,
    'BAD_USER_INPUT',
    /^\$first does not fit: it takes a value of the type Int\.$/,
  ],
  [
    'half a number',
    query(documents.secrets, { variables: { workspace: 'acme', first: 1.5 } }),
    200,
    'BAD_USER_INPUT',
    /^\$first does not fit/,
  ],
  [
    'a number beyond 32 bits',
    query(documents.secrets, { variables: { workspace: 'acme', first: 2 ** 40 } }),
    200,
    'BAD_USER_INPUT',
    /^\$first does not fit/,
  ],
  ['text for an input', create(value), 200, 'BAD_USER_INPUT', /^\$input does not fit/],
  [
    'an input without a name',
    create({ workspace: 'acme', steps: [] }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.name is required: a value of the type String!\.$/,
  ],
  [
    'an unknown field deep inside',
    create({ workspace: 'acme', name: 'x', steps: [step, { ...step, [value]: 1 }] }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.steps\[1\] has a field that StepInput does not have\. It may have: .*key/,
  ],
  [
    'null deep inside',
    create({ workspace: 'acme', name: 'x', steps: [{ ...step, key: null }] }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.steps\[0\]\.key is required/,
  ],
  [
    'a role that there is not',
    query(documents.createApiToken, { variables: { input: { workspace: 'acme', name: 'x', role: value } } }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.role does not fit: it takes one of ADMIN, MEMBER\.$/,
  ],
]

const all = [...bodies, ...transport, ...documentRows, ...variableRows]

describe('a hostile request is refused with a status, a code and words', () => {
  test('there are many of them', () => expect(all.length).toBeGreaterThanOrEqual(62))

  test.each(all)('%s', async (_what, init, status, code, message, path = '') => {
    const answer = await acme.admin.request(`/graphql${path}`, init)
    const { data, errors } = JSON.parse(answer.text)
    expect([answer.status, errors[0].extensions.code, errors[0].message]).toEqual([
      status,
      code,
      expect.stringMatching(message),
    ])
    expect(data ?? null).toBeNull()
    expect(answer.headers.get('content-type')).toMatch(/json/)
    expect(answer.text).not.toContain('sk_test')
  })
})

describe('arguments that fit their type and nothing else', () => {
  test.each([
    ['first of 0', documents.secrets, { workspace: 'acme', first: 0 }, 'BAD_REQUEST', /first is a number/],
    ['a cursor that is none', documents.runs, { workspace: 'acme', before: 'x' }, 'BAD_REQUEST', /before/],
    [
      'a cursor of another workspace',
      documents.runs,
      { workspace: 'acme', before: 'globex.01890a5d-ac96-774b-bcce-b302099a8057' },
      'BAD_REQUEST',
      /before/,
    ],
    ['an id with a null byte', documents.automation, { id: 'acme.\u0000' }, 'FORBIDDEN', /./],
    ['an id that is a path', documents.run, { id: '../../etc/passwd' }, 'FORBIDDEN', /./],
    [
      'a workspace of a megabyte',
      documents.secrets,
      { workspace: 'x'.repeat(1024 * 1024) },
      'FORBIDDEN',
      /./,
    ],
  ] as const)('%s', async (_what, document, variables, code, message) => {
    const { data, errors } = await acme.admin.graphql(document, variables)
    expect(Object.values(data)).toEqual([null])
    expect(errors?.[0]?.extensions.code).toBe(code)
    expect(errors?.[0]?.message).toMatch(message)
  })
})

describe('every fault of an input is told at once', () => {
  test('those of variables, each with its path', async () => {
    const { text } = await acme.admin.request(
      '/graphql',
      create({ name: 7, steps: [{ ...step, key: 1.5 }, { fields: {} }] }),
    )
    const { errors } = JSON.parse(text)
    expect(errors.map((it: { extensions: { at: unknown } }) => it.extensions.at)).toEqual([
      { path: ['input', 'name'] },
      { path: ['input', 'steps', '0', 'key'] },
      { path: ['input', 'steps', '1', 'key'] },
      { path: ['input', 'steps', '1', 'type'] },
      { path: ['input', 'workspace'] },
    ])
  })

  test('those of an automation: its name, its schedule, and the fields and settings of its steps', async () => {
    const input = {
      workspace: 'acme',
      name: '',
      schedule: { cron: '* * *', timeZone: 'Europe/Berlin' },
      steps: [
        { key: 'call', type: 'custom-http', fields: { timeoutSeconds: 'soon' }, timeoutSeconds: 0 },
        { key: 'none', type: 'no-such-type', fields: {} },
        { key: 'tmpl', type: 'custom-http', fields: { url: 'https://a.example/{{ nope }}', body: '{{' } },
      ],
    }
    const { data, errors } = await acme.admin.graphql(
      `mutation ($input: AutomationInput!) {
        createAutomation(input: $input) {
          ... on Error { code at { ...P } more { code message at { ...P } } }
        }
      }
      fragment P on ErrorPlace { step field }`,
      { input },
    )
    expect(errors).toBeUndefined()
    const { code, at, more } = data.createAutomation
    const places = [{ code, at }, ...more].map((it) => [it.code, it.at?.step ?? null, it.at?.field ?? null])
    expect(places).toEqual([
      ['INVALID_NAME', null, null],
      ['INVALID_FIELD', 'call', 'url'],
      ['INVALID_FIELD', 'call', 'timeoutSeconds'],
      ['INVALID_FIELD', 'call', null],
      ['UNKNOWN_STEP_TYPE', 'none', null],
      ['INVALID_TEMPLATE', 'tmpl', 'url'],
      ['INVALID_TEMPLATE', 'tmpl', 'body'],
      ['INVALID_FIELD', null, 'schedule.cron'],
    ])
  })
})

test('a limit says which it is', async () => {
  const steps = Array.from({ length: 101 }, (_it, i) => ({ ...step, key: `a${i}` }))
  const { data } = await acme.admin.graphql(
    `mutation ($input: AutomationInput!) {
      createAutomation(input: $input) { ... on LimitReachedError { code limit retryAfterSeconds } }
    }`,
    { input: { workspace: 'acme', name: 'Many', steps } },
  )
  expect(data.createAutomation).toEqual({ code: 'LIMIT_REACHED', limit: 'steps', retryAfterSeconds: null })
})

test('no value of a request is in the database, the log or an answer', () => app.expectNoCanary(value))
