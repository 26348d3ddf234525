import { sensitiveHeaders } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { TestAuthority } from './certificates.ts'
import { frames, literal, serveFrames, serveHttp2 } from './http2-servers.ts'
import { canary, client, lookupIn, refusal, serve, stepSecrets, value } from './world.ts'

const authority = new TestAuthority()
const address = '127.0.0.91'
const lookup = lookupIn({ 'two.test': [address] })
const tls = authority.issue(['two.test'])
const options = { lookup, ca: authority.pem }

/** An echo of method, path and body; some paths do what they are called. */
function serveEcho() {
  return serveHttp2(address, tls, (stream, headers, body) => {
    const { ':method': method, ':path': path = '' } = headers
    if (path === '/silent') return
    if (path === '/moved') stream.respond({ ':status': 302, location: '/end' })
    else if (path === '/gzip') stream.respond({ ':status': 200, 'content-encoding': 'gzip' })
    else stream.respond({ ':status': path === '/missing' ? 404 : 200, 'set-cookie': ['a=1', 'b=2'] })
    if (path === '/gzip') stream.end(gzipSync('unpacked'))
    else if (path === '/long') stream.end('x'.repeat(200_000))
    else stream.end(`${method} ${path} ${body.length > 100 ? body.length : body}`)
  })
}

const urlOf = ({ port }: { port: number }, path = '/') => `https://two.test:${port}${path}`

describe('a server that speaks only HTTP/2', () => {
  test('gets the method, path, headers and body, and is heard', async () => {
    await using server = await serveEcho()
    const http = client(options, stepSecrets({ TOKEN: { value } }))
    const response = await http(urlOf(server, '/a?b=1'), {
      method: 'POST',
      headers: [
        ['Authorization', new Sensitive(`Bearer ${value}`)],
        ['x-two', 'one '],
        ['x-two', 'two'],
        ['Cookie', 'c=3'],
        ['cookie', 'd=4'],
      ],
      body: new Sensitive(`{"key":"${value}"}`),
    })
    expect(response).toMatchObject({ status: 200, url: urlOf(server, '/a?b=1'), statusText: '' })
    expect(await response.text()).toBe(`POST /a?b=1 {"key":"${value}"}`)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const { headers } = server.received[0] ?? {}
    expect(headers).toMatchObject({
      ':authority': `two.test:${server.port}`,
      ':scheme': 'https',
      authorization: `Bearer ${value}`,
      'x-two': 'one, two',
      cookie: 'c=3; d=4',
      'content-length': '27',
    })
    // Kept in no table of the connection, where later requests could be used to guess it.
    expect(Reflect.get(headers ?? {}, sensitiveHeaders)).toEqual(['authorization', 'cookie'])
  })

  test.each<[path: string, init: HttpInit, status: number, text: string]>([
    ['/gzip', {}, 200, 'unpacked'],
    ['/moved', {}, 200, 'GET /end '],
    ['/moved', { redirect: 'manual' }, 302, 'GET /moved '],
    ['/missing', {}, 404, 'GET /missing '],
    ['/head', { method: 'HEAD' }, 200, ''],
    ['/empty', { method: 'POST' }, 200, 'POST /empty '],
    ['/put', { method: 'PUT', body: 'x'.repeat(20_000_000) }, 200, 'PUT /put 20000000'],
  ])('answers %s with %j', async (path, init, status, text) => {
    await using server = await serveEcho()
    const response = await client(options)(urlOf(server, path), init)
    expect([response.status, await response.text()]).toEqual([status, text])
  })

  test('carries requests at once over one connection, and none that is not closed at the end', async () => {
    await using server = await serveEcho()
    const http = client(options)
    await http(urlOf(server))
    const work = Array.from({ length: 50 }, (_, index) => http(urlOf(server, `/${index}`)))
    expect((await Promise.all(work)).map((it) => it.status)).toEqual(work.map(() => 200))
    expect(server.sessions).toHaveLength(1)
    await http.egress.close()
    await expect.poll(() => server.connections()).toBe(0)
  })

  test('that opens many connections at first keeps one of them', async () => {
    await using server = await serveEcho()
    const http = client(options)
    await Promise.all(Array.from({ length: 8 }, () => http(urlOf(server))))
    await expect.poll(() => server.connections()).toBe(1)
    await http.egress.close()
  })

  test('and takes one request at a time gets no more', async () => {
    const most = { settings: { maxConcurrentStreams: 1 } }
    await using server = await serveHttp2(address, { ...tls, ...most }, (stream) =>
      setTimeout(() => stream.respond({ ':status': 204 }, { endStream: true }), 10),
    )
    const http = client(options)
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => http(urlOf(server), { method: 'POST' })),
    )
    expect(answers.map((it) => it.status)).toEqual(answers.map(() => 204))
    expect(server.received).toHaveLength(6)
  })

  test('does not count our finished requests as broken off', async () => {
    const codes: number[] = []
    await using server = await serveHttp2(address, tls, (stream) => {
      stream.on('close', () => codes.push(stream.rstCode))
      stream.respond({ ':status': 200 })
      stream.end('x')
    })
    const http = client(options)
    for (const method of ['GET', 'POST', 'GET']) await http(urlOf(server), { method })
    await expect.poll(() => codes).toEqual([0, 0, 0])
  })
})

