import { connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** Sends bytes as they are. @returns the status and the body of the answer. */
export async function sendRaw(
  origin: string,
  path: string,
  { headers, body }: { headers: readonly (string | Buffer)[]; body: Uint8Array },
): Promise<{ status: number; json: unknown; head: string }> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const lines = [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers]
  for (const line of [...lines, `Content-Length: ${body.length}`, ''])
    socket.write(Buffer.concat([Buffer.from(line), CRLF]))
  socket.write(body)
  const answer = await text(socket)
  const at = answer.indexOf('\r\n\r\n')
  return {
    status: Number(answer.slice(9, 12)),
    json: JSON.parse(answer.slice(at + 4)),
    head: answer.slice(0, at),
  }
}

const CRLF = Buffer.from('\r\n')

export interface RawService {
  origin: string
  /** What came, each request as the bytes of it, a character a byte. */
  received: string[]
  /** What is answered next, by the path. */
  answers: Map<string, Buffer>
  close(): Promise<void>
}

/** A service that answers with the bytes that a test says, whether or not they are good HTTP. */
export async function startRawService(): Promise<RawService> {
  const received: string[] = []
  const answers = new Map<string, Buffer>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let came = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      came += chunk.toString('latin1')
      const head = came.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(came)?.[1] ?? 0)
      if (head < 0 || came.length < head + 4 + length) return
      received.push(came)
      const path = came.split(' ')[1] ?? ''
      came = ''
      socket.end(answers.get(path) ?? answers.get(path.split('?')[0] ?? '') ?? answerOf('200 OK', [], ''))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answers,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The bytes of an answer. */
export function answerOf(
  status: string,
  headers: readonly (string | Buffer)[],
  body: string | Uint8Array,
): Buffer {
  const bytes = Buffer.from(body)
  const lines = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${bytes.length}`, 'Connection: close', '']
  return Buffer.concat([...lines.flatMap((it) => [Buffer.from(it), CRLF]), bytes])
}
