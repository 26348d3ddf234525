import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics/process-metrics.ts'
import { startHttpServer } from '../../src/server/http-server.ts'

const MIB = 1024 * 1024
const head = 'POST /site HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = `${MIB.toString(16)}\r\n${'x'.repeat(MIB)}\r\n`
const end = '0\r\n\r\n'

let server: { port: number; close(): Promise<void> }
/** What the site has read, or why it could not. */
let read: string[]
/** Whether the site begins its answer before it has read. */
let early: boolean
const metrics = createMetrics()

async function respond(request: Request): Promise<Response> {
  if (early) {
    void request.text().catch(() => undefined)
    return new Response(new ReadableStream({ start: (it) => it.enqueue(Buffer.from('early')) }))
  }
  const text = await request.text().catch(() => 'broken')
  read.push(text === 'broken' ? text : `${text.length} bytes`)
  return new Response(text.slice(0, 1))
}

beforeEach(async () => {
  read = []
  early = false
  // No time passes by itself: a connection that is closed was closed for what came.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const parts = { check: async () => ({ ready: true }), metrics, log: createLogger('silent', 'test') }
  server = await startHttpServer({ ...parts, site: { routes: [], headers: {}, respond } }, '127.0.0.1', 0)
})
afterEach(() => {
  vi.useRealTimers()
  return server.close()
})

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve))
}

function client() {
  const socket: Socket = connect(server.port, '127.0.0.1')
  const heard = { text: '', failed: undefined as unknown }
  socket.on('data', (data) => {
    heard.text += String(data)
  })
  socket.on('error', (error) => {
    heard.failed = error
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  return { socket, heard, closed }
}

test('a body without a length that is too large is 413, in words, and the connection is closed in order', async () => {
  const { socket, heard, closed } = client()
  socket.write(head + chunk.repeat(7))
  await until(() => heard.text.includes('REQUEST_TOO_LARGE'))
  // What is on the way is read and dropped, so that the answer is not lost to a reset.
  socket.write(chunk.repeat(3))
  socket.write(end)
  await closed
  expect(heard.failed).toBeUndefined()
  const [headers = '', body = ''] = heard.text.split('\r\n\r\n')
  expect(headers).toMatch(/^HTTP\/1\.1 413 /)
  expect(headers.toLowerCase()).toMatch(/^connection: close\r?$/m)
  expect(headers.toLowerCase()).toContain('content-type: application/json')
  expect(JSON.parse(body)).toEqual({
    error: 'A body is at most 6 MiB.',
    errors: [{ message: 'A body is at most 6 MiB.', extensions: { code: 'REQUEST_TOO_LARGE' } }],
  })
  expect(read.filter((it) => it !== 'broken')).toEqual([])
  expect(await metrics.registry.metrics()).toMatch(/lockstep_limits_reached_total\{limit="body"\} 1$/m)
})

test('a body without a length of just the limit is read', async () => {
  const { socket, heard } = client()
  socket.write(head + chunk.repeat(6) + end)
  await until(() => heard.text.includes('HTTP/1.1 200 '))
  expect(read).toEqual([`${6 * MIB} bytes`])
  socket.destroy()
})

test('a client that never ends its body is cut off', async () => {
  const { socket, heard, closed } = client()
  socket.write(head + chunk.repeat(7))
  await until(() => heard.text.includes('REQUEST_TOO_LARGE'))
  socket.write(chunk)
  expect(socket.destroyed).toBe(false)
  vi.advanceTimersByTime(10_000)
  await closed
  expect(heard.text).toMatch(/^HTTP\/1\.1 413 /)
})

test('a body that goes on while its request is answered gets no second answer, and is cut off', async () => {
  early = true
  const { socket, heard, closed } = client()
  socket.write(head)
  await until(() => heard.text.includes('early'))
  socket.write(chunk.repeat(7))
  await closed
  expect(heard.text).not.toContain('413')
})
