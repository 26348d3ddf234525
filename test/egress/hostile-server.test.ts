import { getEventListeners } from 'node:events'
import type { Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { canary, client, privatePath, refusal, serve, serveRaw, stepSecrets } from './world.ts'

const http = client({ maxResponseBytes: 100_000 })

/** Answers every request with these bytes, and then ends the connection by default. */
function answering(bytes: string | Buffer, options: { keepOpen?: boolean } = {}) {
  return serveRaw('127.0.0.31', (socket) => {
    socket.once('data', () => (options.keepOpen ? socket.write(bytes) : socket.end(bytes)))
  })
}

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n5;`
const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n'

test.each<[what: string, answer: string, code: ErrorCode]>([
  ['no HTTP', `SSH-2.0-${canary}\r\n`, 'REQUEST_FAILED'],
  ['nothing', '', 'REQUEST_FAILED'],
  ['half a status line', 'HTTP/1.1 2', 'REQUEST_FAILED'],
  ['a status that is no number', `HTTP/1.1 ${canary} OK\r\n\r\n`, 'REQUEST_FAILED'],
  ['a status out of range', 'HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n', 'REQUEST_FAILED'],
  ['HTTP of another version', `HTTP/9.9 200 OK\r\n\r\n${canary}`, 'REQUEST_FAILED'],
  ['a header without colon', `${ok}${canary}\r\n\r\n`, 'REQUEST_FAILED'],
  ['a header name with a space', `${ok}x y: ${canary}\r\n\r\n`, 'REQUEST_FAILED'],
  ['a header with a null byte', `${ok}x: ${canary}\0\r\n\r\n`, 'REQUEST_FAILED'],
  ['a folded header', `${ok}x: 1\r\n ${canary}\0\r\n\r\n`, 'REQUEST_FAILED'],
  ['headers that end too soon', `${ok}x: ${canary}`, 'REQUEST_FAILED'],
  ['two lengths', `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\n${canary}`, 'REQUEST_FAILED'],
  ['a length that is no number', `${ok}content-length: ${canary}\r\n\r\n`, 'REQUEST_FAILED'],
  ['a negative length', `${ok}content-length: -1\r\n\r\n`, 'REQUEST_FAILED'],
  [
    'a length and chunks',
    `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'REQUEST_FAILED',
  ],
  ['a body shorter than its length', `${ok}content-length: 500\r\n\r\n${canary}`, 'REQUEST_FAILED'],
  ['a broken chunk size', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n${canary}`, 'REQUEST_FAILED'],
  ['chunks without the last', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n`, 'REQUEST_FAILED'],
  [
    'a protocol switch',
    `HTTP/1.1 101 X\r\nupgrade: ${canary}\r\nconnection: upgrade\r\n\r\n`,
    'REQUEST_FAILED',
  ],
  ['too many headers', `${ok}${`x: ${canary.repeat(100)}\r\n`.repeat(200)}\r\n`, 'RESPONSE_TOO_LARGE'],
  ['one long header', `${ok}x: ${canary.repeat(20_000)}\r\n\r\n`, 'RESPONSE_TOO_LARGE'],
  ['a long body', `${ok}\r\n${'x'.repeat(100_001)}`, 'RESPONSE_TOO_LARGE'],
  ['no gzip', `${ok}content-encoding: gzip\r\n\r\n${canary}`, 'REQUEST_FAILED'],
  ['no brotli', `${ok}content-encoding: br\r\n\r\n${canary}`, 'REQUEST_FAILED'],
  ['no deflate', `${ok}content-encoding: deflate\r\n\r\n${canary}`, 'REQUEST_FAILED'],
  ['many encodings', `${ok}content-encoding: gzip, gzip, gzip, gzip\r\n\r\n${canary}`, 'REQUEST_FAILED'],
])('is refused for an answer with %s', async (_what, answer, code) => {
  await using server = await answering(answer)
  const error = await refusal(http(`http://127.0.0.31:${server.port}${privatePath}`), code)
  expect(error.message).toContain('127.0.0.31')
})

