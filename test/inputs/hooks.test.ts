import { createHmac } from 'node:crypto'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HookWorld, VALUE } from './hook-world.ts'

const world = new HookWorld()
const { send, trigger } = world
beforeAll(() => world.open())
afterAll(() => world.close())

const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('the body', () => {
  const bytes = Buffer.from([0, 1, 255, 254])
  test.each<[source: string, type: string, body: Uint8Array | string, expected: unknown]>([
    [
      'ISO-8859-15, declared (Encoding)',
      'application/json;charset=ISO-8859-15',
      latin1('{"a":"M\xe1 \xa4"}'),
      { a: 'Má €' },
    ],
    [
      'a charset in quotes (RFC 9110, 5.6.6)',
      'application/json; charset="iso-8859-1"',
      latin1('{"a":"\xe9"}'),
      { a: 'é' },
    ],
    ['a charset in single quotes, as people write it', "text/plain; charset='latin1'", latin1('\xe9'), 'é'],
    ['an unknown charset is none', 'text/plain; charset=klingon', 'ü', 'ü'],
    [
      'Latin-1 without a charset, as browsers read it',
      'application/json',
      latin1('{"name":"Jos\xe9"}'),
      { name: 'José' },
    ],
    [
      'a mark of UTF-8 is no content (Encoding, decode)',
      'application/json',
      '\ufeff{"value":[{"id":1}]}',
      { value: [{ id: 1 }] },
    ],
    ['a mark of UTF-16LE', 'application/json', Buffer.from('\ufeff{"a":"ü"}', 'utf16le'), { a: 'ü' }],
    ['a mark of UTF-16BE', 'text/csv', Buffer.from('\ufeffa;ü', 'utf16le').swap16(), 'a;ü'],
    ['a mark says more than the charset', 'text/plain; charset=iso-8859-1', '\ufeffü', 'ü'],
    ['UTF-16 by its zeros (RFC 4627, 3)', 'application/json', Buffer.from('{"a":1}', 'utf16le'), { a: 1 }],
    [
      'the charset of an XML declaration (RFC 7303)',
      'application/xml',
      latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>'),
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
    ],
    ['text stays text', 'text/plain', '1e5', '1e5'],
    ['text that is a word of JSON', 'text/plain', 'true', 'true'],
    ['CSV stays text', 'text/csv', '[1]', '[1]'],
    [
      'an object that says it is text (AWS SNS)',
      'text/plain; charset=UTF-8',
      '{"Type":"Notification"}',
      { Type: 'Notification' },
    ],
    ['text/json', 'text/json', '{"a":1}', { a: 1 }],
    ['+json in capitals (RFC 6839)', 'Application/CloudEvents+JSON; charset=utf-8', '{"a":1}', { a: 1 }],
    ['application/json-rpc', 'application/json-rpc', '{"a":1}', { a: 1 }],
    ['a doubled type', 'application/json, application/json', '{"a":1}', { a: 1 }],
    ['a report of a browser (CSP 3, 5.3)', 'application/csp-report', '{"a":1}', { a: 1 }],
    ['reports of browsers (Reporting API)', 'application/reports+json', '[{"a":1}]', [{ a: 1 }]],
    ['a batch of CloudEvents', 'application/cloudevents-batch+json', '[]', []],
    [
      'the name of the charset in another case',
      'text/plain; Charset="GB2312"',
      Buffer.from([0xc4, 0xe3]),
      '你',
    ],
    ['Shift_JIS', 'text/plain; charset=Shift_JIS', Buffer.from([0x83, 0x65]), 'テ'],
    ['KOI8-R in JSON', 'application/json; charset=koi8-r', latin1('{"a":"\xf0"}'), { a: 'П' }],
    [
      'a form in Shift_JIS',
      'application/x-www-form-urlencoded; charset=shift_jis',
      'a=%83e&a=b',
      { a: ['テ', 'b'] },
    ],
    [
      'MIME in multipart/mixed stays bytes',
      'multipart/mixed; boundary=b',
      'x',
      { base64: 'eA==', bytes: 1, type: 'multipart/mixed; boundary=b' },
    ],
    ['lines of JSON are text', 'application/x-ndjson', '{"a":1}\n', '{"a":1}\n'],
    ['SVG is text', 'image/svg+xml', '<svg/>', '<svg/>'],
    ['no type', '', '{"a":1}', { a: 1 }],
    ['JSON that is broken stays text', 'application/json', '{"a":', '{"a":'],
    [
      'bytes',
      'application/octet-stream',
      bytes,
      { base64: 'AAH//g==', bytes: 4, type: 'application/octet-stream' },
    ],
    [
      'bytes of UBJSON, which is no JSON',
      'application/ubjson',
      bytes,
      { base64: 'AAH//g==', bytes: 4, type: 'application/ubjson' },
    ],
    ['bytes without a type', '', bytes, { base64: 'AAH//g==', bytes: 4 }],
    [
      'a form in Latin-1',
      'application/x-www-form-urlencoded; charset=ISO-8859-1',
      'a=%E9&b=x+y',
      { a: 'é', b: 'x y' },
    ],
    [
      'a repeated name is a list',
      'application/x-www-form-urlencoded',
      'a=1&b=2&a=3&x[]=1&x[]=2&y[]=1',
      { a: ['1', '3'], b: '2', 'x[]': ['1', '2'], 'y[]': '1' },
    ],
  ])('%s', async (_source, type, body, expected) => {
    expect((await trigger(body, type === '' ? [] : [`Content-Type: ${type}`])).body).toEqual(expected)
  })

  test('the query has lists as well, and the digits of numbers as text', async () => {
    const { json } = await send(
      '{}',
      ['Content-Type: application/json'],
      `${world.path}?tag=a&tag=b&x[]=1&x[]=2&one=1&e=%C3%A9`,
    )
    expect(json).toMatchObject({
      output: { query: { tag: ['a', 'b'], 'x[]': ['1', '2'], one: '1', e: 'é' } },
    })
  })

  test('a header in UTF-8 is read as such, and one in Latin-1 too', async () => {
    const utf8 = Buffer.from('X-Name: Zoë ✓')
    expect((await trigger('', [utf8])).headers).toMatchObject({ 'x-name': 'Zoë ✓' })
    expect((await trigger('', [latin1('X-Name: Zo\xeb')])).headers).toMatchObject({ 'x-name': 'Zoë' })
  })
})

