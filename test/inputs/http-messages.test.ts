import { createHmac } from 'node:crypto'
import { createServer as createHttp2, createSecureServer } from 'node:http2'
import type { Server } from 'node:net'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { isSigned } from '../../src/hook-signature/index.ts'
import { TestAuthority } from '../egress/certificates.ts'
import { client, lookupIn, refusal, serve, serveRaw } from '../egress/world.ts'
import { errorOf, outcomeOf } from '../plugins/outcome.ts'

const authority = new TestAuthority()
const http = client({ lookup: lookupIn({ 'api.test': ['127.0.0.67'] }), ca: authority.pem })
afterAll(() => http.egress.close())

describe('an answer that is no HTTP/1.1 is refused for what is wrong with it', () => {
  test.each<[what: string, answer: string, words: string]>([
    [
      'LF alone',
      'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi',
      'ends the lines of its answer otherwise than with CR LF',
    ],
    [
      'CR alone',
      'HTTP/1.1 200 OK\rContent-Length: 2\r\rhi',
      'ends the lines of its answer otherwise than with CR LF',
    ],
    [
      'LF in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nhi\n0\n\n',
      'ends the lines of its answer otherwise',
    ],
    [
      'a length of letters',
      'HTTP/1.1 200 OK\r\nContent-Length: canary\r\n\r\nhi',
      'announced a length that is none',
    ],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi',
      'another length than it had announced',
    ],
    [
      'a wrong chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n',
      'sent a chunk whose size cannot be read',
    ],
    [
      'a control character',
      'HTTP/1.1 200 OK\r\nX: canary\x01\r\nContent-Length: 2\r\n\r\nhi',
      'sent a header with a control character in its value',
    ],
    [
      'NUL',
      'HTTP/1.1 200 OK\r\nX: canary\0\r\nContent-Length: 2\r\n\r\nhi',
      'sent a header with a control character in its value',
    ],
    [
      'a blank in a name',
      'HTTP/1.1 200 OK\r\nX canary: a\r\n\r\nhi',
      'sent a header whose name cannot be one',
    ],
    [
      'a header over two lines',
      'HTTP/1.1 200 OK\r\nX: a\r\n canary\r\n\r\n',
      'sent a header over several lines',
    ],
    [
      'fewer bytes than it announced',
      'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\ncanary',
      'in the middle of its answer: fewer bytes of the body came',
    ],
    [
      'chunks without the last',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n',
      'in the middle of its answer: fewer bytes of the body came',
    ],
    ['nothing', '', 'closed the connection before it had answered'],
    ['another version', 'HTTP/3.7 200 OK\r\n\r\n', 'a version of HTTP that is unknown'],
    ['SSH', 'SSH-2.0-canary\r\n', 'answered with something that is not HTTP'],
    ['SMTP', '220 canary ESMTP\r\n', 'answered with something that is not HTTP'],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x0a', 'answered with TLS. Write https:// in the URL.'],
  ])('%s', async (_what, answer, words) => {
    await using server = await serveRaw('127.0.0.67', (socket) => {
      socket.once('data', () => socket.end(Buffer.from(answer, 'latin1')))
    })
    const error = await refusal(http(`http://api.test:${server.port}/`), 'REQUEST_FAILED')
    expect(error.message).toContain(words)
    expect(error.message).toContain('api.test')
  })
})

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.67', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}

describe('a server that speaks HTTP/2 alone', () => {
  test('works over TLS', async () => {
    const server = createSecureServer(
      { ...authority.issue(['api.test']), allowHTTP1: false },
      (_, response) => response.end('two'),
    )
    const response = await http(`https://api.test:${await listening(server)}/`)
    expect(await response.text()).toBe('two')
  })

  test('is said to do so without TLS', async () => {
    const port = await listening(createHttp2())
    const error = await refusal(http(`http://api.test:${port}/`), 'REQUEST_FAILED')
    expect(error.message).toContain('speaks HTTP/2 alone, and without TLS it cannot be asked for that')
  })
})

test.each([
  ['canary\n', 'holds a line break'],
  ['can\x01ary', 'holds a control character'],
])('the value of a header %j is refused with its name and the kind', async (value, words) => {
  const error = await refusal(http('http://api.test/', { headers: { 'X-Mine': value } }), 'INVALID_FIELD')
  expect(error.message).toContain(`The value of the header x-mine ${words}`)
})

describe('a method', () => {
  const own = { method: 'OTHER', url: 'https://api.test/' }

  test.each(['PROPFIND', 'QUERY', 'purge', 'M-SEARCH', "X!#$%&'*+.^_`|~"])(
    '%s is sent',
    async (otherMethod) => {
      await using server = await serve('127.0.0.1', (_request, response) => response.end())
      const fields = {
        ...own,
        otherMethod,
        url: `http://127.0.0.1:${server.port}/`,
        bodyKind: 'text',
        body: 'x',
      }
      // Node's own server knows fewer methods than RFC 9110 allows.
      const { error } = await outcomeOf(customHttp, fields, {
        http: async (_url, init) => new Response(init?.method) as never,
      })
      expect(error).toBeUndefined()
    },
  )

  test.each(['A B', 'a\r\nX: y', 'ü', 'x'.repeat(41), 'a/b'])('%j is refused', async (otherMethod) => {
    expect((await errorOf(customHttp, { ...own, otherMethod })).message).toContain('must be a method of HTTP')
  })

  test.each(['CONNECT', 'TRACE', 'track'])('%s is refused by the client', async (method) => {
    await refusal(http('http://api.test/', { method }), 'INVALID_FIELD')
  })

  test('goes over the wire as it is', async () => {
    await using server = await serve('127.0.0.67', (request, response) => response.end(request.method))
    expect(await (await http(`http://api.test:${server.port}/`, { method: 'propfind' })).text()).toBe(
      'PROPFIND',
    )
  })
})

test("Bitbucket's signature stands in X-Hub-Signature, with sha256= before it", () => {
  const rawBody = '{"push":{}}'
  const hmac = createHmac('sha256', 'key').update(rawBody).digest('hex')
  const signature = { secret: 'KEY', style: 'BITBUCKET', format: null, verifyToken: null } as never
  const signed = (value: string) =>
    isSigned({ rawBody, headers: { 'x-hub-signature': value } }, signature, 'key', 0)
  expect(signed(`sha256=${hmac}`)).toBe(true)
  expect(signed(`sha1=${hmac}`)).toBe(false)
  expect(signed(hmac)).toBe(false)
  expect(signed(`sha256=${hmac.replace(/^./, (it) => (it === '0' ? '1' : '0'))}`)).toBe(false)
})