test('bytes after the announced length are not part of the answer', async () => {
  await using server = await answering(`${ok}content-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n${canary}`)
  const response = await http(`http://127.0.0.31:${server.port}/`)
  expect(await response.text()).toBe('ok')
})

const bomb = Buffer.alloc(50_000_000)

test.each<[encoding: string, body: Buffer]>([
  ['gzip', gzipSync(bomb)],
  ['deflate', deflateSync(bomb)],
  ['deflate', deflateRawSync(bomb)],
  ['br', brotliCompressSync(bomb)],
  ['gzip, gzip', gzipSync(gzipSync(bomb))],
  ['GZIP , br', brotliCompressSync(gzipSync(bomb))],
])('a decompression bomb in %s is not inflated', async (encoding, body) => {
  await using server = await serve('127.0.0.31', (_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(body)
  })
  await refusal(http(`http://127.0.0.31:${server.port}/`), 'RESPONSE_TOO_LARGE')
})

test('a truncated gzip body is an error', async () => {
  const body = gzipSync('x'.repeat(5_000)).subarray(0, -12)
  await using server = await serve('127.0.0.31', (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)
  })
  await refusal(http(`http://127.0.0.31:${server.port}/`), 'REQUEST_FAILED')
})

test.each<[how: string, behave: (socket: Socket) => void, code: ErrorCode, init?: HttpInit]>([
  ['says nothing', () => {}, 'TIMEOUT', { timeoutMs: 60 }],
  ['says nothing for the idle time', () => {}, 'TIMEOUT', { idleTimeoutMs: 60 }],
  [
    'sends headers byte by byte',
    (it) => drip(it, `${ok}x: ${canary.repeat(999)}`),
    'TIMEOUT',
    { timeoutMs: 90 },
  ],
  [
    'sends a body byte by byte',
    (it) => drip(it, `${ok}\r\n${canary.repeat(999)}`),
    'TIMEOUT',
    { timeoutMs: 150 },
  ],
  ['stops in the headers', (it) => it.write(`${ok}x: `), 'TIMEOUT', { idleTimeoutMs: 60 }],
  ['stops in the body', (it) => it.write(`${ok}\r\n${canary}`), 'TIMEOUT', { idleTimeoutMs: 60 }],
  ['never ends the body', flood, 'RESPONSE_TOO_LARGE'],
  [
    'never ends the status line',
    (it) => endless(it, 'HTTP/1.1 200 '.padEnd(10_000, 'x')),
    'RESPONSE_TOO_LARGE',
  ],
  ['never ends empty lines', (it) => endless(it, '\r\n'.repeat(5_000)), 'RESPONSE_TOO_LARGE'],
  ['never ends interim answers', (it) => endless(it, interim.repeat(500)), 'RESPONSE_TOO_LARGE'],
  [
    'never ends the extension of a chunk',
    (it) => endless(it, chunked, 'x'.repeat(100_000)),
    'RESPONSE_TOO_LARGE',
  ],
  [
    'never ends the trailers',
    (it) => endless(it, `${ok}transfer-encoding: chunked\r\n\r\n0\r\nx: `, canary.repeat(10_000)),
    'RESPONSE_TOO_LARGE',
  ],
  ['resets at once', (it) => it.resetAndDestroy(), 'REQUEST_FAILED'],
  [
    'resets in the body',
    (it) => it.write(`${ok}\r\n${canary}`, () => it.resetAndDestroy()),
    'REQUEST_FAILED',
  ],
  ['announces forever', (it) => endless(it, interim), 'TIMEOUT', { timeoutMs: 90 }],
])('a server that %s', async (_how, behave, code, init) => {
  await using server = await serveRaw('127.0.0.31', (socket) => socket.once('data', () => behave(socket)))
  await refusal(http(`http://127.0.0.31:${server.port}${privatePath}`, init), code)
  await expect.poll(() => server.connections()).toBe(0)
})

