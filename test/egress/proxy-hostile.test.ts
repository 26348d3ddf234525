import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { authority, basic, hosts, proxyAddress, serveProxy, throughProxy } from './proxies.ts'
import { canary, lookupIn, privatePath, refusal, serve, serveRaw, stepSecrets } from './world.ts'

const url = `https://api.test${privatePath}`

/** Waits for a refusal that is about the proxy: it names the proxy's host and says nothing of the target. */
async function refusalOfProxy(work: Promise<unknown>, port: number, code: ErrorCode = 'REQUEST_FAILED') {
  const { message } = await refusal(work, code)
  expect(message).toMatch(new RegExp(`^The proxy proxy\\.test:${port} `))
  expect(message).not.toContain('api.test')
  expect(message).not.toContain(basic.slice(6))
  return message
}

function answering(bytes: string) {
  return serveRaw(proxyAddress, (socket) => socket.once('data', () => socket.end(bytes)))
}

const ok = 'HTTP/1.1 200 OK\r\n'

describe('credentials', () => {
  test('that are right are sent with every tunnel', async () => {
    await using target = await serve('127.0.0.71', (_request, response) => response.end())
    await using proxy = await serveProxy({ authorization: basic })
    for (let i = 0; i < 2; i++) await throughProxy(proxy)(`http://api.test:${target.port}/`)
    expect(proxy.headers).toHaveLength(2)
  })

  test.each([`${canary}-user:${canary}-wrong`, `${canary}-user`, `:${canary}`])(
    'that are wrong are reported and not tried again: %s',
    async (user) => {
      await using proxy = await serveProxy({ authorization: basic })
      const work = throughProxy(proxy, { user })(url, { retries: 3 })
      const message = await refusalOfProxy(work, proxy.port)
      expect(message).toMatch(/ 407 .*credentials.*HTTPS_PROXY/)
      expect(proxy.asked).toHaveLength(1)
    },
  )
})

