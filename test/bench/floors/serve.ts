import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'

/** A plain server. What handles a request ends the process when it throws. */
export function serve(
  handle: (request: IncomingMessage, body: string, response: ServerResponse) => Promise<void> | void,
): void {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => void handle(request, body, response))
  })
  listen(server, 'http')
}

/** Listens on any free port, and says where on standard output. */
export function listen(server: Server, scheme: 'http' | 'https'): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`listens at ${scheme}://127.0.0.1:${port}/\n`)
  })
}
