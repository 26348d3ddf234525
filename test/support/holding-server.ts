import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { vi } from 'vitest'

/** A real HTTP service that does not answer until it is told to. */
export interface HoldingServer {
  url: string
  /** Bodies of the received requests, in order. */
  received: string[]
  /** The number of callers that left without an answer. */
  abandoned(): number
  /** Waits until the total number of requests has arrived. */
  untilReceived(count: number): Promise<void>
  /** Answers every waiting request with `{}`. */
  release(): void
  close(): Promise<void>
}

export async function startHoldingServer(): Promise<HoldingServer> {
  const received: string[] = []
  const waiting = new Set<ServerResponse>()
  let abandoned = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push(Buffer.concat(chunks).toString())
    waiting.add(response)
    response.on('close', () => {
      if (!response.writableFinished) abandoned++
      waiting.delete(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    abandoned: () => abandoned,
    untilReceived: (count) =>
      vi.waitFor(
        () => {
          if (received.length < count) throw new Error(`${received.length} of ${count} requests came`)
        },
        { timeout: 60_000, interval: 20 },
      ),
    release() {
      for (const response of waiting) response.setHeader('content-type', 'application/json').end('{}')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
