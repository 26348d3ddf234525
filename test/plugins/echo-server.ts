import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it arrived. */
export interface Received {
  readonly method: string
  readonly url: string
  /** Names as they were written, alternating with values. */
  readonly rawHeaders: readonly string[]
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A server on the loopback interface that records its requests. */
export interface EchoServer extends AsyncDisposable {
  readonly origin: string
  readonly host: string
  readonly received: Received[]
}

/** Starts a server that answers every request by `answer`, which must end the response. */
export async function startEchoServer(
  answer: (request: Received, response: ServerResponse) => void,
): Promise<EchoServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void read(request).then((it) => {
      received.push(it)
      answer(it, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${portOf(server.address())}`
  return {
    origin: `http://${host}`,
    host,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = '', url = '', rawHeaders, headers } = request
  return { method, url, rawHeaders, headers, body: Buffer.concat(chunks).toString() }
}
