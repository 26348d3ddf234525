import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import { AppError } from '../../src/errors.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { canary, client, privatePath, refusal, serve, stepSecrets, type TestServer, value } from './world.ts'

let server: TestServer
beforeAll(async () => {
  server = await serve('127.0.0.41', (_request, response, { path }) => {
    if (path.startsWith('/status/')) response.statusCode = Number(path.slice(8))
    response.setHeaders(new Map([['x-answer', 'yes']]))
    response.appendHeader('set-cookie', 'a=1').appendHeader('set-cookie', 'b=2')
    if (path === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync('{"a":1}'))
    else if (path === '/unknown') response.setHeader('content-encoding', 'zstd').end('as it is')
    else response.end('{"a":1}')
  })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

const http = client()
const url = (path = privatePath) => `http://127.0.0.41:${server.port}${path}`

describe('what the server receives', () => {
  test('has the method, path, headers and body, with secrets revealed', async () => {
    await http(new Sensitive(url(`/a%20b?key=${value}`)), {
      method: 'post',
      headers: { 'X-Key': new Sensitive(value), Accept: 'text/plain' },
      body: new Sensitive(`{"key":"${value}"}`),
    })
    expect(server.received).toEqual([
      {
        method: 'POST',
        path: `/a%20b?key=${value}`,
        body: `{"key":"${value}"}`,
        headers: {
          host: `127.0.0.41:${server.port}`,
          connection: 'keep-alive',
          'user-agent': 'lockstep',
          'accept-encoding': 'gzip, deflate, br',
          'x-key': value,
          accept: 'text/plain',
          'content-type': 'text/plain;charset=UTF-8',
          'content-length': String(value.length + 10),
        },
      },
    ])
  })

  test.each<[body: HttpInit['body'], type: string | undefined, text: string]>([
    ['text ü', 'text/plain;charset=UTF-8', 'text ü'],
    [new URLSearchParams({ a: '1 2' }), 'application/x-www-form-urlencoded;charset=UTF-8', 'a=1+2'],
    [Buffer.from('bytes'), undefined, 'bytes'],
    ['', 'text/plain;charset=UTF-8', ''],
    [undefined, undefined, ''],
  ])('has the body %j with its type', async (body, type, text) => {
    await http(url(), { method: 'PUT', body })
    expect(server.received[0]?.body).toBe(text)
    expect(server.received[0]?.headers['content-type']).toBe(type)
  })

  test('has a repeated header twice', async () => {
    await http(url(), {
      headers: [
        ['x-list', '1'],
        ['X-List', '2'],
      ],
    })
    expect(server.received[0]?.headers['x-list']).toBe('1, 2')
  })

  test('has a body with GET too', async () => {
    await http(url(), { body: 'query' })
    expect(server.received[0]).toMatchObject({ method: 'GET', body: 'query' })
  })
})

describe('the answer', () => {
  test("has the shape of fetch's Response", async () => {
    const response = await http(url('/path#fragment'))
    expect(response).toBeInstanceOf(Response)
    expect(response).toMatchObject({ status: 200, ok: true, redirected: false, url: url('/path') })
    expect(response.headers.get('x-answer')).toBe('yes')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.json()).toEqual({ a: 1 })
  })

  test('is decompressed', async () => {
    expect(await (await http(url('/gzip'))).json()).toEqual({ a: 1 })
  })

  test('in an encoding that was not requested stays as it is', async () => {
    expect(await (await http(url('/unknown'))).text()).toBe('as it is')
  })

  test.each([204, 205, 304, 400, 404, 418, 500])('may have the status %i', async (status) => {
    const response = await http(url(`/status/${status}`))
    expect(response.status).toBe(status)
    expect(response.ok).toBe(status < 300)
  })

  test('to HEAD has no body', async () => {
    const response = await http(url('/gzip'), { method: 'HEAD' })
    expect(await response.text()).toBe('')
  })
})

describe('refuses', () => {
  test.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'Upgrade',
    'Expect',
    'TE',
    'Trailer',
  ])('a %s of the caller', async (name) => {
    await refusal(http(url(), { headers: { [name]: canary } }), 'INVALID_FIELD')
  })

  test.each([
    ['x-key', `${canary}\r\nx-injected: 1`],
    ['x-key', `${canary}\n`],
    ['x-key', `${canary}\0`],
    ['x-key', `${canary}\ud800`],
    [`${canary}\r\nx`, '1'],
    [`${canary} x`, '1'],
    [`${canary}:`, '1'],
    ['', canary],
    [`${canary}ü`, '1'],
  ])('the header %j: %j', async (name, content) => {
    await refusal(http(url(), { headers: [[name, content]] }), 'INVALID_FIELD')
    await refusal(http(url(), { headers: [[name, new Sensitive(content)]] }), 'INVALID_FIELD')
  })

  test.each(['CONNECT', 'trace', 'TRACK', '', `GET /${canary}`, `GET\r\n${canary}`])(
    'the method %j',
    async (method) => {
      await refusal(http(url(), { method }), 'INVALID_FIELD')
    },
  )

  test.each<HttpInit>([
    { timeoutMs: 0 },
    { timeoutMs: -1 },
    { timeoutMs: Number.NaN },
    { idleTimeoutMs: 0 },
    { retries: -1 },
    { retries: 1.5 },
    { maxRedirects: -1 },
    { maxResponseBytes: 0 },
  ])('the limit %j', async (init) => {
    await refusal(http(url(), init), 'INVALID_FIELD')
  })

  test('a body over 25 MiB, and accepts one of 25 MiB', async () => {
    const body = new Uint8Array(25 * 1024 * 1024 + 1)
    await refusal(http(url(), { method: 'POST', body }), 'INVALID_FIELD')
    expect((await http(url(), { method: 'POST', body: body.subarray(1) })).status).toBe(200)
  })

  test('and sends nothing in that case', () => {
    expect(server.received).toEqual([])
  })
})

test('a timeout longer than a timer supports does not end at once', async () => {
  expect((await http(url(), { timeoutMs: 2 ** 40, idleTimeoutMs: 2 ** 40 })).status).toBe(200)
})

test.each<[reason: unknown, code: 'TIMEOUT' | 'CANCELLED']>([
  [new AppError('TIMEOUT', 'The step took too long.'), 'TIMEOUT'],
  [new Error(canary), 'CANCELLED'],
  [canary, 'CANCELLED'],
  [undefined, 'CANCELLED'],
])('a signal aborted with %o refuses at once', async (reason, code) => {
  const signal = AbortSignal.abort(reason)
  await refusal(client({}, stepSecrets({}, signal))(url()), code)
  await refusal(http(url(), { signal }), code)
  expect(server.received).toEqual([])
})

test('a look-up that never answers ends with the timeout', async () => {
  const http = client({ lookup: () => new Promise(() => {}) })
  await refusal(http('http://slow.test/', { timeoutMs: 30 }), 'TIMEOUT')
})

test('a closed port is an error that names the host and what to check', async () => {
  const closed = await serve('127.0.0.42', () => {})
  await closed[Symbol.asyncDispose]()
  const error = await refusal(http(`http://127.0.0.42:${closed.port}${privatePath}`), 'REQUEST_FAILED')
  expect(error.message).toBe(
    `127.0.0.42:${closed.port} refused the connection. Check the port and that the service runs.`,
  )
})
