import { describe, expect, test } from 'vitest'
import type { Redactor } from '../../src/redactor/index.ts'
import { encodings, redactorOf } from './encodings.ts'
import { through } from './through.ts'

const streamed = async (redactor: Redactor, chunks: readonly string[]): Promise<string> =>
  (await through(redactor.stream(), chunks)).join('')

const value = `tok"en/ö&x+y' z 0123456789`
const redactor = redactorOf({ KEY: value, AB: 'abab' })

describe('a value split over chunks is masked like a whole one', () => {
  test.each(Object.keys(encodings))('%s', async (how) => {
    const text = `${'lorem '.repeat(20)}${encodings[how]?.(value) ?? ''}${' ipsum'.repeat(20)}`
    const whole = redactor.text(text)
    expect(await streamed(redactor, [...text])).toBe(whole)
    for (let at = 115; at < text.length - 115; at += 3) {
      expect(await streamed(redactor, [text.slice(0, at), text.slice(at)])).toBe(whole)
    }
  })
})

test('a token folded over lines and split over chunks is masked', async () => {
  const token = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc0aBcDeFgHiJk'
  const redactor = redactorOf({ KEY: token })
  const text = `lorem ${token.replaceAll(/.{9}/g, '$&\r\n  ')} ipsum ${'dolor '.repeat(30)}`
  expect(redactor.text(text)).toMatch(/^lorem \[secret KEY\] ipsum dolor/)
  for (let at = 1; at < 90; at++)
    expect(await streamed(redactor, [text.slice(0, at), text.slice(at)])).toBe(redactor.text(text))
  expect(await streamed(redactor, [...text])).toBe(redactor.text(text))
})

test.each([
  ['of one word over and over', 'abcdefghij'.repeat(9)],
  ['of one character over and over', 'x'.repeat(90)],
])(
  'the first characters of a long value %s are held back, however small the chunks are',
  async (_of, begin) => {
    const redactor = redactorOf({ KEY: `${begin}zz` })
    for (const before of ['', '  ', 'lorem '.repeat(30)])
      expect(await streamed(redactor, [...`${before}${begin}zz end`])).toBe(`${before}[secret KEY] end`)
  },
)

describe('a value behind one that ends like the beginning of an escape is masked', () => {
  const ends = [
    'a short one \\',
    `${'a long one '.repeat(9)}\\`,
    'a percent %',
    'a reference &',
    "a quote '",
    'an equals =',
  ]
  test.each(ends)('%s', async (end) => {
    const redactor = redactorOf({ END: end, NEXT: '4"4 #&1' })
    for (const next of Object.values(encodings).map((encode) => encode('4"4 #&1'))) {
      const text = `${end}${next}`
      for (const chunks of [[text], [end, ...next]]) {
        const given = await streamed(redactor, chunks)
        expect(given).toBe(redactor.text(text))
        expect(given).not.toContain(next.slice(1))
      }
    }
  })

  test('and one that begins in its last character is not shown either', async () => {
    const redactor = redactorOf({ END: 'abcdefgh-12345\\', NEXT: 'ZXCVBNM-98765' })
    const text = 'abcdefgh-12345\\u005aXCVBNM-98765'
    for (const chunks of [[text], [...text], [text.slice(0, 15), text.slice(15)]])
      expect(await streamed(redactor, chunks)).not.toContain('XCVBNM')
  })
})

test('a stream without a value passes every character on', async () => {
  const text = 'a\\b%41&amp;\r\n '.repeat(500)
  expect(await streamed(redactor, [...text])).toBe(text)
})

test.each([[[]], [['']], [['', 'a', '']], [['abab']], [['ab', 'ab']]])('chunks %j', async (chunks) => {
  expect(await streamed(redactor, chunks)).toBe(redactor.text(chunks.join('')))
})

test('an endless run of overlapping values is one mark and does not fill memory', async () => {
  const transform = redactor.stream()
  const writer = transform.writable.getWriter()
  const output: string[] = []
  const reading = transform.readable.pipeTo(new WritableStream({ write: (chunk) => void output.push(chunk) }))
  await writer.write('x'.repeat(200))
  for (let i = 0; i < 2000; i++) await writer.write('ab'.repeat(100))
  expect(output.join('')).toBe(`${'x'.repeat(200)}[secret AB]`)
  await writer.write(' end')
  await writer.close()
  await reading
  expect(output.join('')).toBe(`${'x'.repeat(200)}[secret AB] end`)
})

test('a stream holds back at most as much as a value could need', async () => {
  const transform = redactor.stream()
  const writer = transform.writable.getWriter()
  let length = 0
  const reading = transform.readable.pipeTo(
    new WritableStream({
      write: (chunk) => {
        length += chunk.length
      },
    }),
  )
  for (let i = 1; i <= 50; i++) {
    await writer.write('plain text without anything, '.repeat(10))
    expect(i * 290 - length).toBeLessThan(500)
  }
  await writer.close()
  await reading
  expect(length).toBe(14_500)
})

test('a mark split over chunks stays a mark', async () => {
  const words = redactorOf({ KEY: 'secret', AB: ' AB]' })
  expect(
    await streamed(words, [...`${'x'.repeat(100)}[secret KEY] [secret AB] [secret]${'y'.repeat(100)}`]),
  ).toBe(`${'x'.repeat(100)}[secret KEY] [secret AB] [secret]${'y'.repeat(100)}`)
})

test('a stream of bytes masks a value that is split inside a letter', async () => {
  const input = Buffer.from(`x ${value} y`)
  const bytes = [...input].map((byte) => Uint8Array.of(byte))
  const output = await through(redactor.byteStream(), bytes)
  expect(Buffer.concat(output).toString()).toBe('x [secret KEY] y')
})

test('a text longer than a piece of the search is masked completely', () => {
  const filler = 'lorem ipsum dolor '.repeat(14_563)
  for (let shift = 0; shift < 60; shift += 7) {
    const text = `${filler.slice(0, 262_144 - shift)}${value}${filler}${encodeURIComponent(value)}`
    const expected = `${filler.slice(0, 262_144 - shift)}[secret KEY]${filler}[secret KEY]`
    expect(redactor.text(text) === expected).toBe(true)
    expect(redactor.find(text)).toEqual(['KEY'])
  }
})
