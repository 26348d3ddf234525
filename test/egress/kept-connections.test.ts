import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type AllowEntry, createEgress, type HttpInit, parseEgressAllow } from '../../src/egress/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { TestAuthority } from './certificates.ts'
import { canary, client, lookupIn, refusal, serve, serveRaw, stepSecrets, type TestServer } from './world.ts'

const authority = new TestAuthority()
const address = '127.0.0.81'
const tls = authority.issue(['api.test'])
const ok = 'HTTP/1.1 200 OK\r\n'

/** Answers with the port at the other end, which tells one connection from another. */
function servePorts(options?: Parameters<typeof serve>[2], at = address, port = 0) {
  return serve(at, ({ socket }, response) => response.end(String(socket.remotePort)), options, port)
}

/** An egress for several workspaces. */
function world(hosts: Readonly<Record<string, readonly string[]>> = { 'api.test': [address] }) {
  const allow = parseEgressAllow('127.0.0.0/8')
  const egress = createEgress({ allow, lookup: lookupIn(hosts), ca: authority.pem, backOffMs: 1 })
  const httpOf = (workspace: string) => egress.forStep(stepSecrets({}, undefined, workspace))
  const portFor = async (workspace: string, url: string, init?: HttpInit) =>
    (await httpOf(workspace)(url, init)).text()
  return { egress, httpOf, portFor }
}

const urlOf = ({ port }: TestServer, scheme = 'http') => `${scheme}://api.test:${port}/`

describe('a connection is used again', () => {
  test.each(['http', 'https'])('for the same workspace and host over %s', async (scheme) => {
    await using server = await servePorts(scheme === 'https' ? tls : undefined)
    const { egress, portFor } = world()
    const ports = new Set<string>()
    for (const method of ['GET', 'POST', 'GET', 'OPTIONS', 'POST']) {
      ports.add(await portFor('one', urlOf(server, scheme), { method }))
    }
    expect(ports.size).toBe(1)
    await egress.close()
    await expect.poll(() => server.connections()).toBe(0)
  })

  test('after a redirect with a short body', async () => {
    await using server = await serve(address, ({ socket }, response, { path }) => {
      if (path === '/') response.writeHead(302, { location: '/end' }).end('moved')
      else response.end(String(socket.remotePort))
    })
    const { egress, portFor } = world()
    const first = await portFor('one', urlOf(server))
    expect(await portFor('one', urlOf(server))).toBe(first)
    expect(server.connections()).toBe(1)
    await egress.close()
  })

  test('by one request at a time', async () => {
    await using server = await servePorts()
    const { egress, portFor } = world()
    const ports = await Promise.all(Array.from({ length: 5 }, () => portFor('one', urlOf(server))))
    expect(new Set(ports).size).toBe(5)
    await egress.close()
  })
})

