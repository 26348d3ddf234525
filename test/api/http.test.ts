import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_http_<&>"0123456789'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const get = (path: string, init: RequestInit = {}) => app.anonymous.request(path, init)

describe('health', () => {
  test('/healthz says that the process is alive', async () => {
    const { status, text } = await get('/healthz')
    expect([status, JSON.parse(text)]).toEqual([200, { alive: true }])
  })

  test('/readyz says that the database and its schema are there', async () => {
    const { status, text } = await get('/readyz')
    expect([status, JSON.parse(text)]).toEqual([200, { ready: true }])
  })

  test('/metrics labels requests by our route names, never by text from a client', async () => {
    await get('/some/canary-path?canary-query=1')
    const { status, headers, text } = await get('/metrics')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(text).toMatch(/^lockstep_http_requests_total\{route="graphql",status="200"\} \d+$/m)
    expect(text).toMatch(/^process_cpu_seconds_total/m)
    expect(text).not.toMatch(/canary/)
  })
})

test('nothing that the API answers may be kept by a cache', async () => {
  const query = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const stream = { ...query, headers: { ...query.headers, accept: 'text/event-stream' } }
  const body = JSON.stringify({ query: '{ viewer { id } }' })
  const asked: [string, RequestInit][] = [
    ...['/healthz', '/readyz', '/metrics', '/api/auth/get-session', '/api/none', '/hooks/acme.none'].map(
      (it): [string, RequestInit] => [it, {}],
    ),
    ['/hooks/acme.none', { method: 'POST', body: '{}' }],
    ['/api/auth/sign-in/email', { ...query, body: '{}' }],
    ['/graphql', { ...query, body }],
    // Answered by the short way for queries that came before.
    ['/graphql', { ...query, body }],
    ['/graphql', { ...query, body: '{' }],
    ['/graphql', { ...stream, body }],
  ]
  for (const [path, init] of asked) {
    const { headers } = await acme.admin.request(path, init)
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
    // The instance of the test is reached by http.
    expect(headers.get('strict-transport-security')).toBeNull()
  }
})

