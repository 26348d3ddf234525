import { afterEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics/process-metrics.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { ADDRESS_HEADER } from '../../src/server/client-address.ts'
import type { Health } from '../../src/server/health.ts'
import { type HttpServerParts, startHttpServer } from '../../src/server/http-server.ts'

let server: { port: number; close(): Promise<void> }
let health: Health

async function serve(site?: HttpServerParts['site'], metricsToken?: Sensitive): Promise<void> {
  health = { ready: true }
  const log = createLogger('silent', 'test')
  const parts = { check: async () => health, metrics: createMetrics(), metricsToken, log }
  server = await startHttpServer(site ? { ...parts, site } : parts, '127.0.0.1', 0)
}
afterEach(() => server.close())

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)

describe('metrics with a token', () => {
  const token = 'metrics-token-0123456789'

  test.each([
    ['no token', {}],
    ['another token', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['more than the token', { authorization: `Bearer ${token}0` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['the token as a password', { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` }],
  ])('are refused to %s', async (_what, headers) => {
    await serve(undefined, new Sensitive(token))
    const response = await get('/metrics', { headers: headers as Record<string, string> })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="metrics"')
    const text = await response.text()
    expect(text).toContain('LOCKSTEP_METRICS_TOKEN')
    expect(text).not.toMatch(/process_cpu|metrics-token/)
    expect((await get('/readyz')).status).toBe(200)
  })

  test('are given to who has it', async () => {
    await serve(undefined, new Sensitive(token))
    const response = await get('/metrics', { headers: { authorization: `Bearer ${token}` } })
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('process_cpu')])
  })
})

describe('a process without a site, such as a worker', () => {
  test('reports that it is alive, and whether it is ready or why not', async () => {
    await serve()
    expect(await (await get('/healthz')).json()).toEqual({ alive: true })
    expect((await get('/readyz')).status).toBe(200)
    health = { ready: false, reason: 'the worker is starting' }
    const response = await get('/readyz')
    expect([response.status, await response.json()]).toEqual([503, health])
    expect((await get('/healthz')).status).toBe(200)
  })

  test.each(['/', '/graphql', '/api/auth/get-session', '/hooks/acme.x', '/index.html', '/healthz/'])(
    'answers 404 at %s',
    async (path) => {
      await serve()
      const response = await get(path)
      expect([response.status, await response.json()]).toEqual([404, { error: 'There is nothing here.' }])
      expect(response.headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      )
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('permissions-policy')).toContain('camera=()')
    },
  )

  test('labels its metrics with our names only', async () => {
    await serve()
    await get('/graphql')
    await get('/readyz')
    const text = await (await get('/metrics')).text()
    expect(text).toMatch(/^lockstep_http_requests_total\{route="web",status="404"\} 1$/m)
    expect(text).toMatch(/^lockstep_http_requests_total\{route="readyz",status="200"\} 1$/m)
  })
})

describe('a process with a site', () => {
  const site = (respond: (request: Request) => Promise<Response>) => ({
    routes: ['site'],
    headers: {},
    respond,
  })

  test('answers health requests itself, and passes the others to the site', async () => {
    await serve(site(async () => new Response('of the site')))
    expect(await (await get('/site')).text()).toBe('of the site')
    expect(await (await get('/healthz')).json()).toEqual({ alive: true })
    expect(await (await get('/metrics')).text()).toMatch(/route="site",status="200"\} 1$/m)
  })

  test('gives the site the address of the connection, whatever header a client sends', async () => {
    await serve(site(async ({ headers }) => new Response(headers.get(ADDRESS_HEADER))))
    const response = await get('/site', { headers: { [ADDRESS_HEADER]: '10.0.0.7' } })
    expect(await response.text()).toBe('127.0.0.1')
  })

  test('hides the error of the site', async () => {
    await serve(site(() => Promise.reject(new Error('canary'))))
    const response = await get('/site')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('canary')
  })

  test('never passes on a body of more than 6 MiB', async () => {
    await serve(site(async (request) => new Response(await request.text())))
    const body = 'x'.repeat(6 * 1024 * 1024 + 1)
    expect((await get('/site', { method: 'POST', body })).status).toBe(413)
    const text = await (await get('/metrics')).text()
    expect(text).toMatch(/^lockstep_limits_reached_total\{limit="body"\} 1$/m)
  })
})

test('a kept connection outlives the minute for which the usual balancers keep it', async () => {
  await serve()
  const { headers } = await get('/healthz')
  const [, seconds] = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '') ?? []
  expect(Number(seconds)).toBeGreaterThan(60)
})
