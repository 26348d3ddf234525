import { describe, expect, test } from 'vitest'
import { backOff, retryAfter } from '../../src/egress/retry.ts'
import { canary, client, lookupIn, refusal, serve, serveRaw } from './world.ts'

const http = client()

/** Answers with one status after the other, and repeats the last one. */
function answeringInTurn(statuses: readonly number[], headers: Readonly<Record<string, string>> = {}) {
  let turn = 0
  return serve('127.0.0.51', (_request, response) => {
    const status = statuses[Math.min(turn++, statuses.length - 1)] ?? 200
    response.writeHead(status, status === 200 ? {} : headers).end(String(status))
  })
}

describe('a failed attempt', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('with status %i is repeated', async (status) => {
    await using server = await answeringInTurn([status, status, 200])
    const response = await http(`http://127.0.0.51:${server.port}/`, { retries: 2 })
    expect(response.status).toBe(200)
    expect(server.received).toHaveLength(3)
  })

  test.each([400, 401, 403, 404, 409, 422, 501])('with status %i is not repeated', async (status) => {
    await using server = await answeringInTurn([status, 200])
    expect((await http(`http://127.0.0.51:${server.port}/`, { retries: 2 })).status).toBe(status)
    expect(server.received).toHaveLength(1)
  })

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('after %s is repeated', async (method) => {
    await using server = await answeringInTurn([503, 200])
    const response = await http(`http://127.0.0.51:${server.port}/`, { method, retries: 1 })
    expect(response.status).toBe(200)
  })

  test.each(['POST', 'PATCH'])('after %s is repeated only if it is repeatable', async (method) => {
    await using server = await answeringInTurn([503, 200])
    const url = `http://127.0.0.51:${server.port}/`
    expect((await http(url, { method, body: 'x', retries: 3 })).status).toBe(503)
    expect(server.received).toHaveLength(1)
    await using other = await answeringInTurn([503, 200])
    const init = { method, body: 'x', retries: 3, repeatable: true }
    expect((await http(`http://127.0.0.51:${other.port}/`, init)).status).toBe(200)
    expect(other.received.map((it) => it.body)).toEqual(['x', 'x'])
  })

  test('is repeated only if retries are requested, and no more often', async () => {
    await using server = await answeringInTurn([503])
    const url = `http://127.0.0.51:${server.port}/`
    expect((await http(url)).status).toBe(503)
    expect(server.received).toHaveLength(1)
    expect((await http(url, { retries: 3 })).status).toBe(503)
    expect(server.received).toHaveLength(5)
  })

  test('by a reset is repeated, and its error is returned at the end', async () => {
    let connections = 0
    await using server = await serveRaw('127.0.0.51', (socket) => {
      connections++
      socket.resetAndDestroy()
    })
    await refusal(http(`http://127.0.0.51:${server.port}/${canary}`, { retries: 2 }), 'REQUEST_FAILED')
    expect(connections).toBe(3)
  })

  test('by silence is repeated', async () => {
    let connections = 0
    await using server = await serveRaw('127.0.0.51', (socket) => {
      if (++connections > 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
    const response = await http(`http://127.0.0.51:${server.port}/`, { retries: 1, idleTimeoutMs: 400 })
    expect(response.status).toBe(200)
  })

  test('resolves the host and checks it again', async () => {
    await using server = await answeringInTurn([503])
    const answers = ['127.0.0.51', '169.254.169.254']
    const http = client({ lookup: async () => [{ address: answers.shift() ?? '', family: 4 as const }] })
    const url = `http://moving.test:${server.port}/`
    await refusal(http(url, { retries: 2 }), 'DESTINATION_NOT_ALLOWED')
    expect(server.received).toHaveLength(1)
  })

  test('by a refusal or an unknown host is not repeated', async () => {
    let lookups = 0
    const lookup = async (host: string) => {
      lookups++
      return lookupIn({ 'private.test': ['10.0.0.1'] })(host)
    }
    const http = client({ lookup })
    await refusal(http('http://private.test/', { retries: 3 }), 'DESTINATION_NOT_ALLOWED')
    await refusal(http('http://unknown.test/', { retries: 3 }), 'REQUEST_FAILED')
    expect(lookups).toBe(2)
  })

  test('after a redirect is repeated at its target, within the same number', async () => {
    let turn = 0
    await using server = await serve('127.0.0.51', (_request, response, { path }) => {
      if (path === '/') response.writeHead(302, { location: '/end' }).end()
      else response.writeHead(turn++ < 1 ? 503 : 200).end()
    })
    const response = await http(`http://127.0.0.51:${server.port}/`, { retries: 1 })
    expect(response.status).toBe(200)
    expect(server.received.map((it) => it.path)).toEqual(['/', '/end', '/end'])
  })
})

describe('Retry-After', () => {
  test('delays the next attempt', async () => {
    await using server = await answeringInTurn([429, 200], { 'retry-after': '0' })
    const patient = client({ backOffMs: 60_000 })
    expect((await patient(`http://127.0.0.51:${server.port}/`, { retries: 1 })).status).toBe(200)
  })

  test('beyond the remaining time returns the answer as it is', async () => {
    await using server = await answeringInTurn([503, 200], { 'retry-after': '3600' })
    const response = await http(`http://127.0.0.51:${server.port}/`, { retries: 1 })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('3600')
    expect(server.received).toHaveLength(1)
  })

  test('within the remaining time is waited for, unless the step ends first', async () => {
    const step = new AbortController()
    await using server = await serve('127.0.0.51', (_request, response) => {
      response.writeHead(503, { 'retry-after': '20' }).end()
      setTimeout(() => step.abort(), 50)
    })
    const url = `http://127.0.0.51:${server.port}/`
    await refusal(http(url, { retries: 1, signal: step.signal }), 'CANCELLED')
    expect(server.received).toHaveLength(1)
  })

  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2027', 2_027_000],
    ['9999999999', undefined],
    ['Xyz, nonsense', undefined],
    ['', undefined],
  ])('%j is parsed as %s', (text, expected) => {
    const answer = {
      status: 503,
      statusText: '',
      headers: [['retry-after', text]],
      body: new Uint8Array(),
    } as const
    expect(retryAfter(answer, Date.UTC(2026, 0, 1))).toBe(expected)
  })
})

test('pauses double, vary and stay below ten seconds', () => {
  for (let attempt = 0; attempt < 40; attempt++) {
    const full = Math.min(500 * 2 ** attempt, 10_000)
    const wait = backOff(attempt, 500)
    expect(wait).toBeGreaterThanOrEqual(full / 2)
    expect(wait).toBeLessThanOrEqual(full)
  }
})
