import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  method: string
  url: string
  headers: NodeJS.Dict<string | string[]>
  body: string
}

export interface EchoServer {
  url: string
  received: ReceivedRequest[]
  close(): Promise<void>
}

/** A real HTTP service that records what it receives and answers with all of it. */
export async function startEchoServer(): Promise<EchoServer> {
  const received: ReceivedRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    const echo = { method, url, headers, body: Buffer.concat(chunks).toString() }
    received.push(echo)
    response.setHeader('content-type', 'application/json')
    response.setHeader('x-echo-authorization', headers.authorization ?? 'none')
    response.end(JSON.stringify(echo))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
