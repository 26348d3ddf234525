import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** Values of the two secrets in each request. The second may go only to the address. */
export const free = 'free-value_"of" <hostile>/+=2907'
export const bound = 'bound-value_of\\the&hostile%test;6631'
export const home = '127.0.0.31'

/** The request that a server puts into its answers. */
export interface Sent {
  headers: NodeJS.Dict<string | string[]>
  body: string
}

/** A server that misbehaves. */
export interface HostileSite {
  origin: string
  /** The number of connections that reached it. */
  connections(): number
  /** The number of open ones. */
  open(): number
  close(): Promise<void>
}

/** A real HTTP service that answers with what it was sent. */
export async function startEchoSite(
  address: string,
  answer: (response: ServerResponse, sent: Sent, request: IncomingMessage) => void,
): Promise<HostileSite> {
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    answer(response, { headers: request.headers, body }, request)
  }
  return await listen(
    address,
    createServer((request, response) => void listener(request, response)),
  )
}

/** A server that may answer anything, HTTP or not, once it has the whole request. */
export async function startRawSite(
  address: string,
  behave: (socket: Socket, request: string) => void,
): Promise<HostileSite> {
  const server = createTcpServer((socket) => {
    let request = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      request += chunk
      const [head = '', body] = request.split('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (body === undefined || Buffer.byteLength(body) < length) return
      behave(socket, request)
      request = ''
    })
  })
  return await listen(address, server)
}

async function listen(address: string, server: Server): Promise<HostileSite> {
  let connections = 0
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  return {
    origin: `http://${address}:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Sends again and again, as fast as the other side reads. */
export function flood(socket: Socket, piece: string | Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on('drain', more)
  more()
}

/** Sends a few bytes at a time as long as the other side listens. */
export function drip(socket: Socket, start: string, piece: string): void {
  socket.write(start)
  const timer = setInterval(() => socket.write(piece), 20)
  socket.on('close', () => clearInterval(timer))
}
