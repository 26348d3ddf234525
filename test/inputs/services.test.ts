import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { answerOf, type RawService, startRawService } from './raw-http.ts'

/** What services really answer, byte for byte. Each row says where its right value comes from. */

const value = 'ein Geheimnis für Málaga 7719 und mehr'
let app: TestApp
let acme: TestWorkspace
let service: RawService
let other: RawService

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  service = await startRawService()
  other = await startRawService()
  await acme.createSecret('KEY', value)
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await service.close()
  await other.close()
  await app.close()
})
beforeEach(() => {
  for (const it of [service, other]) {
    it.received.length = 0
    it.answers.clear()
  }
})

async function run(steps: readonly object[], input?: unknown) {
  const { id } = await acme.createAutomation('Service', steps)
  return acme.run(id, input)
}
const call = (fields: object = {}, key = 'call') => ({
  key,
  type: 'custom-http',
  fields: { url: `${service.origin}/`, ...fields },
})
const outputOf = async (fields?: object) => {
  const { status, output, error } = await run([call(fields)])
  expect({ status, error }).toEqual({ status: 'SUCCEEDED', error: null })
  return output
}
const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('the body', () => {
  const bytes = Buffer.from([0, 1, 255])
  test.each<[source: string, type: string | Buffer, body: Uint8Array | string, expected: unknown]>([
    [
      'JSON in ISO-8859-15 (n8n #11928)',
      'application/json;charset=ISO-8859-15',
      latin1('{"city":"M\xe1laga \xa4"}'),
      { city: 'Málaga €' },
    ],
    ['JSON with a mark of UTF-16', 'application/json', Buffer.from('\ufeff[1]', 'utf16le'), [1]],
    ['text/json (botocore #31)', 'text/json', '{"a":1}', { a: 1 }],
    ['application/json-rpc', 'application/json-rpc; charset=utf-8', '{"a":1}', { a: 1 }],
    ['a doubled header, joined (Fetch)', 'text/html, application/json', '{"a":1}', { a: 1 }],
    ['a doubled header', 'application/json\r\nContent-Type: application/json', '{"a":1}', { a: 1 }],
    ['capitals', 'APPLICATION/HAL+JSON', '{"a":1}', { a: 1 }],
    ['text that is a number', 'text/plain', '1e5', '1e5'],
    ['text that is an object', 'text/plain', '{"a":1}', '{"a":1}'],
    ['JSON that is none', 'application/json', 'Bad Gateway', 'Bad Gateway'],
    ['lines of JSON', 'application/x-ndjson', '{}\n{}', '{}\n{}'],
    [
      'HTML by its meta element (HTML)',
      'text/html',
      latin1('<meta charset="iso-8859-1">\xe9'),
      '<meta charset="iso-8859-1">é',
    ],
    [
      'a multipart answer',
      'multipart/mixed; boundary=x',
      '--x--',
      { base64: 'LS14LS0=', bytes: 5, type: 'multipart/mixed; boundary=x' },
    ],
    ['an image', 'image/png', bytes, { base64: 'AAH/', bytes: 3, type: 'image/png' }],
    ['text that says UTF-16 and is none', 'text/plain; charset=utf-16', 'plain', 'plain'],
  ])('%s', async (_source, type, body, expected) => {
    service.answers.set('/', answerOf('200 OK', [`Content-Type: ${type}`], body))
    expect((await outputOf()).body).toEqual(expected)
  })

  test.each<[string, string, string]>([
    ['application/octet-stream', 'decode: "iso-8859-1"', 'é'],
    ['application/pdf; charset=iso-8859-1', 'decode', 'é'],
  ])('of %s becomes text by the filter %s', async (type, filter, expected) => {
    service.answers.set('/', answerOf('200 OK', [`Content-Type: ${type}`], latin1('\xe9')))
    const set = {
      key: 'set',
      type: 'set-values',
      fields: { values: `{{ steps.call.output.body | ${filter} }}` },
    }
    expect(await run([call(), set])).toMatchObject({ output: expected })
  })
  test('that is no base64 is not decoded', async () => {
    const set = { key: 'set', type: 'set-values', fields: { values: '{{ trigger | decode }}' } }
    expect(await run([set], { a: 1 })).toMatchObject({
      error: { code: 'INVALID_FIELD', message: expect.stringContaining('neither base64 nor') },
    })
  })

  test.each<[string, string, Uint8Array]>([
    ['gzip without its last 8 bytes (node #5761)', 'gzip', gzipSync('hello').subarray(0, -8)],
    ['gzip without its last 3 bytes', 'gzip', gzipSync('hello').subarray(0, -3)],
    ['deflate without its checksum', 'deflate', deflateSync('hello').subarray(0, -4)],
    ['br', 'br', brotliCompressSync('hello')],
    ['two codings', 'gzip, br', brotliCompressSync(gzipSync('hello'))],
    ['identity', 'identity', Buffer.from('hello')],
  ])('in %s is read', async (_source, coding, body) => {
    const headers = [`Content-Encoding: ${coding}`, 'Content-Type: text/plain']
    service.answers.set('/', answerOf('200 OK', headers, body))
    expect((await outputOf()).body).toBe('hello')
  })
  test('that is cut within its data is refused in words', async () => {
    const body = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * n) % 251))).subarray(
      0,
      -200,
    )
    service.answers.set('/', answerOf('200 OK', ['Content-Encoding: gzip'], body))
    expect(await run([call()])).toMatchObject({
      error: { code: 'REQUEST_FAILED', message: expect.stringContaining('cannot be decompressed') },
    })
  })
})