describe('GraphQL over HTTP', () => {
  const graphql = async (init: RequestInit, query = '') => {
    const { status, headers, text } = await get(`/graphql${query}`, init)
    return { status, type: headers.get('content-type'), body: JSON.parse(text) }
  }

  test('answers a query by GET', async () => {
    const { status, body } = await graphql({}, `?query=${encodeURIComponent('{ __typename }')}`)
    expect([status, body]).toEqual([200, { data: { __typename: 'Query' } }])
  })

  test('refuses a mutation by GET and changes nothing', async () => {
    const query = `mutation { createWorkspace(input: { id: "by-get", name: "x" }) { __typename } }`
    const { status, text } = await acme.admin.request(`/graphql?query=${encodeURIComponent(query)}`)
    expect(status).toBe(405)
    expect(JSON.parse(text).errors).toHaveLength(1)
    expect(await app.database.query(`select * from workspace where id = 'by-get'`)).toEqual([])
  })

  test('answers with application/graphql-response+json if the client accepts it', async () => {
    const init = post({ query: '{ nothing }' })
    const accept = 'application/graphql-response+json'
    const { status, type, body } = await graphql({ ...init, headers: { ...init.headers, accept } })
    expect(status).toBe(400)
    expect(type).toMatch(accept)
    expect(body.data).toBeUndefined()
  })

  const codes = [
    'BAD_REQUEST',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'OPERATION_RESOLUTION_FAILURE',
    'BAD_USER_INPUT',
    'METHOD_NOT_ALLOWED',
    'UNSUPPORTED_MEDIA_TYPE',
  ]
  const json = { 'content-type': 'application/json' }
  test.each([
    ['JSON that is malformed', { method: 'POST', headers: json, body: '{"query": ' }],
    ['JSON that is no request', { method: 'POST', headers: json, body: '[]' }],
    ['no body', { method: 'POST', headers: json }],
    ['no query', post({ variables: {} })],
    ['a query that does not parse', post({ query: '{ viewer { ' })],
    ['a field that there is not', post({ query: '{ viewer { password } }' })],
    ['a secret asked for its value', post({ query: '{ secrets(workspace: "acme") { name value } }' })],
    ['a variable of the wrong type', post({ query: documents.secrets, variables: { workspace: ['a'] } })],
    ['a missing variable', post({ query: documents.secrets })],
    ['an operation that there is not', post({ query: 'query A { viewer { id } }', operationName: 'B' })],
    ['another media type', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }],
    ['another method', { method: 'DELETE' }],
  ] as [string, RequestInit][])('answers %s with an error that has a code', async (_what, init) => {
    const { status, text } = await get('/graphql', init)
    expect(status).toBeLessThan(500)
    const { data, errors } = JSON.parse(text)
    expect(data ?? null).toBeNull()
    for (const { message, extensions } of errors) {
      expect(message).not.toBe('')
      expect(codes).toContain(extensions.code)
      const places = extensions.code === 'BAD_USER_INPUT' ? ['at'] : []
      expect(Object.keys(extensions)).toEqual(['code', ...places])
    }
  })

  test('refuses a batch and serves no GraphiQL page', async () => {
    const batch = await get('/graphql', post([{ query: '{ __typename }' }, { query: '{ __typename }' }]))
    expect(batch.status).toBe(400)
    const page = await get('/graphql', { headers: { accept: 'text/html' } })
    expect(page.text).not.toMatch(/<html/i)
  })

  const quoted = JSON.stringify(value)
  test.each([
    [
      'an unknown field',
      post({ query: documents.createSecret, variables: { input: { value, unknown: value } } }),
    ],
    ['a missing field', post({ query: documents.createSecret, variables: { input: { value } } })],
    ['the wrong type', post({ query: documents.createSecret, variables: { input: value } })],
    ['a list', post({ query: documents.createSecret, variables: { input: [{ value }] } })],
    [
      'a number for a name',
      post({ query: documents.createSecret, variables: { input: { name: 1, value } } }),
    ],
    ['a wrong role', post({ query: documents.createApiToken, variables: { input: { role: value } } })],
    [
      'a literal',
      post({ query: `mutation { createSecret(input: { value: ${quoted}, x: 1 }) { __typename } }` }),
    ],
    ['a literal of another type', post({ query: `{ auditLog(workspace: "a", first: ${quoted}) { id } }` })],
    [
      'a literal role',
      post({ query: `mutation { createApiToken(input: { role: ${quoted} }) { __typename } }` }),
    ],
    ['a literal input', post({ query: `mutation { createSecret(input: ${quoted}) { __typename } }` })],
    ['a string where none is', post({ query: `{ viewer { ${quoted} } }` })],
    ['a string that does not end', post({ query: `{ workspace(id: "${value}` })],
    [
      'malformed JSON',
      { method: 'POST', headers: json, body: `{ "query": "", "variables": { "v": ${quoted} ` },
    ],
    ['JSON that begins with it', { method: 'POST', headers: json, body: value }],
    ['variables that are no object', post({ query: '{ __typename }', variables: value })],
    ['extensions that are no object', post({ query: '{ __typename }', extensions: value })],
    ['an unknown parameter', post({ query: '{ __typename }', [value]: value })],
    ['an operation name', post({ query: '{ __typename }', operationName: value })],
    ['a query that is a list', post({ query: [value] })],
  ] as [string, RequestInit][])(
    'does not repeat a value that is in a failing request: %s',
    async (_what, init) => {
      const { text } = await acme.admin.request('/graphql', init)
      expect(JSON.parse(text).errors.length).toBeGreaterThan(0)
      expect(text).not.toContain('sk_test')
    },
  )
})