describe('an end of one request leaves the others of its connection alone:', () => {
  test.each<[what: string, path: string, init: HttpInit, code: ErrorCode]>([
    ['its time', '/silent', { timeoutMs: 100 }, 'TIMEOUT'],
    ['its silence', '/silent', { idleTimeoutMs: 100 }, 'TIMEOUT'],
    ['its abort', '/silent', { signal: AbortSignal.timeout(200) }, 'CANCELLED'],
    ['its length', '/long', { maxResponseBytes: 1_000 }, 'RESPONSE_TOO_LARGE'],
  ])('%s', async (_what, path, init, code) => {
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>()
    await using server = await serveHttp2(address, tls, async (stream, headers) => {
      if (headers[':path'] === '/silent') return
      stream.respond({ ':status': 200 })
      if (headers[':path'] === '/long') return void stream.end('x'.repeat(200_000))
      await goesOn
      stream.end('whole')
    })
    const http = client(options)
    await refusal(http(urlOf(server, '/first'), { timeoutMs: 1 }), 'TIMEOUT')
    const opened = server.sessions.length
    const slow = http(urlOf(server, '/slow'))
    await expect.poll(() => server.received.filter((it) => it.path === '/slow').length).toBe(1)
    await refusal(http(urlOf(server, path), init), code)
    expect(server.sessions).toHaveLength(opened + 1)
    goOn()
    expect(await (await slow).text()).toBe('whole')
  })

  test('after a silent one the next request gets another connection', async () => {
    await using server = await serveEcho()
    const http = client(options)
    await http(urlOf(server))
    await refusal(http(urlOf(server, '/silent'), { idleTimeoutMs: 50 }), 'TIMEOUT')
    expect((await http(urlOf(server))).status).toBe(200)
    expect(server.sessions).toHaveLength(2)
    await expect.poll(() => server.connections()).toBe(1)
  })
})

