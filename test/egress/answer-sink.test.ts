import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { client, lookupIn, serveRaw } from './world.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n'

test.each([
  ['its first bytes come with the headers', [`${HEAD}first`, 'again', 'after']],
  ['its first bytes come later', [HEAD, 'first', 'again', 'after']],
])('a sink that is done at once gets an answer that pauses as it comes when %s', async (_when, pieces) => {
  await using server = await serveRaw('127.0.0.1', (socket) => {
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece)
        await delay(30)
      }
    })
  })
  const http = client({ lookup: lookupIn({ 'api.test': ['127.0.0.1'] }) })
  const got: string[] = []
  const sink = async () => ({
    async write(piece: Uint8Array) {
      // Only a round of promises that never ends asks so often, and no timer of this test would come.
      if (got.push(Buffer.from(piece).toString()) > 100) throw new Error('The event loop has no turn.')
    },
    end: async () => void got.push('end'),
    abort: async () => void got.push('abort'),
  })
  await http(`http://api.test:${server.port}/`, { sink })
  await http.egress.close()
  expect(got).toEqual(['first', 'again', 'after', 'end'])
})