describe('an answer to CONNECT', () => {
  test.each([
    [300, 'CONNECT'],
    [302, 'CONNECT'],
    [400, 'CONNECT'],
    [401, 'CONNECT'],
    [403, 'NO_PROXY'],
    [404, 'CONNECT'],
    [405, 'CONNECT'],
    [407, 'credentials'],
    [418, 'CONNECT'],
  ])('of %i is reported as permanent', async (status, hint) => {
    await using proxy = await serveProxy({ refuse: () => status })
    const message = await refusalOfProxy(throughProxy(proxy)(url, { retries: 2 }), proxy.port)
    expect(message).toContain(` ${status} `)
    expect(message).toContain(hint)
    expect(proxy.asked).toHaveLength(1)
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  test.each([408, 429, 500, 502, 503, 504])('of %i is reported as temporary', async (status) => {
    await using proxy = await serveProxy({ refuse: () => status })
    const message = await refusalOfProxy(throughProxy(proxy)(url, { retries: 2 }), proxy.port)
    expect(message).toContain(` ${status} `)
    expect(proxy.asked).toHaveLength(3)
  })

  test('that is temporary is retried', async () => {
    await using target = await serve('127.0.0.71', (_request, response) => response.end())
    let turn = 0
    await using proxy = await serveProxy({ refuse: () => (turn++ < 2 ? 503 : undefined) })
    const response = await throughProxy(proxy)(`http://api.test:${target.port}/`, { retries: 2 })
    expect(response.status).toBe(200)
  })

  test.each([
    ['any 2xx', 'HTTP/1.1 204 Fine\r\n\r\n'],
    ['a length to be ignored', `${ok}content-length: 0\r\n\r\n`],
    ['another version', 'HTTP/1.0 200 Connection established\r\n\r\n'],
  ])('with %s opens the tunnel', async (_what, head) => {
    await using proxy = await serveRaw(proxyAddress, (socket) => {
      socket.once('data', () => {
        socket.write(head)
        socket.once('data', () => socket.end(`${ok}content-length: 2\r\n\r\nin`))
      })
    })
    expect(await (await throughProxy(proxy)('http://api.test/')).text()).toBe('in')
  })

  test.each<[what: string, answer: string]>([
    ['nothing', ''],
    ['no HTTP', `SSH-2.0-${canary}\r\n`],
    ['half a status line', 'HTTP/1.1 2'],
    ['a status that is no number', `HTTP/1.1 ${canary} OK\r\n\r\n`],
    ['a status out of range', 'HTTP/1.1 999 OK\r\n\r\n'],
    ['an early status', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['a protocol switch', `HTTP/1.1 101 X\r\nupgrade: ${canary}\r\nconnection: upgrade\r\n\r\n`],
    ['another version', `HTTP/9.9 200 OK\r\n\r\n${canary}`],
    ['a header without colon', `${ok}${canary}\r\n\r\n`],
    ['a header name with a space', `${ok}x y: ${canary}\r\n\r\n`],
    ['a header with a null byte', `${ok}x: ${canary}\0\r\n\r\n`],
    ['headers that end too soon', `${ok}x: ${canary}`],
    ['too many headers', `${ok}${`x: ${canary.repeat(10)}\r\n`.repeat(400)}\r\n`],
    ['one long header', `${ok}x: ${canary.repeat(4_000)}\r\n\r\n`],
    ['a long reason', `HTTP/1.1 200 ${canary.repeat(4_000)}\r\n\r\n`],
    ['an answer of the target it has not asked', `${ok}\r\n${ok}content-length: 6\r\n\r\n${canary}`],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x28'],
  ])('with %s is invalid', async (_what, answer) => {
    await using proxy = await answering(answer)
    for (const scheme of ['http', 'https']) {
      await refusalOfProxy(throughProxy(proxy)(`${scheme}://api.test${privatePath}`), proxy.port)
    }
    await expect.poll(() => proxy.connections()).toBe(0)
  })
})

describe('a proxy that', () => {
  test.each<[how: string, behave: (socket: Socket) => void, code: ErrorCode, init?: HttpInit]>([
    ['says nothing', () => {}, 'TIMEOUT', { timeoutMs: 60 }],
    ['says nothing for the idle time', () => {}, 'TIMEOUT', { idleTimeoutMs: 60 }],
    ['stops in the headers', (it) => it.write(`${ok}x: `), 'TIMEOUT', { idleTimeoutMs: 60 }],
    ['sends headers byte by byte', (it) => endless(it, ok, 'x'), 'TIMEOUT', { timeoutMs: 90 }],
    ['sends empty lines forever', (it) => endless(it, '', '\r\n'), 'TIMEOUT', { timeoutMs: 90 }],
    ['sends headers forever', (it) => endless(it, ok, `x: ${canary.repeat(200)}\r\n`), 'REQUEST_FAILED'],
    ['sends a header forever', (it) => endless(it, `${ok}x: `, canary.repeat(200)), 'REQUEST_FAILED'],
    ['resets at once', (it) => it.resetAndDestroy(), 'REQUEST_FAILED'],
    ['resets in the headers', (it) => it.write(ok, () => it.resetAndDestroy()), 'REQUEST_FAILED'],
  ])('%s', async (_how, behave, code, init) => {
    await using proxy = await serveRaw(proxyAddress, (socket) => socket.once('data', () => behave(socket)))
    await refusalOfProxy(throughProxy(proxy)(url, init), proxy.port, code)
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  test.each([403, 503])('answers %i and keeps the connection open is closed', async (status) => {
    await using proxy = await serveRaw(proxyAddress, (socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 ${status} X\r\nconnection: keep-alive\r\n\r\n`))
    })
    await refusalOfProxy(throughProxy(proxy)(url), proxy.port)
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  test('does not finish its TLS handshake times out', async () => {
    await using proxy = await serveRaw(proxyAddress, (socket) => socket.resume())
    const work = throughProxy(proxy, { scheme: 'https' })(url, { timeoutMs: 60 })
    await refusalOfProxy(work, proxy.port, 'TIMEOUT')
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  test('is unreachable is not reported as a refusing target', async () => {
    const { port } = await closed(serveRaw(proxyAddress, () => {}))
    expect(await refusalOfProxy(throughProxy({ port })(url), port)).toContain('refused the connection')
  })

  test.each(['ENOTFOUND', 'EAI_AGAIN'])('has an unknown name is reported (%s)', async (code) => {
    const known = lookupIn({ 'api.test': hosts['api.test'] ?? [] })
    const lookup = (host: string) =>
      host === 'api.test' ? known(host) : Promise.reject(Object.assign(new Error(canary), { code }))
    const message = await refusalOfProxy(throughProxy({ port: 1 }, { lookup })(url), 1)
    expect(message).toContain('name server')
    expect(message).not.toContain('hosts file')
  })

  test('has a name without an address is reported', async () => {
    const lookup = lookupIn({ ...hosts, 'proxy.test': [] })
    expect(await refusalOfProxy(throughProxy({ port: 1 }, { lookup })(url), 1)).toContain('has no address')
  })

  test('answers in place of an https target fails the TLS check', async () => {
    await using proxy = await serveRaw(proxyAddress, (socket) => {
      socket.once('data', () => {
        socket.write(`${ok}\r\n`)
        socket.once('data', () => socket.end(`${ok}content-length: 6\r\n\r\n${canary}`))
      })
    })
    const { message } = await refusal(throughProxy(proxy)(url), 'REQUEST_FAILED')
    expect(message).toContain(`api.test (through the proxy proxy.test:${proxy.port}) did not agree on TLS`)
  })
})

describe.each(['http', 'https'])('while an %s proxy does not answer', (scheme) => {
  test.each(['step', 'close'])('the end of the request (%s) closes the connection', async (by) => {
    await using proxy = await serveProxyThatWaits(scheme)
    const step = new AbortController()
    const http = throughProxy(proxy, { scheme }, stepSecrets({}, step.signal))
    const work = refusal(http(url), 'CANCELLED')
    await expect.poll(() => proxy.asked.length).toBe(1)
    if (by === 'step') step.abort(new Error(canary))
    else await http.egress.close()
    await work
    await expect.poll(() => proxy.connections()).toBe(0)
  })
})

/** Accepts the CONNECT request, records it and does not answer. */
async function serveProxyThatWaits(scheme: string) {
  const tls = scheme === 'https' ? { tls: authority.issue(['proxy.test']) } : {}
  return serveProxy({ ...tls, silent: true })
}

/** The server after closing, so its port refuses connections. */
async function closed<T extends AsyncDisposable>(opening: Promise<T>): Promise<T> {
  await using server = await opening
  return server
}

/** Sends the start, and then the same text as long as the client listens. */
function endless(socket: Socket, start: string, text: string): void {
  socket.write(start)
  const timer = setInterval(() => socket.write(text), 1)
  socket.on('close', () => clearInterval(timer))
}
