import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'

/** The result of a request that arrived. */
type Fate = 'answered' | 'reset after reading' | 'reset in the answer'

export interface CountingServer {
  url: string
  /** The results of all requests, by path. */
  received: ReadonlyMap<string, Fate[]>
  /** The number of connections that were reset before anything was read. */
  refused(): number
  /** The number of requests without the right key. */
  withoutKey(): number
  close(): Promise<void>
}

// The longest delay of an answer, in milliseconds.
const SLOWEST = 300

/** A service that counts every request, and resets connections at random. */
export async function startCountingServer(random: Random, key: string): Promise<CountingServer> {
  const received = new Map<string, Fate[]>()
  let refused = 0
  let withoutKey = 0
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const fate = random.pick<Fate>([
      [93, 'answered'],
      [4, 'reset after reading'],
      [3, 'reset in the answer'],
    ])
    received.set(path, [...(received.get(path) ?? []), fate])
    if (request.headers['authorization'] !== `Bearer ${key}`) withoutKey++
    request.on('error', () => undefined).resume()
    response.on('error', () => undefined)
    await sleep(random.between(0, SLOWEST))
    finish(response, fate)
  })
  server.on('connection', (socket) => {
    if (random.next() > 0.03) return
    refused++
    socket.resetAndDestroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refused: () => refused,
    withoutKey: () => withoutKey,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function finish(response: ServerResponse, fate: Fate): void {
  const answer = JSON.stringify({ received: true })
  response.setHeader('content-type', 'application/json')
  if (fate === 'answered') response.end(answer)
  else if (fate === 'reset after reading') response.socket?.resetAndDestroy()
  else {
    response.setHeader('content-length', answer.length)
    response.write(answer.slice(0, 5), () => response.socket?.resetAndDestroy())
  }
}