describe('a connection is not used', () => {
  test('for another workspace', async () => {
    await using server = await servePorts()
    const { egress, portFor } = world()
    const one = await portFor('one', urlOf(server))
    expect(await portFor('two', urlOf(server))).not.toBe(one)
    expect(await portFor('one', urlOf(server))).toBe(one)
    await egress.close()
  })

  test('for another name of the same address', async () => {
    await using server = await servePorts()
    const { egress, portFor } = world({ 'api.test': [address], 'other.test': [address] })
    const one = await portFor('one', urlOf(server))
    expect(await portFor('one', `http://other.test:${server.port}/`)).not.toBe(one)
    await egress.close()
  })

  test('with another client certificate, or without one', async () => {
    await using server = await servePorts({ ...tls, requestCert: true, rejectUnauthorized: false })
    const { egress, portFor } = world()
    const [mine, yours] = [authority.issue(['mine.test']), authority.issue(['yours.test'])]
    const identities = [mine, yours].map(({ key, cert }) => ({ content: new Sensitive(key + cert) }))
    const [first, second] = identities
    const forms = [first, second, undefined, { content: mine.key + mine.cert, passphrase: 'x' }]
    const ports: string[] = []
    for (const clientCertificate of [...forms, first, second, undefined]) {
      ports.push(await portFor('one', urlOf(server, 'https'), { clientCertificate }))
    }
    expect(new Set(ports).size).toBe(forms.length)
    expect(ports.slice(forms.length)).toEqual(ports.slice(0, 3))
    await egress.close()
  })

  test('when the name no longer leads to its address', async () => {
    await using here = await servePorts()
    await using there = await servePorts(undefined, '127.0.0.82', here.port)
    let addresses = [address]
    const http = client({ lookup: async () => addresses.map((it) => ({ address: it, family: 4 as const })) })
    await http(urlOf(here))
    addresses = ['127.0.0.82']
    await http(urlOf(here))
    expect([here.received.length, there.received.length]).toEqual([1, 1])
    // Both are addresses of the name now, and both connections are there.
    addresses = ['127.0.0.82', address]
    await http(urlOf(here))
    expect([here.connections(), there.connections()]).toEqual([1, 1])
    await http.egress.close()
  })

  test('when the address is no longer allowed', async () => {
    await using server = await servePorts()
    const allow: AllowEntry[] = parseEgressAllow('127.0.0.0/8')
    const http = client({ allow, lookup: lookupIn({ 'api.test': [address] }) })
    await http(urlOf(server))
    allow.length = 0
    await refusal(http(urlOf(server)), 'DESTINATION_NOT_ALLOWED')
    expect(server.received).toHaveLength(1)
    await http.egress.close()
  })
})

describe('a connection is dropped after', () => {
  const length = `${ok}content-length: 2\r\n\r\n`

  test.each<[what: string, answer: string]>([
    ['a second answer', `${length}no${length}${canary}`],
    ['bytes behind the length', `${length}no${canary}`],
    ['half an answer more', `${length}noHTTP/1.1 2`],
    ['bytes behind the last chunk', `${ok}transfer-encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n${canary}`],
    ['an answer with a body that must have none', `HTTP/1.1 204 X\r\ncontent-length: 6\r\n\r\n${canary}`],
    ['a wish to close', `${ok}connection: close\r\ncontent-length: 2\r\n\r\nno`],
    ['a short time to live', `${ok}keep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nno`],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nno'],
  ])('%s', async (_what, first) => {
    const { server, asked } = await serveInTurn((turn) => (turn === 0 ? first : `${length}ok`))
    await using _ = server
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    const response = await httpOf('one')(urlOf(server), { method: 'POST' })
    expect(await response.text()).toBe('ok')
    expect(asked).toEqual(['0 GET', '1 POST'])
    await egress.close()
  })

  test('an answer that comes while nothing was asked, so that it answers no later request', async () => {
    const sockets: Socket[] = []
    await using server = await serveRaw(address, (socket) => {
      sockets.push(socket)
      socket.on('data', () => socket.write(`${length}ok`))
    })
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    sockets[0]?.write(`${ok}content-length: 6\r\n\r\n${canary}`)
    const response = await httpOf('one')(urlOf(server), { method: 'POST' })
    expect(await response.text()).toBe('ok')
    await expect.poll(() => server.connections()).toBe(1)
    expect(sockets).toHaveLength(2)
    await egress.close()
  })

  test.each([1, 10, 30, 100, 1_000])('an abort, after %i turns of the promises', async (turns) => {
    const { server } = await serveInTurn(() => `${length}ok`)
    await using _ = server
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    const abort = new AbortController()
    const work = refusal(httpOf('one')(urlOf(server), { signal: abort.signal }), 'CANCELLED')
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    abort.abort()
    await work
    expect((await httpOf('one')(urlOf(server))).status).toBe(200)
    await egress.close()
  })

  test('a time without requests', async () => {
    const { server } = await serveInTurn(() => `${length}ok`)
    await using _ = server
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    expect(server.connections()).toBe(1)
    await expect.poll(() => server.connections()).toBe(0)
    await egress.close()
  })
})

