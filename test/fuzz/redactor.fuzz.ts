import fc from 'fast-check'
import { expect } from 'vitest'
import type { Redactor } from '../../src/redactor/index.ts'
import { encodings, redactorOf } from '../redactor/encodings.ts'
import { through } from '../redactor/through.ts'
import { fuzz } from './fuzz.ts'
import { cut, frame, frames, readings, secretValue, sizes } from './values.ts'

/** One place of a text: the number of its secret, in an encoding, between two texts. */
const spot = fc.tuple(fc.nat(4), fc.constantFrom(...Object.keys(encodings)), frame)
type Spot = [number, string, readonly [string, string]]

interface Case {
  secrets: readonly string[]
  text: string
}

const mixture: fc.Arbitrary<Case> = fc
  .tuple(
    fc.array(secretValue, { minLength: 1, maxLength: 4 }),
    fc.array(spot, { minLength: 1, maxLength: 5 }),
  )
  .map(([secrets, spots]) => ({ secrets, text: spots.map((it) => written(secrets, it)).join('\n') }))

function redactorFor({ secrets }: Case): Redactor {
  return redactorOf(Object.fromEntries(secrets.map((it, number) => [`KEY_${number}`, it])))
}

function written(secrets: readonly string[], [number, encoding, [before, after]]: Spot): string {
  return before + (encodings[encoding]?.(secrets[number % secrets.length] ?? '') ?? '') + after
}

/** Distinctive windows: not those of brackets, quotes and digits, which occur in any text. */
function windowsOf(secret: string): string[] {
  const found: string[] = []
  for (let at = 0; at + 6 <= secret.length; at++) {
    const it = secret.slice(at, at + 6)
    if (/\p{L}.*\p{L}/u.test(it) && !common.includes(it)) found.push(it)
  }
  return found
}

/** Texts that occur in the frames, in the marks and in many secrets. */
const common = [
  ...['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '"type": "service_account",'],
  ...['"id": "', '"private_key": "'],
  ...frames.flat(),
].join('\n')

function expectNothingLeft({ secrets }: Case, redacted: string): void {
  const shown = readings(redacted.replaceAll(/\[secret KEY_\d\]/g, '\0'))
  for (const secret of secrets) {
    const left = windowsOf(secret).filter((it) => shown.some((text) => text.includes(it)))
    expect({ left, redacted }).toEqual({ left: [], redacted })
  }
}

/** Long, and from an alphabet that a random text does not hit by chance. */
const longValue = fc.stringMatching(/^[A-Za-z0-9 "'ü_-]{24,48}$/)
const escapes = [
  '%',
  '%4',
  '%41',
  '\\',
  '\\u00',
  '\\u0041',
  '&#',
  '&#x41;',
  '&amp;',
  '+',
  "'\\''",
  '\r\n ',
  '[secret ',
]
const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(fc.oneof(fc.constantFrom(...escapes), fc.string({ maxLength: 4 })), { maxLength: 120 })
    .map((it) => it.join('')),
  fc.base64String({ maxLength: 400 }),
  fc.array(fc.nat(300), { maxLength: 60 }).map((it) => it.join(', ')),
)

fuzz({
  'of several values in mixed encodings nothing is left': fc.property(mixture, (it) => {
    const redactor = redactorFor(it)
    const redacted = redactor.text(it.text)
    expectNothingLeft(it, redacted)
    expect(redactor.text(redacted)).toBe(redacted)
  }),
  'nor when the text comes in chunks': fc.asyncProperty(mixture, sizes, async (it, lengths) => {
    expectNothingLeft(it, (await through(redactorFor(it).stream(), cut(it.text, lengths))).join(''))
  }),
  'nor when its bytes come in chunks': fc.asyncProperty(mixture, sizes, async (it, lengths) => {
    const bytes: Uint8Array = Buffer.from(it.text)
    const redactor = redactorFor(it)
    const chunks = await through(redactor.byteStream(), cut(bytes, lengths))
    expectNothingLeft(it, Buffer.concat(chunks).toString())
    expectNothingLeft(it, Buffer.from(redactor.bytes(bytes)).toString())
  }),
  'nor in data of any shape, which stays JSON': fc.property(mixture, fc.anything(), (it, any) => {
    const redactor = redactorFor(it)
    const error = Object.assign(new Error(it.text, { cause: it.text }), { request: it.text })
    const data = redactor.data({
      any,
      [it.text]: [it.text, Buffer.from(it.text), { error }],
      list: new Map([[it.text, any]]),
    })
    const json = JSON.stringify(data)
    expect(JSON.parse(json)).toEqual(data)
    expect(redactor.find(json)).toEqual([])
    expect(redactor.data(data)).toEqual(data)
  }),
  'a text that holds none comes back byte for byte': fc.asyncProperty(
    longValue,
    noise,
    sizes,
    async (secret, text, lengths) => {
      const redactor = redactorOf({ KEY: secret })
      expect(redactor.text(text)).toBe(text)
      expect(redactor.find(text)).toEqual([])
      const bytes = Buffer.from(text)
      expect(redactor.bytes(bytes)).toBe(bytes)
      expect((await through(redactor.stream(), cut(text, lengths))).join('')).toBe(text)
      const chunks = await through(redactor.byteStream(), cut<Uint8Array>(bytes, lengths))
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    },
  ),
  'what stands around a value comes back byte for byte': fc.property(
    longValue,
    noise,
    noise,
    (secret, a, b) => {
      const [before, after] = [`${a}¿`, `¿${b}`]
      const redacted = redactorOf({ KEY: secret }).text(before + secret + after)
      expect(redacted).toBe(`${before}[secret KEY]${after}`)
    },
  ),
})