test('a body in very many pieces takes no more memory than in one piece', async () => {
  const piece = '1\r\nx\r\n'
  await using server = await answering(
    `${ok}transfer-encoding: chunked\r\n\r\n${piece.repeat(50_000)}0\r\n\r\n`,
  )
  const response = await http(`http://127.0.0.31:${server.port}/`)
  expect(await response.text()).toBe('x'.repeat(50_000))
})

test('the limit of one request cannot exceed the limit of egress', async () => {
  await using server = await answering(`${ok}\r\n${'x'.repeat(2_000)}`)
  const url = `http://127.0.0.31:${server.port}/`
  await refusal(http(url, { maxResponseBytes: 1_999 }), 'RESPONSE_TOO_LARGE')
  expect((await http(url, { maxResponseBytes: 2_000 })).status).toBe(200)
  await refusal(client({ maxResponseBytes: 1_999 })(url, { maxResponseBytes: 5_000 }), 'RESPONSE_TOO_LARGE')
})

test('the body of a redirect is not read', async () => {
  await using server = await serve('127.0.0.31', (_request, response, { path }) => {
    if (path === '/end') response.end('end')
    else response.writeHead(302, { location: '/end' }).end('x'.repeat(200_000))
  })
  expect(await (await http(`http://127.0.0.31:${server.port}/`)).text()).toBe('end')
})

test('aborting the step ends a request and leaves no open connection', async () => {
  const step = new AbortController()
  await using server = await serveRaw('127.0.0.31', (socket) => {
    socket.once('data', () => {
      socket.write(`${ok}\r\n${canary}`)
      step.abort(new Error(canary))
    })
  })
  const http = client({}, stepSecrets({}, step.signal))
  await refusal(http(`http://127.0.0.31:${server.port}/`), 'CANCELLED')
  await expect.poll(() => server.connections()).toBe(0)
  await refusal(http(`http://127.0.0.31:${server.port}/`), 'CANCELLED')
})

test('aborting the step ends all of its requests, and those that are done leave nothing at their signals', async () => {
  const step = new AbortController()
  const own = new AbortController()
  await using server = await serve('127.0.0.31', (_request, response, { path }) => {
    if (path === '/done') response.end('done')
  })
  const http = client({}, stepSecrets({}, step.signal))
  const url = (path: string) => `http://127.0.0.31:${server.port}${path}`
  expect((await http(url('/done'), { signal: own.signal })).status).toBe(200)
  expect(getEventListeners(step.signal, 'abort')).toHaveLength(0)
  for (let i = 0; i < 3; i++) await http(url('/done'), { signal: own.signal })
  expect(getEventListeners(own.signal, 'abort')).toHaveLength(0)
  expect(getEventListeners(step.signal, 'abort')).toHaveLength(1)
  const work = [1, 2].map(() => refusal(http(url('/silent')), 'CANCELLED'))
  await expect.poll(() => server.received.filter((it) => it.path === '/silent')).toHaveLength(2)
  step.abort(new Error(canary))
  await Promise.all(work)
})

test('close ends every pending request with CANCELLED', async () => {
  await using server = await serveRaw('127.0.0.31', (socket) => socket.resume())
  const http = client()
  const work = [1, 2, 3].map(() => refusal(http(`http://127.0.0.31:${server.port}/`), 'CANCELLED'))
  await expect.poll(() => server.connections()).toBe(3)
  await http.egress.close()
  await Promise.all(work)
  await expect.poll(() => server.connections()).toBe(0)
  await refusal(http(`http://127.0.0.31:${server.port}/`), 'CANCELLED')
})

/** Sends one byte at a time as long as the client listens. */
function drip(socket: Socket, text: string): void {
  const bytes = [...text]
  const timer = setInterval(() => socket.write(bytes.shift() ?? 'x'), 1)
  socket.on('close', () => clearInterval(timer))
}

function endless(socket: Socket, start: string, more = start): void {
  socket.write(start)
  const timer = setInterval(() => socket.write(more), 1)
  socket.on('close', () => clearInterval(timer))
}

function flood(socket: Socket): void {
  endless(socket, `${ok}\r\n`, canary.repeat(10_000))
}
