import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { bases, chain, http, lastReceived, openSites, type Site, servers } from './sites.ts'
import { canary, refusal, serve, value } from './world.ts'

openSites()

describe('method and body follow the Fetch standard', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']
  const becomesGet = (status: number, method: string) =>
    (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  const cases = [301, 302, 303, 307, 308].flatMap((status) =>
    methods.flatMap((method) => ['api', 'other'].map((to) => [status, method, to as Site] as const)),
  )

  test.each(cases)('%i after %s to %s', async (status, method, to) => {
    const body = method === 'GET' || method === 'HEAD' ? undefined : 'plain body'
    const response = await http()(chain(`api ${status} ${to}`), { method, body })
    expect(response.status).toBe(200)
    expect(response.redirected).toBe(true)
    const received = lastReceived(to)
    const changed = becomesGet(status, method)
    expect(received?.method).toBe(changed ? 'GET' : method)
    expect(received?.body).toBe(changed ? '' : (body ?? ''))
    expect(received?.headers['content-type']).toBe(changed || !body ? undefined : 'text/plain;charset=UTF-8')
    expect(received?.headers.referer).toBeUndefined()
  })
})

describe('the headers of a hop', () => {
  const secretHeaders: [string, string | Sensitive][] = [
    ['Authorization', 'Basic no-known-secret'],
    ['Cookie', 'session=1'],
    ['Proxy-Authorization', 'Basic 1'],
    ['X-Key', value],
    ['X-Prefixed', `Token ${value}`],
    ['X-Encoded', Buffer.from(value).toString('base64')],
    ['X-Sensitive', new Sensitive('short')],
    [`X-${value}`, 'in the name'],
  ]
  const isOther = ['port', 'sub', 'other', 'tls'] as const
  const cases = isOther.flatMap((to) => secretHeaders.map(([name, content]) => [to, name, content] as const))

  test.each(cases)('lose, to another origin (%s), %s', async (to, name, content) => {
    const headers: [string, string | Sensitive][] = [
      [name, content],
      ['X-Plain', 'plain'],
    ]
    await http()(chain(`api 307 ${to}`), { headers })
    expect(lastReceived('api')?.headers[name.toLowerCase()]).toBeDefined()
    expect(lastReceived(to)?.headers[name.toLowerCase()]).toBeUndefined()
    expect(lastReceived(to)?.headers['x-plain']).toBe('plain')
  })

  test.each(secretHeaders)('to the same origin keep %s', async (name, content) => {
    await http()(chain('api 302 api 307 api'), { headers: [[name, content]] })
    expect(servers.get('api')?.received).toHaveLength(3)
    expect(lastReceived('api')?.headers[name.toLowerCase()]).toBeDefined()
  })

  test.each(['api 307 other 307 api', 'api 302 sub 302 port 302 api', 'tls 307 tlsother 308 tls'])(
    'are not restored later: %s',
    async (text) => {
      await http()(chain(text), { headers: { authorization: 'Basic 1', 'x-key': new Sensitive(value) } })
      const received = lastReceived(text.startsWith('tls') ? 'tls' : 'api')
      expect(received?.headers.authorization).toBeUndefined()
      expect(received?.headers['x-key']).toBeUndefined()
    },
  )

  test('are the default ones and no more', async () => {
    await http()(chain('api 307 other'))
    expect(lastReceived('other')?.headers).toEqual({
      host: expect.stringMatching(/^other\.test:\d+$/),
      accept: '*/*',
      'user-agent': 'lockstep',
      'accept-encoding': 'gzip, deflate, br',
      connection: 'keep-alive',
    })
  })
})

