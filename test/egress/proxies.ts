import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import {
  type Egress,
  type EgressOptions,
  type Http,
  parseProxySettings,
  type StepSecrets,
} from '../../src/egress/index.ts'
import { TestAuthority } from './certificates.ts'
import { canary, client, listen, lookupIn, stepSecrets, type TestServer } from './world.ts'

export const authority = new TestAuthority()

/** The user info in the URL of every proxy of these tests. */
export const userInfo = `${canary}-user:${canary}-pass%20word`
export const basic = `Basic ${Buffer.from(`${canary}-user:${canary}-pass word`).toString('base64')}`

export const proxyAddress = '127.0.0.70'

/** Public addresses of the targets. The proxy of these tests maps each to one of 127.0.0.0/8. */
export const hosts: Readonly<Record<string, readonly string[]>> = {
  'api.test': ['93.184.216.34'],
  'other.test': ['93.184.216.35'],
  'two.test': ['2606:2800:220:1::1', '93.184.216.34'],
  'private.test': ['10.0.0.1'],
  'mixed.test': ['93.184.216.34', '10.0.0.1'],
  'aws.test': ['169.254.169.254'],
  'proxy.test': [proxyAddress],
}
const behind: Readonly<Record<string, string>> = {
  '93.184.216.34': '127.0.0.71',
  '93.184.216.35': '127.0.0.72',
}

export interface TestProxy extends TestServer {
  /** The authorities of the CONNECT requests, in order. */
  asked: string[]
  /** Their headers, with names as written. */
  headers: string[][]
  /** Everything that clients have sent through the tunnels. */
  relayed: () => string
  /** Resets every connection of a client. */
  reset: () => void
  /** Called with each connection to a proxy that speaks TLS. */
  onSecure: (listener: (socket: TLSSocket) => void) => void
}

export interface ProxyOptions {
  tls?: ServerOptions
  /** The expected Proxy-Authorization. */
  authorization?: string
  /** The status for an authority, instead of a tunnel. */
  refuse?: (authority: string) => number | undefined
  routes?: Readonly<Record<string, string>>
  /** Does not answer CONNECT, but records it in `asked`. */
  silent?: boolean
}

/** A proxy that opens tunnels to test servers. A request other than CONNECT is recorded in `received`. */
export async function serveProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const received: TestServer['received'] = []
  const asked: string[] = []
  const headers: string[][] = []
  const relayed: Buffer[] = []
  const sockets: Socket[] = []
  const server = options.tls ? createHttpsServer(options.tls) : createHttpServer()
  server.on('connection', (socket: Socket) => sockets.push(socket))
  server.on('request', ({ method = '', url: path = '', headers }, response) => {
    received.push({ method, path, headers, body: '' })
    response.writeHead(400).end()
  })
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    asked.push(request.url ?? '')
    headers.push(request.rawHeaders)
    relayed.push(head)
    socket.on('error', () => {})
    answerConnect(request, socket, options, relayed)
  })
  return {
    ...(await listen(server, proxyAddress, received)),
    asked,
    headers,
    relayed: () => Buffer.concat(relayed).toString('latin1'),
    onSecure: (listener) => server.on('secureConnection', listener),
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}

function answerConnect(
  request: IncomingMessage,
  socket: Duplex,
  { authorization, refuse, routes = behind, silent = false }: ProxyOptions,
  relayed: Buffer[],
): void {
  const target = request.url ?? ''
  const wrong = authorization !== undefined && request.headers['proxy-authorization'] !== authorization
  const status = wrong ? 407 : refuse?.(target)
  if (silent) {
    socket.on('end', () => socket.destroy()).resume()
  } else if (status !== undefined) {
    socket.end(`HTTP/1.1 ${status} ${canary}\r\nx: ${canary}\r\ncontent-length: 6\r\n\r\n${canary}`)
  } else {
    const [, address = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(target) ?? []
    openTunnel(socket, connect(Number(port), routes[address] ?? '127.0.0.79'), relayed)
  }
}

function openTunnel(socket: Duplex, upstream: Socket, relayed: Buffer[]): void {
  upstream.on('error', () => socket.destroy())
  upstream.on('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.on('data', (chunk: Buffer) => relayed.push(chunk))
    socket.pipe(upstream).pipe(socket)
  })
  upstream.on('close', () => socket.destroy())
  socket.on('close', () => upstream.destroy())
}

/** A client that knows the hosts, allows no private address, and uses the proxy for http and https. */
export function throughProxy(
  proxy: { port: number },
  options: Partial<EgressOptions> & { scheme?: string; user?: string; noProxy?: string } = {},
  secrets: StepSecrets = stepSecrets(),
): Http & { egress: Egress } {
  const { scheme = 'http', user = userInfo, noProxy, ...rest } = options
  const url = `${scheme}://${user}@proxy.test:${proxy.port}`
  const settings = parseProxySettings({ HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: noProxy })
  return client({ allow: [], lookup: lookupIn(hosts), ca: authority.pem, proxy: settings, ...rest }, secrets)
}
