import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((it) => it.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((it) => alphabet32[Number.parseInt(it.padEnd(5, '0'), 2)]).join('')
}

describe('base64 is found only if all its bits agree', () => {
  test.each([
    ['key1', 'bottleTop'],
    ['key1', 'tleT'],
    ['key1', 'xtleT'],
    ['key1', 'tleTx'],
    ['key1', 'a2V5Mx'],
    ['key1', 'a2V5'],
    ['key1', 'a tleT Q'],
  ])('%s is not in %s', (value, text) => {
    const redactor = redactorOf({ KEY: value })
    expect(redactor.text(text)).toBe(text)
    expect(redactor.find(text)).toEqual([])
  })

  const offsets = [0, 1, 2, 3, 4, 5, 6]
  test.each(offsets)('only the value after %d bytes is found, with any neighbours', (offset) => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9]{4,12}$/),
        fc.uint8Array({ minLength: offset, maxLength: offset }),
        fc.uint8Array({ maxLength: 5 }),
        fc.nat(7),
        (value, before, after, bit) => {
          const bytes = Buffer.concat([before, Buffer.from(value), after])
          const redactor = redactorOf({ KEY: value })
          const texts = [
            bytes.toString('base64'),
            bytes.toString('base64url'),
            base32(bytes),
            bytes.toString('hex'),
          ]
          for (const text of texts) {
            for (const it of [text, text.replace(/=+$/, '')]) expect(redactor.find(it)).toEqual(['KEY'])
          }
          // One bit of the first or the last byte differs.
          for (const at of [offset, offset + value.length - 1]) {
            const other = Buffer.from(bytes)
            other[at] = (other[at] ?? 0) ^ (1 << bit)
            // A value that may be a host is known in lower case as well.
            if (other.toString('latin1').toLowerCase().includes(value.toLowerCase())) continue
            for (const encoding of ['base64', 'base64url', 'hex'] as const) {
              expect(redactor.find(other.toString(encoding))).toEqual([])
            }
            expect(redactor.find(base32(other))).toEqual([])
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('a list of bytes is found only between numbers', () => {
  const redactor = redactorOf({ KEY: '4711' })
  expect(redactor.text('[52,55,49,49]')).toBe('[[secret KEY]]')
  for (const text of ['[152,55,49,49]', '[52,55,49,497]', '152, 55, 49, 49'])
    expect(redactor.text(text)).toBe(text)
})

describe('in ordinary texts a short value is found only where it occurs', () => {
  const words =
    `the of and to in is you that it he was for on are as with his they at be this have from or one had by
    word but not what all were we when your can said there use an each which she do how their if will up other about
    out many then them these so some her would make like him into time has look two more write go see number no way
    could people my than first water been call who oil its now find long down day did get come made may part
    customerId createdAt bottleTop isActive getUserById XMLHttpRequest content-type application/json node_modules
    return function const await async import export default null true false 200 404 1024 2026-01-02 10.0.0.1`.split(
      /\s+/,
    )
  const punctuation = [
    ' ',
    ' ',
    ' ',
    '\n',
    ', ',
    '. ',
    '": "',
    '","',
    '{"',
    '"}',
    '(',
    ');',
    ' = ',
    '/',
    '_',
    '-',
    '=',
  ]
  const text = fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...punctuation)), {
      minLength: 50,
      maxLength: 400,
    })
    .map((it) => it.flat().join(''))
  const value = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9]{4,8}$/),
    fc.stringMatching(/^[a-z]{4,8}$/),
    fc.stringMatching(/^\d{4,8}$/),
    fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 8 }).filter((it) => /^[!-~]+$/.test(it)),
  )
  // A text changed by an escape of another kind counts as the same text.
  const unescaped = (it: string): string =>
    it.replaceAll(/=([0-9A-F]{2})/g, (_all, code) => String.fromCharCode(Number.parseInt(code, 16)))

  test('words, JSON and code', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), text, (values, it) => {
        const absent = values.filter((one) => !it.includes(one) && !unescaped(it).includes(one))
        const redactor = redactorOf(Object.fromEntries(absent.map((one, number) => [`KEY_${number}`, one])))
        expect(redactor.text(it)).toBe(it)
        expect(redactor.find(it)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