describe('a redirect', () => {
  test.each<[location: string, code: ErrorCode]>([
    ['http://169.254.169.254/canary', 'DESTINATION_NOT_ALLOWED'],
    ['http://[::ffff:169.254.169.254]/canary', 'DESTINATION_NOT_ALLOWED'],
    ['http://2852039166/canary', 'DESTINATION_NOT_ALLOWED'],
    ['http://10.0.0.1/canary', 'DESTINATION_NOT_ALLOWED'],
    ['//192.168.0.1/canary', 'DESTINATION_NOT_ALLOWED'],
    ['http://[::1]/canary', 'DESTINATION_NOT_ALLOWED'],
    ['http://metadata.google.internal/canary', 'DESTINATION_NOT_ALLOWED'],
    ['file:///etc/canary', 'DESTINATION_NOT_ALLOWED'],
    ['ftp://api.test/canary', 'DESTINATION_NOT_ALLOWED'],
    ['data:text/plain,canary', 'DESTINATION_NOT_ALLOWED'],
    ['javascript:canary', 'DESTINATION_NOT_ALLOWED'],
    ['http://', 'REQUEST_FAILED'],
    ['http://[canary', 'REQUEST_FAILED'],
    ['http://api.test:99999/canary', 'REQUEST_FAILED'],
    ['http://api.test:0/canary', 'REQUEST_FAILED'],
    ['http://canary:canary@api.test/', 'REQUEST_FAILED'],
    ['http://unknown.test/canary', 'REQUEST_FAILED'],
  ])('to %s is refused', async (location, code) => {
    await using server = await serve('127.0.0.21', (_request, response) => {
      response.writeHead(302, { location }).end()
    })
    await refusal(http()(`http://api.test:${server.port}/${canary}`), code)
    expect(server.received).toHaveLength(1)
  })

  test('with a relative address is resolved, and a UTF-8 Location is read as such', async () => {
    await using server = await serve('127.0.0.21', (_request, response, { path }) => {
      if (path === '/a/b') response.setHeader('location', Buffer.from('../ü?q=1#part').toString('latin1'))
      response.writeHead(path === '/a/b' ? 302 : 200).end()
    })
    const response = await http()(`http://api.test:${server.port}/a/b#fragment`)
    expect(response.url).toBe(`http://api.test:${server.port}/%C3%BC?q=1`)
  })

  test('without Location, and a 304, is an ordinary answer', async () => {
    await using server = await serve('127.0.0.21', (_request, response, { path }) => {
      response.writeHead(Number(path.slice(1)), { etag: '"1"' }).end()
    })
    for (const status of [300, 302, 304, 305]) {
      expect((await http()(`http://api.test:${server.port}/${status}`)).status).toBe(status)
    }
  })

  test('with two Locations is refused', async () => {
    await using server = await serve('127.0.0.21', (_request, response) => {
      response.setHeader('location', ['http://api.test/1', 'http://other.test/2']).writeHead(302).end()
    })
    await refusal(http()(`http://api.test:${server.port}/`), 'REQUEST_FAILED')
  })

  test('in a loop ends after maxRedirects', async () => {
    await using server = await serve('127.0.0.21', (_request, response) => {
      response.writeHead(302, { location: `/${canary}` }).end()
    })
    const url = `http://api.test:${server.port}/`
    await refusal(http()(url), 'REQUEST_FAILED')
    expect(server.received).toHaveLength(6)
    await refusal(http()(url, { maxRedirects: 0 }), 'REQUEST_FAILED')
    expect(server.received).toHaveLength(7)
  })

  test('is returned with manual and refused with error', async () => {
    const response = await http()(chain('api 302 other'), { redirect: 'manual' })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toContain('other.test')
    expect(await response.text()).toBe('end')
    await refusal(http()(chain('api 302 other'), { redirect: 'error' }), 'REQUEST_FAILED')
    expect(servers.get('other')?.received).toEqual([])
  })

  test('with exactly maxRedirects hops arrives', async () => {
    const response = await http()(chain('api 302 sub 302 port 302 tls 302 other 302 api'))
    expect(response.url).toBe(`${bases.get('api')}/${canary}/200-`)
    await refusal(http()(chain('api 302 sub 302 port'), { maxRedirects: 1 }), 'REQUEST_FAILED')
  })
})
