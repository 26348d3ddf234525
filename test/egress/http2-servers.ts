import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { Issued } from './certificates.ts'
import { listen, type TestServer } from './world.ts'

export interface Http2TestServer extends TestServer {
  /** Every session that was ever opened. */
  sessions: ServerHttp2Session[]
}

type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: string) => void

/** A server that speaks HTTP/2 and nothing else, and answers when the request is whole. */
export async function serveHttp2(
  address: string,
  tls: Issued & Pick<SecureServerOptions, 'settings' | 'allowHTTP1'>,
  onStream: OnStream,
  prepare: (server: Http2SecureServer) => void = () => {},
): Promise<Http2TestServer> {
  const received: TestServer['received'] = []
  const sessions: ServerHttp2Session[] = []
  const server = createSecureServer(tls)
  prepare(server)
  server.on('session', (session) => {
    sessions.push(session)
    session.on('error', () => {})
  })
  server.on('sessionError', () => {})
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { ':method': method = '', ':path': path = '' } = headers
      received.push({ method, path, headers, body })
      onStream(stream, headers, body)
    })
  })
  return { ...(await listen(server, address, received)), sessions }
}

const PREFACE_BYTES = 24
const FRAME_HEAD_BYTES = 9

/** Frames of RFC 9113, to say what no server of good will says. */
export const frames = {
  settings: frame(4, 0, 0, ''),
  /** Status 200 of the static table unless told otherwise. All header fields are hex of RFC 7541. */
  headers: (stream: number, fields = '', flags = 0x4, status = '88') =>
    frame(1, flags, stream, `${status}${fields}`),
  data: (stream: number, text: string, isLast: boolean) =>
    frame(0, isLast ? 1 : 0, stream, Buffer.from(text).toString('hex')),
  reset: (stream: number, code: number) => frame(3, 0, stream, word(code)),
  goaway: (lastStream: number, code: number) => frame(7, 0, 0, word(lastStream) + word(code)),
  interim: (stream: number) => frame(1, 4, stream, '0803313033'),
  ping: frame(6, 0, 0, '00'.repeat(8)),
}

/** A header field as a literal without indexing, in hex: name and value of less than 127 bytes. */
export function literal(name: string, value: string): string {
  const text = (it: string) => Buffer.from([it.length, ...Buffer.from(it)]).toString('hex')
  return `00${text(name)}${text(value)}`
}

/**
 * A server that answers to the HEADERS of a stream with raw frames, or ends the connection where there are none.
 * `streams` gets the number of every stream that it was asked over, connection after connection.
 */
export async function serveFrames(
  address: string,
  tls: Issued,
  answer: (stream: number, connection: number) => readonly Buffer[] | undefined,
): Promise<TestServer & { streams: string[] }> {
  const streams: string[] = []
  let connections = 0
  const server = createTlsServer({ ...tls, ALPNProtocols: ['h2'] }, (socket) => {
    const connection = connections++
    socket.on('error', () => {})
    socket.write(frames.settings)
    readFrames(socket, (type, stream) => {
      if (type !== 1) return
      streams.push(`${connection}:${stream}`)
      const bytes = answer(stream, connection)
      if (bytes) socket.write(Buffer.concat(bytes))
      else socket.destroy()
    })
  })
  return { ...(await listen(server, address, [])), streams }
}

function readFrames(socket: TLSSocket, onFrame: (type: number, stream: number) => void): void {
  let bytes = Buffer.alloc(0)
  let skip = PREFACE_BYTES
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= skip + FRAME_HEAD_BYTES) {
      const head = bytes.subarray(skip)
      const end = skip + FRAME_HEAD_BYTES + head.readUIntBE(0, 3)
      if (bytes.length < end) return
      onFrame(head.readUInt8(3), head.readUInt32BE(5))
      bytes = bytes.subarray(end)
      skip = 0
    }
  })
}

function frame(type: number, flags: number, stream: number, hex: string): Buffer {
  const payload = Buffer.from(hex, 'hex')
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

function word(value: number): string {
  return value.toString(16).padStart(8, '0')
}
