import { request as httpRequest } from 'node:http'
import { Writable } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics/process-metrics.ts'
import { startHttpServer } from '../../src/server/http-server.ts'

let server: { port: number; close(): Promise<void> }
let lines: Record<string, unknown>[]

async function serve(accessLog: boolean): Promise<void> {
  lines = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const log = createLogger('info', 'test', destination)
  const site = {
    routes: ['hooks', 'graphql'],
    headers: {},
    respond: async () => {
      log.info('within the request')
      return new Response('answer')
    },
  }
  const check = async () => ({ ready: true })
  server = await startHttpServer({ check, metrics: createMetrics(), log, accessLog, site }, '127.0.0.1', 0)
}
afterEach(() => server.close())

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)
const accesses = () => lines.filter(({ msg }) => msg === 'request')
const untilLogged = (count = 1) => vi.waitUntil(() => accesses().length >= count)

describe('the access log', () => {
  test('has a line for each request: method, path, route, status, time, bytes and id', async () => {
    await serve(true)
    const answer = await get('/graphql?query=hidden', { method: 'POST', body: 'x' })
    await untilLogged()
    expect(accesses()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        role: 'test',
        msg: 'request',
        request: answer.headers.get('x-request-id'),
        method: 'POST',
        path: '/graphql',
        route: 'graphql',
        status: 200,
        milliseconds: expect.any(Number),
        bytes: expect.any(Number),
      },
    ])
    expect(accesses()[0]?.['bytes']).toBeGreaterThan('answer'.length)
  })

  test('has no line unless it is asked for, and none for health and metrics', async () => {
    await serve(false)
    await get('/graphql')
    await server.close()
    expect(accesses()).toEqual([])
    await serve(true)
    for (const path of ['/healthz', '/readyz', '/metrics', '/web']) await get(path)
    await untilLogged()
    expect(accesses().map(({ path }) => path)).toEqual(['/web'])
  })

  test('holds no token of a hook, no query and no fragment', async () => {
    await serve(true)
    const token = 'acme.fcR7hQ2'
    for (const path of [
      `/hooks/${token}?key=canary`,
      `/hooks/${token}/canary`,
      `//hooks/${token}`,
      `/hooks//${token}`,
    ])
      await get(path)
    await untilLogged(4)
    expect(accesses().map(({ path }) => path)).toEqual(['/hooks/…', '/hooks/…/…', '//…/…', '/hooks//…'])
    expect(JSON.stringify(lines)).not.toMatch(/fcR7hQ2|canary/)
  })
})

describe('the id of a request', () => {
  test('is the one that came if it is well formed, in the answer and in every line of the request', async () => {
    await serve(true)
    const answer = await get('/graphql', { headers: { 'x-request-id': 'order-17.a_B' } })
    await untilLogged()
    expect(answer.headers.get('x-request-id')).toBe('order-17.a_B')
    expect(lines.map(({ request }) => request)).toEqual(['order-17.a_B', 'order-17.a_B'])
  })

  test.each(['', 'a b', 'x'.repeat(65), 'ü', '<script>', 'a,b'])(
    '%j is replaced by a new one',
    async (id) => {
      await serve(true)
      const answer = await new Promise<string>((resolve, reject) => {
        const headers = { 'x-request-id': id, connection: 'close' }
        const options = { port: server.port, host: '127.0.0.1', path: '/web', headers }
        httpRequest(options, (response) => {
          response.resume()
          resolve(String(response.headers['x-request-id']))
        })
          .on('error', reject)
          .end()
      })
      expect(answer).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      await untilLogged()
      expect(lines.map(({ request }) => request)).toEqual([answer, answer])
    },
  )

  test('stays apart for requests at the same time', async () => {
    await serve(true)
    const ids = ['one', 'two', 'three', 'four']
    await Promise.all(ids.map((id) => get('/graphql', { headers: { 'x-request-id': id } })))
    await untilLogged(4)
    const within = lines
      .filter(({ msg }) => msg === 'within the request')
      .map(({ request }) => String(request))
    expect(new Set(within)).toEqual(new Set(ids))
  })
})