describe('a request that the server has not taken is sent once more, over a new connection,', () => {
  const whole = (stream: number) => [frames.headers(stream), frames.data(stream, 'taken', true)]

  test.each<[what: string, first: (stream: number) => Buffer[]]>([
    ['when it is refused', (stream) => [frames.reset(stream, 7)]],
    ['when it is beyond the last of a GOAWAY', () => [frames.goaway(0, 0)]],
    ['when it is beyond the last of a GOAWAY with an error', () => [frames.goaway(0, 2)]],
  ])('%s, a POST too', async (_what, first) => {
    await using server = await serveFrames(address, tls, (stream, connection) =>
      connection === 0 ? first(stream) : whole(stream),
    )
    const response = await client(options)(urlOf(server), { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('taken')
    expect(server.streams).toEqual(['0:1', '1:1'])
  })

  test('and not a third time', async () => {
    await using server = await serveFrames(address, tls, (stream) => [frames.reset(stream, 7)])
    await refusal(client(options)(urlOf(server), { method: 'POST' }), 'REQUEST_FAILED')
    expect(server.streams).toEqual(['0:1', '1:1'])
  })

  test('over HTTP/1.1 where the server wants that', async () => {
    await using server = await serveHttp2(
      address,
      { ...tls, allowHTTP1: true },
      (stream) => stream.close(13),
      (it) => it.on('request', ({ httpVersion }, response) => httpVersion === '1.1' && response.end('one')),
    )
    const response = await client(options)(urlOf(server), { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('one')
  })
})

describe('a POST that the server may have taken is sent once', () => {
  test.each<[what: string, first: (stream: number) => Buffer[] | undefined]>([
    ['when it is the last of a GOAWAY', (stream) => [frames.goaway(stream, 2)]],
    ['when the server breaks it off', (stream) => [frames.reset(stream, 2)]],
    ['when the server cancels it', (stream) => [frames.reset(stream, 8)]],
    ['when the connection ends', () => undefined],
  ])('%s', async (_what, first) => {
    await using server = await serveFrames(address, tls, (stream) =>
      stream === 1 ? [frames.headers(1), frames.data(1, 'kept', true)] : first(stream),
    )
    const http = client(options)
    await http(urlOf(server))
    await refusal(http(urlOf(server), { method: 'POST', body: 'x' }), 'REQUEST_FAILED')
    expect(server.streams).toEqual(['0:1', '0:3'])
    // What changes nothing at the server, or is recognised by it, may reach it twice.
    expect((await http(urlOf(server))).status).toBe(200)
    const again = { method: 'POST', body: 'x', repeatable: true }
    expect((await http(urlOf(server), again)).status).toBe(200)
    expect(server.streams).toEqual(['0:1', '0:3', '1:1', '1:3', '2:1'])
  })
})

describe('a hostile HTTP/2 server', () => {
  const long = 'x'.repeat(120)
  const many = Array.from({ length: 600 }, (_, index) => literal(`x-${index}`, long)).join('')

  const short = Array.from({ length: 1_200 }, () => literal('x', '1')).join('')

  test.each<[what: string, answer: (stream: number) => Buffer[], code: ErrorCode]>([
    ['with too long headers', (it) => headersInPieces(it, many), 'RESPONSE_TOO_LARGE'],
    ['with too many headers', (it) => headersInPieces(it, short), 'RESPONSE_TOO_LARGE'],
    [
      'with interim answers without end',
      (it) => Array.from({ length: 500 }, () => frames.interim(it)),
      'RESPONSE_TOO_LARGE',
    ],
    [
      'that breaks the body off',
      (it) => [frames.headers(it), frames.data(it, canary, false), frames.reset(it, 2)],
      'REQUEST_FAILED',
    ],
    [
      'that cancels the body',
      (it) => [frames.headers(it), frames.data(it, canary, false), frames.reset(it, 8)],
      'REQUEST_FAILED',
    ],
    [
      'with less than the length it has announced',
      (it) => [frames.headers(it, literal('content-length', '50')), frames.data(it, canary, true)],
      'REQUEST_FAILED',
    ],
    [
      'with a header of HTTP/1.1',
      (it) => [frames.headers(it, literal('transfer-encoding', 'chunked')), frames.data(it, canary, true)],
      'REQUEST_FAILED',
    ],
    ['with no frames', () => [Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${canary}`)], 'REQUEST_FAILED'],
    ['with a body and no headers', (it) => [frames.data(it, canary, true)], 'REQUEST_FAILED'],
    [
      'with two places to go to',
      (it) => [frames.headers(it, literal('location', '/a') + literal('location', '/b'), 5, '0803333032')],
      'REQUEST_FAILED',
    ],
  ])('%s is refused', async (_what, answer, code) => {
    await using server = await serveFrames(address, tls, answer)
    const work = client(options)(urlOf(server, `/${canary}`), { method: 'POST' })
    const error = await refusal(work, code)
    expect(error.message).toContain('two.test')
    await expect.poll(() => server.connections()).toBe(0)
  })

  test('that sends nothing but pings ends with the time', async () => {
    await using server = await serveFrames(address, tls, () => Array.from({ length: 50 }, () => frames.ping))
    await refusal(client(options)(urlOf(server), { timeoutMs: 300 }), 'TIMEOUT')
    await expect.poll(() => server.connections()).toBe(0)
  })
})

test('a server that speaks only HTTP/1.1 is spoken to in HTTP/1.1', async () => {
  await using server = await serve(address, (_request, response) => response.end('one'), tls)
  const response = await client(options)(urlOf(server))
  expect([response.statusText, await response.text()]).toEqual(['OK', 'one'])
})

test('a header that turns HTTP/1.1 into HTTP/2 is the connection’s own', async () => {
  const init = { headers: { 'HTTP2-Settings': 'AAMAAABk' } }
  await refusal(client(options)('https://two.test/', init), 'INVALID_FIELD')
})

/** A header list in a HEADERS frame and its CONTINUATION, each below the size of a frame. */
function headersInPieces(stream: number, fields: string): Buffer[] {
  const size = 2 * 16_000
  const pieces = fields.match(new RegExp(`.{1,${size}}`, 'g')) ?? []
  return pieces.map((piece, index) => {
    const isLast = index === pieces.length - 1
    const whole = frames.headers(stream, piece, isLast ? 4 : 0)
    if (index === 0) return whole
    // The same without the status, as a CONTINUATION.
    const payload = whole.subarray(10)
    const head = Buffer.from(whole.subarray(0, 9))
    head.writeUIntBE(payload.length, 0, 3)
    head.writeUInt8(9, 3)
    return Buffer.concat([head, payload])
  })
}
