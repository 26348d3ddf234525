import { expect, test } from 'vitest'
import type { BodySource } from '../../src/egress/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { TestAuthority } from './certificates.ts'
import { serveHttp2 } from './http2-servers.ts'
import { client, lookupIn, refusal, stepSecrets, value } from './world.ts'

const authority = new TestAuthority()
const address = '127.0.0.92'
const tls = authority.issue(['two.test'])
const options = { lookup: lookupIn({ 'two.test': [address] }), ca: authority.pem }

/** Answers with the length of the body; the first request at `/again` is refused before it was looked at. */
function serveLengths() {
  let refused = false
  return serveHttp2(address, tls, (stream, headers, body) => {
    if (stream.destroyed) return
    if (headers[':path'] === '/again' && !refused) {
      refused = true
      // REFUSED_STREAM (RFC 9113, 8.7): nothing was done with it.
      return stream.close(7)
    }
    stream.respond({ ':status': 200 })
    stream.end(String(body.length))
  })
}

/** A body of pieces that somebody else holds, with how often it was read. */
function source(pieces: readonly string[], names: readonly string[] = []): BodySource & { reads: number } {
  return {
    reads: 0,
    length: pieces.join('').length,
    prepare: async () => undefined,
    names: () => names,
    async *open() {
      this.reads++
      for (const it of pieces) yield Buffer.from(it)
    },
  }
}

const urlOf = ({ port }: { port: number }, path = '/') => `https://two.test:${port}${path}`
const post = (...parts: (string | Sensitive | BodySource)[]) => ({
  method: 'POST',
  body: { parts, contentType: 'text/plain' },
})

test('a body in pieces arrives whole and in its order, beyond what the window of a stream takes at once', async () => {
  await using server = await serveLengths()
  const http = client(options)
  const pieces = Array.from({ length: 40 }, (_, index) => `${index} `.padEnd(16_384, 'x'))
  const response = await http(urlOf(server), post('begin ', source(pieces), ' end'))
  expect(await response.text()).toBe(String(40 * 16_384 + 10))
  const [received] = server.received
  expect(received?.body).toBe(`begin ${pieces.join('')} end`)
  expect(received?.headers).toMatchObject({
    'content-length': String(40 * 16_384 + 10),
    'content-type': 'text/plain',
  })
  await http.egress.close()
})

test('a body in pieces is read anew for a request that the server has refused untouched', async () => {
  await using server = await serveLengths()
  const http = client(options)
  const body = source(['one ', 'two'])
  const response = await http(urlOf(server, '/again'), { ...post(body), retries: 1 })
  expect(await response.text()).toBe('7')
  expect(body.reads).toBe(2)
  expect(server.received.map((it) => it.body)).toEqual(['one two', 'one two'])
  await http.egress.close()
})

test('nothing of a body in pieces is sent that holds a secret of another host', async () => {
  await using server = await serveLengths()
  const http = client(options, stepSecrets({ TOKEN: { value, hosts: ['other.test'] } }))
  const held = source(['a ', value], ['TOKEN'])
  await refusal(http(urlOf(server), post(held)), 'DESTINATION_NOT_ALLOWED')
  await refusal(http(urlOf(server), post(source(['a']), new Sensitive(value))), 'DESTINATION_NOT_ALLOWED')
  expect(held.reads).toBe(0)
  expect(server.received).toEqual([])
  await http.egress.close()
})

test('a body that cannot be read to its end ends the request, and the connection serves the next one', async () => {
  await using server = await serveLengths()
  const http = client(options)
  const broken: BodySource = {
    ...source(['0123456789']),
    async *open() {
      yield Buffer.from('01234')
      throw new Error('the disk is gone')
    },
  }
  await refusal(http(urlOf(server), post(broken)), 'REQUEST_FAILED')
  expect(await (await http(urlOf(server), post(source(['abc'])))).text()).toBe('3')
  // What was cut off was never whole for the server.
  const whole = server.received.filter((it) => it.headers['content-length'] === String(it.body.length))
  expect(whole.map((it) => it.body)).toEqual(['abc'])
  await http.egress.close()
})
