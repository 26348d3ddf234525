import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

const VALUE = 'sk_live_7Hq2Zp9LmX4c'
const SHORT = `p |w"d'`
const { FUZZ = '1' } = process.env

const bytes = Buffer.from(VALUE)
const base64 = bytes.toString('base64')
const hex = bytes.toString('hex')
const spaced = hex.replaceAll(/..(?=.)/g, '$& ')
const xxd = [bytes.subarray(0, 16), bytes.subarray(16)].map((it, line) => {
  const groups = it.toString('hex').replaceAll(/.{4}(?=.)/g, '$& ')
  return `000000${line}0: ${groups}  ${it.toString('latin1')}`
})
const quotedPrintable = [...bytes].map((it) => `=${it.toString(16).toUpperCase()}`)

/** Splits a text in two at a place, as an escape does. */
const halves = (text: string, at: number): [string, string] => {
  const middle = Math.floor(text.length * at)
  return [text.slice(0, middle), text.slice(middle)]
}

/** Signs behind escapes, most of which separate, and what else stands beside them. */
const sign = fc.constantFrom(
  ...['\\"', '\\n', '\\r\\n', '\\u0022', '\\u000a', '\\/', '\\t', '\\u0041', '\\\\'],
  ...['%22', '%0A', '%0d%0a', '%7C', '%5C', '%20', '%41', '&quot;', '&#10;', '&lt;', '&amp;', '=0A', '=22'],
  ...['\n', '"', "'", ' ', ', ', '=', '|', '  ', ':', '\\', '%', '&', '. ', ';'],
)
const word = fc.constantFrom(
  'neighbour',
  'at',
  '0',
  '2024 ',
  'Order',
  '00000010: ',
  '73',
  '{"a":',
  '}',
  ',',
  'é',
)
/** The value, whole or in two, and encoded in ways that go on over ends of lines or signs between bytes. */
const planted = fc
  .tuple(
    fc.constantFrom(
      VALUE,
      SHORT,
      base64,
      hex,
      spaced,
      bytes.join(),
      ...xxd,
      xxd.join('\\n'),
      xxd.join('%0A'),
    ),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.oneof(
      fc.constant(''),
      sign,
      fc.tuple(sign, sign).map(([a, b]) => a + b),
    ),
  )
  .map(([form, at, between]) => halves(form, at).join(between))
const softBreaks = fc
  .tuple(sign, fc.nat(bytes.length))
  .map(([between, at]) => [...quotedPrintable.slice(0, at), between, ...quotedPrintable.slice(at)].join(''))
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: sign }, { weight: 2, arbitrary: word }, planted, softBreaks), {
    minLength: 1,
    maxLength: 14,
  })
  .map((pieces) => pieces.join(''))

/** Letters beyond ASCII have every text read behind all of its escapes. This one stands in none. */
const LETTERS = { LETTERS: 'Straßenbahnhaltestelle17März' }

describe('a text in which every escape stands for a sign that separates', () => {
  const redactor = redactorOf({ KEY: VALUE })
  const both = redactorOf({ KEY: VALUE, SHORT })
  const sides = [
    [redactor, redactorOf({ KEY: VALUE, ...LETTERS })],
    [both, redactorOf({ KEY: VALUE, SHORT, ...LETTERS })],
  ] as const

  test('is redacted as if it were read behind all of them', () => {
    fc.assert(
      fc.property(text, fc.constantFrom<0 | 1>(0, 1), (it, side) => {
        const [quick, thorough] = sides[side]
        expect(quick.text(it)).toBe(thorough.text(it))
      }),
      { numRuns: 500 * Number(FUZZ) },
    )
  })

  test('hides nothing that goes over them', () => {
    const json = (it: string): string => JSON.stringify({ note: 'so "quoted".\n', it })
    for (const hidden of [
      base64.replaceAll(/.{8}(?=.)/g, '$&\n'),
      spaced.replaceAll(/((?:.{3}){7}..) /g, '$1\n'),
      quotedPrintable.join('=\n'),
      `${xxd.join('\n')}\n`,
      `"${xxd.join('\n')}`,
      `a\n${bytes.join(',\n')}`,
    ])
      expect(redactor.find(json(hidden)), hidden).toEqual(['KEY'])
  })

  test('hides no value with such a sign in it', () => {
    for (const value of ['Zq7"Kp2"Xm', 'wT4(x)\ny.9', 'a|b<c>d!']) {
      const redacted = redactorOf({ KEY: value }).text(JSON.stringify({ it: `x.${value}.`, note: '"' }))
      expect(redacted, value).toBe(JSON.stringify({ it: 'x.[secret KEY].', note: '"' }))
    }
  })

  test('hides nothing encoded of which signs are escaped', () => {
    const escaped = (form: string, which: RegExp): string =>
      form.replaceAll(which, (it) => `\\u00${it.charCodeAt(0).toString(16)}`)
    const percent = [...bytes].map((it) => `%${it.toString(16)}`).join('')
    for (const hidden of [
      escaped(base64, /(?<=^.{8})./g),
      escaped(hex, /(?<=^.{20})./g),
      escaped(bytes.join(), /,/g),
      escaped(spaced, / /g),
      escaped(percent, /%/g),
      escaped(quotedPrintable.join(''), /=/g),
      escaped(percent.replaceAll(/%(..)/g, '&#x$1;'), /&/g),
      escaped(percent.replaceAll(/%(..)/g, '\\x$1'), /\\/g),
    ])
      expect(redactor.find(`{"it":"${hidden}","note":"\\"\\""}`), hidden).toEqual(['KEY'])
  })

  test('hides no line of a dump that ends with one of them', () => {
    const value = 'k9_Tz4!wQx7b'
    const words = Buffer.from(value).swap16().toString('hex').replaceAll(/.{4}/g, ' $&')
    for (const dump of [`0000000${words}\n`, `so\n0000000${words}\n`, `"0000000${words}\n"`])
      expect(redactorOf({ KEY: value }).find(JSON.stringify({ dump })), dump).toEqual(['KEY'])
  })
})
