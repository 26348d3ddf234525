import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** `drop` cuts the connection, `hold` never answers, `ok` answers with `{}`. */
export type Reply = 'drop' | 'hold' | 'ok'

/** A real HTTP service that answers as a script says, and with `ok` after the script. */
export interface FlakyServer {
  url: string
  /** Bodies of the requests in order, each with its time of arrival in milliseconds. */
  received: { text: string; attempt: number; idempotencyKey: string; at: number }[]
  /** Replaces the script, and clears the record. */
  play(...script: (Reply | (() => Promise<Reply>))[]): void
  close(): Promise<void>
}

export async function startFlakyServer(): Promise<FlakyServer> {
  const received: FlakyServer['received'] = []
  let script: (Reply | (() => Promise<Reply>))[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({ ...JSON.parse(Buffer.concat(chunks).toString()), at: Date.now() })
    const next = script.shift() ?? 'ok'
    const reply = typeof next === 'string' ? next : await next()
    if (reply === 'drop') request.socket.destroy()
    if (reply === 'ok') response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    play(...replies) {
      script = replies
      received.length = 0
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