describe('head and status', () => {
  test.each([299, 599, 600, 777, 999])('the status %i is passed on (RFC 9110, 15)', async (status) => {
    service.answers.set('/', answerOf(`${status} Odd`, [], 'x'))
    expect(await outputOf({ failOnErrorStatus: false })).toMatchObject({ status, ok: status < 300 })
  })
  test('a status of two digits is refused in words', async () => {
    service.answers.set('/', answerOf('099 Odd', [], 'x'))
    expect(await run([call()])).toMatchObject({ error: { code: 'REQUEST_FAILED' } })
  })
  test('header values are UTF-8 in both directions, and Latin-1 is read', async () => {
    const headers = [Buffer.from('X-A: Zoë ✓'), latin1('X-B: Zo\xeb')]
    service.answers.set('/', answerOf('200 OK', headers, ''))
    const sent = [{ name: 'X-C', value: 'Zoë ✓' }]
    expect((await outputOf({ headers: sent })).headers).toMatchObject({ 'x-a': 'Zoë ✓', 'x-b': 'Zoë' })
    expect(service.received[0]).toContain(
      `x-c: ${latin1('').toString()}${Buffer.from('Zoë ✓').toString('latin1')}\r\n`,
    )
  })
  test('a line break in a header is refused in words', async () => {
    const headers = [{ name: 'X-C', value: '{{ trigger.a }}' }]
    const ended = await run([call({ headers })], { a: '✓\nx: y' })
    expect(ended).toMatchObject({ error: { message: expect.stringContaining('has a line break') } })
    expect(service.received).toEqual([])
  })
})

const redirect = (status: string, location: string, headers: string[] = []) =>
  answerOf(status, [`Location: ${location}`, ...headers], '')

describe('redirects', () => {
  test('a cookie goes along to the same origin, and to no other', async () => {
    service.answers.set(
      '/',
      redirect('302 Found', '/next', [
        'Set-Cookie: a=1; Path=/',
        'Set-Cookie: b=2; Max-Age=0',
        'Set-Cookie: c=3; Path=/elsewhere',
      ]),
    )
    service.answers.set('/next', redirect('302 Found', `${other.origin}/`, ['Set-Cookie: d=4']))
    other.answers.set('/', redirect('302 Found', `${service.origin}/back`))
    await outputOf({ headers: [{ name: 'Cookie', value: 'own=0; a=0' }] })
    const cookies = [...service.received, ...other.received].map((it) => /^cookie: (.*)\r$/im.exec(it)?.[1])
    expect(cookies).toEqual(['own=0; a=0', 'own=0; a=1', 'a=1; d=4', undefined])
  })
  test('a cookie with a value of a secret does not', async () => {
    service.answers.set('/', redirect('302 Found', '/next', [`Set-Cookie: a=${encodeURIComponent(value)}`]))
    await outputOf({ headers: [{ name: 'X-Key', value: '{{ secrets.KEY }}' }] })
    expect(service.received[1]).not.toMatch(/^cookie:/im)
  })
  test('plain headers and bodies go along to another origin, and credentials do not (Fetch)', async () => {
    service.answers.set('/', redirect('307 Temporary Redirect', `${other.origin}/`))
    const headers = [
      { name: 'Accept', value: 'application/json' },
      { name: 'Authorization', value: 'Bearer plain' },
    ]
    await outputOf({ method: 'POST', bodyKind: 'json', body: '{"a":1}', headers })
    expect(other.received[0]).toMatch(/^POST [\s\S]*^accept: application\/json\r$[\s\S]*\{"a":1\}$/m)
    expect(other.received[0]).not.toContain('Bearer')
  })
  test('a body with a secret is refused in words', async () => {
    service.answers.set('/', redirect('307 Temporary Redirect', `${other.origin}/`))
    const body = '{"a":"{{ secrets.KEY }}"}'
    expect(await run([call({ method: 'POST', bodyKind: 'json', body })])).toMatchObject({
      error: {
        code: 'DESTINATION_NOT_ALLOWED',
        message: expect.stringContaining('the body with its secret'),
      },
    })
    expect(other.received).toEqual([])
  })
})

