import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodings, redactorOf } from './encodings.ts'
import { through } from './through.ts'

/** `FUZZ=20` runs each property twenty times as often. */
const { FUZZ = '1' } = process.env
const fuzz = Number(FUZZ)

const wellFormed = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 60 })
const nasty = fc
  .array(
    fc.constantFrom(
      '"',
      "'",
      '\\',
      '/',
      '%',
      '&',
      ';',
      '+',
      ' ',
      '\n',
      '\t',
      '<',
      '#',
      'u',
      'x',
      '4',
      '1',
      'a',
      'ö',
      '€',
      '🔑',
      '=',
    ),
    { minLength: 6, maxLength: 40 },
  )
  .map((units) => units.join(''))
const anyValue = fc.oneof(wellFormed, nasty, fc.base64String({ minLength: 8, maxLength: 80 }))
// A value of only marks and white space may occur in the surrounding text as well.
const value = anyValue.filter((it) => it.length >= 4 && /[^\s\d]/.test(it) && it.isWellFormed())
/** Shares no character with base64, hex or an escape, so it cannot be part of the encoded value. */
const surrounding = fc
  .array(fc.constantFrom('¿', '§', '¶ ', '»', '«.', '|¦'), { maxLength: 12 })
  .map((it) => it.join(''))
const how = fc.constantFrom(...Object.keys(encodings))

/** The windows of six characters of the value that differ from an empty text. */
function windows(text: string): string[] {
  const found: string[] = []
  for (let at = 0; at + 6 <= text.length; at++) found.push(text.slice(at, at + 6))
  return found
}

describe('for random values', () => {
  test('six characters of the value in a row never survive in place of its encoded form', () => {
    fc.assert(
      fc.property(value, how, surrounding, surrounding, (secret, encoding, before, after) => {
        const redactor = redactorOf({ KEY: secret })
        const encoded = encodings[encoding]?.(secret) ?? ''
        const redacted = redactor.text(`${before}${encoded}${after}`)
        expect(redacted).toContain('[secret KEY]')
        const left = redacted.replaceAll('[secret KEY]', '\0')
        expect(windows(secret).filter((it) => !/^[\s"'[\]{}:,=]+$/.test(it) && left.includes(it))).toEqual([])
        expect(left.length).toBeLessThan(before.length + after.length + 40)
        expect(redactor.text(redacted)).toBe(redacted)
      }),
      { numRuns: 1500 * fuzz },
    )
  })

  test('the stream gives the same as the whole text, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.array(how, { minLength: 1, maxLength: 3 }),
        surrounding,
        fc.array(fc.nat(25), { minLength: 1 }),
        async (secret, hows, between, sizes) => {
          const redactor = redactorOf({ KEY: secret })
          const text = hows.map((it) => `${between}${encodings[it]?.(secret) ?? ''}`).join(between)
          const chunks: string[] = []
          for (let at = 0, i = 0; at < text.length; i++) {
            const size = (sizes[i % sizes.length] ?? 0) + 1
            chunks.push(text.slice(at, at + size))
            at += size
          }
          const output = await through(redactor.stream(), chunks)
          const left = output.join('').replaceAll('[secret KEY]', '\0')
          expect(output.join('')).toContain('[secret KEY]')
          expect(windows(secret).filter((it) => !/^[\s"'[\]{}:,=]+$/.test(it) && left.includes(it))).toEqual(
            [],
          )
        },
      ),
      { numRuns: 500 * fuzz },
    )
  })

  test('a text without the value is returned unchanged', () => {
    // Over two disjoint alphabets, whatever is decoded.
    const text = fc.string({
      unit: fc.constantFrom('k', 'm', ' ', '\n', '\\', '%', '&', ';', '"', '.', 'é'),
      maxLength: 300,
    })
    const secret = fc.string({
      unit: fc.constantFrom('W', 'Z', '!', 'q', 'ü', '_'),
      minLength: 4,
      maxLength: 30,
    })
    fc.assert(
      fc.property(text, secret, (input, hidden) => {
        const redactor = redactorOf({ KEY: hidden })
        expect(redactor.text(input)).toBe(input)
        expect(redactor.find(input)).toEqual([])
        expect(redactor.bytes(Buffer.from(input))).toEqual(Buffer.from(input))
      }),
    )
  })

  test('redacting twice changes nothing more, for any text and values', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      'secret',
      ' ',
      'A',
      'B',
      '[secret A]',
      '[secret B]',
      'ab',
      'c',
      '\\',
      '%5',
      'B',
      '&#',
      '91;',
    )
    const pieces = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
      fc.array(piece, { minLength, maxLength }).map((it) => it.join(''))
    fc.assert(
      fc.property(pieces(2, 5), pieces(2, 5), pieces(0, 20), (a, b, text) => {
        const redactor = redactorOf({ A: a, B: b })
        const once = redactor.text(`${text}${a}${text}${b}`)
        expect(redactor.text(once)).toBe(once)
      }),
      { numRuns: 3000 * fuzz },
    )
  })

  test('of values that overlap or contain one another, none survives and each is found', () => {
    const stem = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(stem, { minLength: 2, maxLength: 5 }), stem, (stems, prefix) => {
        const secrets: Record<string, string> = Object.fromEntries(
          stems.map((it, index) => [`K${index}`, `${prefix}-${it}-${index}`]),
        )
        const all = Object.values(secrets).join('')
        Object.assign(secrets, { ALL: all, PART: `${prefix}-`.repeat(2) })
        const redactor = redactorOf(secrets)
        const text = Object.values(secrets).join('')
        expect(redactor.find(text)).toEqual(
          Object.keys(secrets).filter((it) => (secrets[it] ?? '').length >= 4),
        )
        expect(redactor.text(text).replaceAll(/\[secret \w+\]/g, '')).toBe('')
      }),
    )
  })

  test('structured data stay valid JSON without a value in any place', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.stringMatching(/^[A-Za-z0-9]{8,20}$/), (data, secret) => {
        const redactor = redactorOf({ KEY: secret })
        const copy = redactor.data({ data, [secret]: [data, { deep: `${JSON.stringify(data)}${secret}` }] })
        const json = JSON.stringify(copy)
        expect(JSON.parse(json)).toEqual(copy)
        expect(json).not.toContain(secret)
      }),
    )
  })
})
