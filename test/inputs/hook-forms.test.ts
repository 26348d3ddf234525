import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HookWorld, VALUE } from './hook-world.ts'

const world = new HookWorld()
const { send, trigger } = world
beforeAll(() => world.open())
afterAll(() => world.close())

const latin1 = (text: string) => Buffer.from(text, 'latin1')

test('a form of very many fields is refused in words', async () => {
  const answer = await send('a&'.repeat(10_000), ['Content-Type: application/x-www-form-urlencoded'])
  expect(answer).toMatchObject({ status: 413, json: { error: 'A form has at most 10000 fields.' } })
})

describe('multipart/form-data (RFC 7578)', () => {
  const type = (boundary = 'b') => `Content-Type: multipart/form-data; boundary=${boundary}`
  const file = (base64: string, filename = 'a.bin', more = {}) => ({
    filename,
    type: 'application/octet-stream',
    base64,
    bytes: Buffer.from(base64, 'base64').length,
    ...more,
  })
  const part = (head: string, body: string) =>
    `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
  const textPart = (head: string, kind: string, body: string) =>
    `--b\r\nContent-Disposition: form-data; ${head}\r\nContent-Type: ${kind}\r\n\r\n${body}\r\n`
  const end = '--b--\r\n'

  test.each<[string, string | Buffer, unknown]>([
    ['fields', part('name="a"', '1') + part('name="b"', 'ü\r\nx') + end, { a: '1', b: 'ü\r\nx' }],
    ['a name without quotes', part('name=a', '1') + end, { a: '1' }],
    ['a repeated field', part('name="a"', '1') + part('name="a"', '2') + end, { a: ['1', '2'] }],
    ['a file', part('name="f"; filename="a.bin"', 'hi') + end, { f: file('aGk=') }],
    ['an empty file', part('name="f"; filename=""', '') + end, { f: file('', '') }],
    [
      'files of one name',
      part('name="f"; filename="1"', 'a') + part('name="f"; filename="2"', 'b') + end,
      { f: [file('YQ==', '1'), file('Yg==', '2')] },
    ],
    [
      'a name in UTF-8, as browsers send it',
      part('name="f"; filename="na\u00efve \u2713.txt"', '') + end,
      { f: file('', 'na\u00efve \u2713.txt') },
    ],
    [
      'filename* (RFC 5987)',
      part(`name="f"; filename="x"; filename*=UTF-8''na%C3%AFve`, '') + end,
      { f: file('', 'naïve') },
    ],
    ['filename* in Latin-1', part(`name="f"; filename*=iso-8859-1'de'%FC`, '') + end, { f: file('', 'ü') }],
    [
      'words of RFC 2047',
      part('name="f"; filename="=?UTF-8?B?w7w=?= =?iso-8859-1?Q?_=FC?="', '') + end,
      { f: file('', 'ü ü') },
    ],
    ['a quote, as the HTML standard writes it', part('name="a%22b"', '1') + end, { 'a"b': '1' }],
    ['a quote, as old clients write it', part('name="a\\"b"', '1') + end, { 'a"b': '1' }],
    ['a semicolon in a name', part('name="a;b"; filename="c;d"', '') + end, { 'a;b': file('', 'c;d') }],
    [
      'a charset of a part',
      Buffer.concat([
        latin1(textPart('name="a"', 'text/plain; charset=iso-8859-1', '\xe9')),
        Buffer.from(end),
      ]),
      { a: 'é' },
    ],
    [
      'a type of a file',
      textPart('name="f"; filename="a.png"', 'image/png', 'x') + end,
      { f: file('eA==', 'a.png', { type: 'image/png' }) },
    ],
    ['preamble and epilogue (RFC 2046)', `before\r\n${part('name="a"', '1')}${end}after`, { a: '1' }],
    [
      'blanks behind the boundary',
      `--b  \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b-- \r\n`,
      { a: '1' },
    ],
    ['folded headers', `--b\r\nContent-Disposition: form-data;\r\n name="a"\r\n\r\n1\r\n${end}`, { a: '1' }],
    [
      'base64 of a part (7578, 4.7)',
      `--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n${end}`,
      { a: 'hi' },
    ],
    ['no end of the line after the last boundary', `${part('name="a"', '1')}--b--`, { a: '1' }],
    ['the boundary within a line', part('name="a"', 'x --b y') + end, { a: 'x --b y' }],
    ['names in capitals', '--b\r\nCONTENT-DISPOSITION: FORM-DATA; NAME="a"\r\n\r\n1\r\n--b--', { a: '1' }],
    [
      'text before the first boundary (RFC 2046, 5.1.1)',
      `hello\r\n${part('name="a"', '1')}${end}`,
      { a: '1' },
    ],
    ['no parts', '--b--\r\n', {}],
    ['a prototype', part('name="__proto__"', '1') + end, JSON.parse('{"__proto__":"1"}')],
  ])('%s', async (_what, body, expected) => {
    expect((await trigger(body, [type()])).body).toEqual(expected)
  })

  test.each<[string, string, string, RegExp]>([
    ['no boundary', 'Content-Type: multipart/form-data', end, /has to name its boundary/],
    ['another boundary', type('other'), part('name="a"', '1') + end, /stands nowhere/],
    [
      'lines that end with LF alone',
      type(),
      '--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n',
      /with LF alone/,
    ],
    ['a body that breaks off', type(), part('name="a"', '1'), /breaks off/],
    ['a part without a name', type(), part('filename="x"', '1') + end, /no name/],
    [
      'headers without an end',
      type(),
      `--b\r\nContent-Disposition: form-data; name=a\r\n${end}`,
      /no end of its headers/,
    ],
    ['endless headers', type(), `--b\r\nX: ${'x'.repeat(20_000)}\r\n\r\n1\r\n${end}`, /over 16 KiB/],
    ['too many parts', type(), part('name="a"', '1').repeat(1001) + end, /at most 1000 parts/],
    ['a boundary that is too long', type('b'.repeat(71)), end, /at most 70/],
  ])('is refused in words: %s', async (_what, header, body, message) => {
    expect(await send(body, [header])).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(message) },
    })
  })
})

test.each<[string, Uint8Array, string[]]>([
  ['UTF-16', Buffer.from(`\ufeff{"a":"${VALUE}"}`, 'utf16le'), ['Content-Type: application/json']],
  ['Latin-1', latin1(`{"a":"${VALUE}"}`), ['Content-Type: application/json; charset=iso-8859-1']],
  ['Latin-1 without a charset', latin1(VALUE), ['Content-Type: text/plain']],
  ['gzip', gzipSync(VALUE), ['Content-Type: text/plain', 'Content-Encoding: gzip']],
  [
    'a file',
    Buffer.from(`--b\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n${VALUE}\r\n--b--`),
    ['Content-Type: multipart/form-data; boundary=b'],
  ],
  ['bytes of Latin-1', latin1(VALUE), ['Content-Type: application/octet-stream']],
])('a value of the run in %s is masked', async (_what, body, headers) => {
  const steps = [
    { key: 'know', type: 'sign-jwt', fields: { algorithm: 'HS256', key: '{{ secrets.SIGNING }}' } },
    { key: 'out', type: 'set-values', fields: { values: '{{ trigger.body }}' } },
  ]
  const { hookUrl } = await world.acme.createAutomation('Masks', steps)
  const { json } = await send(body, headers, new URL(hookUrl).pathname)
  expect(JSON.stringify(json)).toContain('[secret SIGNING]')
})