describe('pages', () => {
  const page = (body: unknown) => answerOf('200 OK', ['Content-Type: application/json'], JSON.stringify(body))
  const byPage = { pagination: 'page', pageParameter: 'p', itemsPath: '$' }

  test('end with a 404 when told so', async () => {
    service.answers.set('/?p=1', page([1]))
    service.answers.set('/?p=2', page([2]))
    service.answers.set('/', answerOf('404 Not Found', [], ''))
    const told = await outputOf({ ...byPage, endOnNotFound: true })
    expect(told).toMatchObject({ status: 200, body: [1, 2], pages: 2, hasMore: false })
    expect(await run([call(byPage)])).toMatchObject({ error: { code: 'STEP_FAILED' } })
  })
  test('do not begin with a 404', async () => {
    service.answers.set('/', answerOf('404 Not Found', [], ''))
    expect(await run([call({ ...byPage, endOnNotFound: true })])).toMatchObject({
      error: { code: 'STEP_FAILED' },
    })
  })
  test('go on from the id of the last item', async () => {
    service.answers.set('/', page({ data: [{ id: 'a' }, { id: 'b' }] }))
    service.answers.set('/?after=b', page({ data: [{ id: 'c' }] }))
    service.answers.set('/?after=c', page({ data: [] }))
    const cursor = {
      pagination: 'cursor',
      pageParameter: 'after',
      nextPath: 'data[-1].id',
      itemsPath: 'data',
    }
    expect(await outputOf(cursor)).toMatchObject({ body: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], pages: 3 })
  })
})

test.each<[string, string[], Uint8Array]>([
  ['UTF-16', ['Content-Type: text/plain'], Buffer.from(`\ufeff${value}`, 'utf16le')],
  [
    'UTF-16 by its charset',
    ['Content-Type: text/plain; charset=utf-16be'],
    Buffer.from(value, 'utf16le').swap16(),
  ],
  ['what says that it is UTF-16', ['Content-Type: text/plain; charset=utf-16'], Buffer.from(value)],
  [
    'what has the mark of UTF-16',
    ['Content-Type: text/plain'],
    Buffer.concat([Buffer.from([255, 254]), Buffer.from(value)]),
  ],
  ['Latin-1', ['Content-Type: text/plain; charset=iso-8859-1'], latin1(value)],
  ['Latin-1 as bytes', ['Content-Type: application/octet-stream'], latin1(value)],
  ['UTF-16 as bytes', ['Content-Type: application/octet-stream'], Buffer.from(value, 'utf16le')],
  [
    'gzip that was cut',
    ['Content-Encoding: gzip', 'Content-Type: text/plain'],
    gzipSync(value).subarray(0, -8),
  ],
  ['a header', [`X-Echo: ${value}`], Buffer.from('')],
  ['JSON in Latin-1', ['Content-Type: application/json; charset=latin1'], latin1(`{"a":"${value}"}`)],
])('a value that a service answers in %s is masked', async (_what, headers, body) => {
  const given = headers.map((it) => Buffer.from(it))
  service.answers.set('/', answerOf('200 OK', given, body))
  const { output } = await run([call({ headers: [{ name: 'X-Key', value: '{{ secrets.KEY }}' }] })])
  expect(JSON.stringify(output)).toContain('[secret KEY]')
})