describe('when the server closes a kept connection as it is used', () => {
  const closing = (turn: number) => (turn === 1 ? undefined : `${ok}content-length: 2\r\n\r\nok`)

  test.each<[what: string, init: HttpInit]>([
    ['GET', { method: 'GET' }],
    ['HEAD', { method: 'HEAD' }],
    ['OPTIONS', { method: 'OPTIONS' }],
    ['a POST that the service recognises', { method: 'POST', body: 'x', repeatable: true }],
  ])('%s is sent again over a new one', async (_what, init) => {
    const { server, asked } = await serveInTurn(closing)
    await using _ = server
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    expect((await httpOf('one')(urlOf(server), init)).status).toBe(200)
    expect(asked).toEqual(['0 GET', `0 ${init.method}`, `1 ${init.method}`])
    await egress.close()
  })

  test.each(['POST', 'PATCH', 'PUT', 'DELETE'])('%s is not sent twice', async (method) => {
    const { server, asked } = await serveInTurn(closing)
    await using _ = server
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    await refusal(httpOf('one')(urlOf(server), { method, body: 'x' }), 'REQUEST_FAILED')
    expect(asked).toEqual(['0 GET', `0 ${method}`])
    await egress.close()
  })

  test('before anything was sent, a POST goes over a new one', async () => {
    const sockets: Socket[] = []
    await using server = await serveRaw(address, (socket) => {
      sockets.push(socket)
      socket.on('data', () => socket.write(`${ok}content-length: 2\r\n\r\nok`))
    })
    const { egress, httpOf } = world()
    await httpOf('one')(urlOf(server))
    const [first] = sockets
    if (first) {
      first.end()
      await once(first, 'close')
    }
    expect((await httpOf('one')(urlOf(server), { method: 'POST', body: 'x' })).status).toBe(200)
    expect(sockets).toHaveLength(2)
    await egress.close()
  })

  test('a new connection that breaks is not tried again by itself', async () => {
    const { server, asked } = await serveInTurn(() => undefined)
    await using _ = server
    const { egress, httpOf } = world()
    await refusal(httpOf('one')(urlOf(server)), 'REQUEST_FAILED')
    expect(asked).toEqual(['0 GET'])
    await egress.close()
  })
})

describe('connections without requests', () => {
  test('are at most 32 to one host for one workspace', async () => {
    await using server = await servePorts()
    const { egress, portFor } = world()
    await Promise.all(Array.from({ length: 60 }, () => portFor('one', urlOf(server))))
    await expect.poll(() => server.connections()).toBeLessThanOrEqual(32)
    await egress.close()
    await expect.poll(() => server.connections()).toBe(0)
  })

  test('are at most 256 after thousands of requests to hundreds of hosts, and none at the end', async () => {
    await using server = await servePorts()
    const hosts = Array.from({ length: 400 }, (_, index) => `h${index}.test`)
    const { egress, portFor } = world(Object.fromEntries(hosts.map((it) => [it, [address]])))
    const handles = () => process.getActiveResourcesInfo().filter((it) => it === 'TCPSocketWrap').length
    const before = handles()
    for (let round = 0; round < 5; round++) {
      for (let start = 0; start < hosts.length; start += 40) {
        const some = hosts.slice(start, start + 40)
        await Promise.all(some.map((it) => portFor('one', `http://${it}:${server.port}/`)))
      }
      await expect.poll(() => server.connections()).toBeLessThanOrEqual(256)
    }
    expect(server.received).toHaveLength(2_000)
    await egress.close()
    await expect.poll(() => server.connections()).toBe(0)
    await expect.poll(handles).toBeLessThanOrEqual(before)
  })
})

/**
 * A server that answers the requests in the order in which they come. It closes the connection where there is no
 * answer. `asked` gets the number of the connection and the method of each.
 */
async function serveInTurn(answer: (turn: number) => string | undefined) {
  const asked: string[] = []
  let connections = 0
  const server = await serveRaw(address, (socket) => {
    const connection = connections++
    socket.on('data', (chunk) => {
      const bytes = answer(asked.length)
      asked.push(`${connection} ${chunk.toString().split(' ')[0]}`)
      if (bytes === undefined) socket.destroy()
      else socket.write(bytes)
    })
  })
  return { server, asked }
}