describe('every answer', () => {
  test.each([
    '/graphql?query={__typename}',
    '/healthz',
    '/hooks/none',
    '/api/auth/ok',
    '/',
    '/no/such/page',
    '/a.js',
  ])('%s has the security headers', async (path) => {
    const { headers } = await get(path)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'self';.*frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers.has('x-powered-by')).toBe(false)
  })

  test('another origin gets no CORS permission', async () => {
    const origin = 'https://evil.example'
    const preflight = { origin, 'access-control-request-method': 'POST' }
    for (const init of [{ headers: { origin } }, { method: 'OPTIONS', headers: preflight }]) {
      const { headers } = await get('/graphql?query={__typename}', init)
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  test.each(['/api/', '/api/nothing', '/api/auth'])('%s is 404', async (path) => {
    const { status, text } = await get(path)
    expect(status).toBe(404)
    expect(text).not.toMatch(/<html/i)
  })
})

describe('a malformed request', () => {
  /** Sends raw bytes. @returns the first line of the answer, or nothing. */
  const raw = (request: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = ''
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => socket.write(request))
      socket.on('data', (chunk) => {
        answer += String(chunk)
      })
      socket.on('error', () => resolve(''))
      socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''))
    })

  test.each([
    ['a host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b%%\r\n'],
    ['an open bracket as its host', 'GET /healthz HTTP/1.1\r\nHost: [\r\n'],
    ['an empty host', 'GET /healthz HTTP/1.1\r\nHost:\r\n'],
    ['two slashes', 'GET // HTTP/1.1\r\nHost: x\r\n'],
    ['a broken escape', 'GET /%E0%A4%A HTTP/1.1\r\nHost: x\r\n'],
    ['an absolute address', 'GET http://[/ HTTP/1.1\r\nHost: x\r\n'],
    ['a star', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n'],
    [
      'a broken origin',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nOrigin: [\r\nCookie: a=b\r\nContent-Length: 0\r\n',
    ],
    ['a length that is none', 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n'],
  ])('with %s is answered, and so is the next request', async (_what, request) => {
    expect(await raw(`${request}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 [234]\d\d /)
    expect((await get('/healthz')).status).toBe(200)
  })
})

describe('an unexpected error', () => {
  test('shows and logs no part of the query or its parameters', async () => {
    await app.database.query('alter table secret rename to secret_away')
    const input = { workspace: 'acme', name: 'CANARY_NAME', value }
    const { data, errors } = await acme.admin.graphql(documents.createSecret, { input })
    await app.database.query('alter table secret_away rename to secret')
    expect(data).toEqual({ createSecret: null })
    expect(errors).toEqual([
      {
        message: 'Something went wrong on our side. Try again.',
        path: ['createSecret'],
        locations: expect.any(Array),
        extensions: { code: 'INTERNAL' },
      },
    ])
    const lines = await vi.waitUntil(() => {
      const found = app.log.filter((line) => line.includes('unexpected error'))
      return found.length > 0 && found
    })
    expect(lines).toHaveLength(1)
    // Only the code is logged, because a database message quotes queries and rows.
    expect(JSON.parse(lines[0] ?? '').err).toEqual({ code: '42P01' })
    expect(app.log.join('')).not.toMatch(/CANARY_NAME|insert into|select /)
  })

  test.each([
    ['in finding out who calls', 'auth_session', '/graphql', { query: documents.viewer }],
    [
      'in signing in',
      'auth_user',
      '/api/auth/sign-in/email',
      { email: 'canary@example.com', password: value },
    ],
    ['in a hook', 'automation', '/hooks/acme.CANARY_NAME', {}],
  ])('%s is masked too', async (_what, table, path, body) => {
    await app.database.query(`alter table "${table}" rename to away`)
    const { status, text } = await acme.admin.request(path, post(body))
    await app.database.query(`alter table away rename to "${table}"`)
    expect(status).toBeGreaterThanOrEqual(200)
    expect(text).not.toMatch(/relation|select|away|canary/i)
    expect(app.log.join('')).not.toMatch(/CANARY_NAME|canary@example\.com|insert into|select /)
  })
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