describe('a content encoding (RFC 9110, 8.4)', () => {
  const json = Buffer.from('{"a":"ü"}')
  test.each<[string, Uint8Array]>([
    ['gzip', gzipSync(json)],
    ['X-GZIP', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateRawSync(json)],
    ['br', brotliCompressSync(json)],
    ['zstd', zstdCompressSync(json)],
    ['gzip, br', brotliCompressSync(gzipSync(json))],
    ['identity', json],
    ['gzip', gzipSync(json).subarray(0, -8)],
  ])('%s is undone, and the bytes that came stay beside', async (coding, body) => {
    const read = await trigger(body, ['Content-Type: application/json', `Content-Encoding: ${coding}`])
    expect(read).toMatchObject({ body: { a: 'ü' }, rawBody: json.toString() })
    expect(read.rawBodyBase64).toBe(coding === 'identity' ? undefined : Buffer.from(body).toString('base64'))
  })

  test.each<[string, Uint8Array, number, RegExp]>([
    ['compress', json, 415, /takes the content encodings gzip, deflate, br, zstd/],
    ['gzip, gzip, gzip, gzip', json, 415, /more than three times/],
    ['gzip', json, 400, /not encoded as its Content-Encoding says/],
    ['gzip', gzipSync(json).subarray(0, -12), 400, /broke off/],
    ['gzip', gzipSync(Buffer.alloc(50_000_000)), 413, /at most 5 MiB once it is decoded/],
  ])('%s that cannot be undone is refused in words', async (coding, body, status, message) => {
    const answer = await send(body, [`Content-Encoding: ${coding}`])
    expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(message) } })
  })
})

describe('the raw body', () => {
  test.each<[string, Uint8Array, string, string | undefined]>([
    ['UTF-8 with its mark', Buffer.from('\ufeff{}'), '\ufeff{}', undefined],
    ['Latin-1', latin1('{"a":"\xe9"}'), '{"a":"é"}', latin1('{"a":"\xe9"}').toString('base64')],
  ])('of %s is exact', async (_what, body, rawBody, rawBodyBase64) => {
    const read = await trigger(body, ['Content-Type: application/json'])
    expect([read.rawBody, read.rawBodyBase64]).toEqual([rawBody, rawBodyBase64])
  })

  const signed = (body: Uint8Array, key = VALUE) =>
    `X-Hub-Signature-256: sha256=${createHmac('sha256', key).update(body).digest('hex')}`
  test.each<[string, Uint8Array, string[]]>([
    ['Latin-1', latin1('{"name":"Jos\xe9"}'), []],
    ['a byte order mark', Buffer.from('\ufeff{"a":1}'), []],
    ['gzip', gzipSync('{"a":1}'), ['Content-Encoding: gzip']],
    ['bytes', Buffer.from([0, 255, 1]), []],
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), []],
  ])('is what a signature is over: %s', async (_what, body, headers) => {
    const all = ['Content-Type: application/json', ...headers]
    expect(await send(body, [...all, signed(body)], world.signedPath)).toMatchObject({ status: 200 })
    expect(await send(body, [...all, signed(body, 'another')], world.signedPath)).toMatchObject({
      status: 401,
    })
    const other = Buffer.from(body)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    expect((await send(other, [...all, signed(body)], world.signedPath)).status).toBeGreaterThanOrEqual(400)
  })
})
