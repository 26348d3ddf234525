import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from '../../src/api/server.ts'
import { createLogger } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics/process-metrics.ts'

let folder: string
let server: { port: number; close(): Promise<void> }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-web-'))
  const web = join(folder, 'dist')
  await mkdir(join(web, 'assets'), { recursive: true })
  await mkdir(join(folder, 'dist-private'))
  await writeFile(join(web, 'index.html'), '<title>page</title>')
  await writeFile(join(web, 'assets', 'app-1a2b.js'), 'app()')
  await writeFile(join(web, 'assets', 'big-3c4d.js'), 'big()')
  await writeFile(join(web, 'assets', 'big-3c4d.js.gz'), gzipSync('big()'))
  await mkdir(join(web, 'docs', 'steps'), { recursive: true })
  await writeFile(join(web, 'docs', 'index.html'), 'docs')
  await writeFile(join(web, 'docs', 'steps', 'wait.html'), 'how to wait')
  await writeFile(join(folder, 'outside.txt'), 'OUTSIDE')
  await writeFile(join(folder, 'dist-private', 'key.pem'), 'OUTSIDE')
  server = await startServer(
    {
      services: () => undefined,
      check: async () => ({ ready: false }),
      metrics: createMetrics(),
      corsOrigins: new Set(),
      graphiql: false,
      webFolder: web,
      publicUrl: 'https://lockstep.example.com',
      log: createLogger('silent', 'test'),
    },
    '127.0.0.1',
    0,
  )
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)

test('browsers come back by https alone, and no page may use what a device has', async () => {
  for (const path of ['/', '/assets/app-1a2b.js', '/graphql', '/none.txt', '/healthz']) {
    const { headers } = await get(path)
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(headers.get('permissions-policy')).toMatch(/camera=\(\).*geolocation=\(\)/)
  }
})

test('a file is served with its type, and a hashed asset is cached for ever', async () => {
  const response = await get('/assets/app-1a2b.js')
  expect(await response.text()).toBe('app()')
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
})

test.each(['/', '/index.html', '/acme/settings/secrets', '/w/acme/runs/acme.0193', '/hooks', '/graphql/'])(
  '%s gets the page, which is not cached',
  async (path) => {
    const response = await get(path)
    expect([response.status, await response.text()]).toEqual([200, '<title>page</title>'])
    expect(response.headers.get('cache-control')).toBe('no-cache')
  },
)

test.each(['//index.html', '/assets/..%2findex.html', '/%2e%2findex.html'])(
  "%s, another spelling of the page's address, gets the page with a nonce",
  async (path) => {
    const answer = await raw(path)
    expect(answer).toContain('<title>page</title>')
    expect(answer).toMatch(/^cache-control: no-cache\r$/im)
    expect(answer).toMatch(/^content-security-policy: .*'nonce-/im)
  },
)

test.each([
  ['/docs', 'docs'],
  ['/docs/', 'docs'],
  ['/docs/steps/wait', 'how to wait'],
  ['/docs/steps/wait.html', 'how to wait'],
])('%s is a page of the docs, which runs nothing and sends nothing', async (path, text) => {
  const response = await get(path)
  expect([response.status, await response.text()]).toEqual([200, text])
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; .*form-action 'none'$/,
  )
})

test.each(['/docs/none', '/docs/steps', '/docs/constructor', '/docs/..%2f..%2foutside.txt'])(
  '%s is no page of the docs, and not the app',
  async (path) => {
    expect(await raw(path)).toMatch(/^HTTP\/1\.1 404 /)
  },
)

test('an asset is compressed if the client accepts gzip', async () => {
  const compressed = await get('/assets/big-3c4d.js', { headers: { 'accept-encoding': 'br, gzip' } })
  expect(compressed.headers.get('content-encoding')).toBe('gzip')
  expect(compressed.headers.get('vary')).toBe('accept-encoding')
  expect(compressed.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(await compressed.text()).toBe('big()')
  const plain = await get('/assets/big-3c4d.js', { headers: { 'accept-encoding': 'identity' } })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe('big()')
})

test('a HEAD has the length but no body', async () => {
  const response = await get('/', { method: 'HEAD' })
  expect(response.headers.get('content-length')).toBe('19')
  expect(await response.text()).toBe('')
})

test.each(['/missing.js', '/assets/missing.css', '/favicon.ico'])('%s is 404', async (path) => {
  expect((await get(path)).status).toBe(404)
})

test.each(['POST', 'PUT', 'DELETE'])('%s is 404', async (method) => {
  expect((await get('/', { method })).status).toBe(404)
})

/** Sends the path unchanged. A client would normalise it first. */
const raw = (path: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = ''
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (chunk) => {
      answer += String(chunk)
    })
    socket.on('close', () => resolve(answer))
  })

test.each([
  '/../outside.txt',
  '/..%2foutside.txt',
  '/%2e%2e/outside.txt',
  '/%2e%2e%2foutside.txt',
  '/assets/../../outside.txt',
  '/assets/..%2f..%2foutside.txt',
  '/..%2fdist-private%2fkey.pem',
  '/../dist-private/key.pem',
  '/..%5coutside.txt',
  '/....//outside.txt',
  '/%252e%252e%252foutside.txt',
  '//outside.txt',
  '/index.html%00.txt',
  '/%00',
  '/%E0%A4%A',
])('no file outside the folder is served: %s', async (path) => {
  const answer = await raw(path)
  expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|404) /)
  expect(answer).not.toContain('OUTSIDE')
})

test('while the database is away the API answers 503 but serves the page', async () => {
  expect((await get('/graphql')).status).toBe(503)
  expect((await get('/api/auth/ok')).status).toBe(503)
  expect((await get('/readyz')).status).toBe(503)
  expect((await get('/')).status).toBe(200)
})

test('there is no GraphiQL unless it is switched on', async () => {
  expect(await (await get('/graphiql')).text()).toBe('<title>page</title>')
  expect((await get('/graphiql/app.js')).status).toBe(404)
})
