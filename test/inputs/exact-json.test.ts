import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/exact-json.ts'

/** JSON is read as the engine reads it, and keeps the digits of each number (RFC 8259, section 6). */

test.each([
  ['{"1.10":"1.10","2":1.10,"1":2.20,"\\\\":"\\"2.20","\\\\\\"":3.30}'],
  ['[1e290,2e290,-1e290,1e+300,1.10,1e309,-1e309,"1e290"]'],
  ['{"__proto__":1.10,"a":{"__proto__":[2.0]}}'],
  ['1.10'],
  [' [ 1.10 , -0 ] '],
])('%s is read as JSON.parse reads it, with all of its digits', (text) => {
  const kept = parseJson(text)
  expect(JSON.stringify(kept)).toBe(JSON.stringify(JSON.parse(text, keepSource)))
  expect(JSON.parse(JSON.stringify(kept))).toEqual(JSON.parse(text))
})

/** The engine's own way to the text of a number, which takes far longer. */
function keepSource(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }
  return typeof value === 'number' ? rawJSON(context?.source ?? '') : value
}

test.each([
  '01.10',
  '1.10.',
  '+1.10',
  '.10',
  '1.10-',
  '[1.10,]',
  '1.10e',
  '"1.10',
  '[1.10]x',
  '1.10"',
  '-',
  '--1.10',
])('%s is no JSON, and the error quotes the text that came', (text) => {
  const messageOf = (read: () => unknown): unknown => {
    try {
      return read()
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(() => parseJson(text)).toThrow(SyntaxError)
  expect(messageOf(() => parseJson(text))).toBe(messageOf(() => JSON.parse(text)))
})

describe('a text of nothing but numbers that are to be exact', () => {
  const listOf = (number: string, count: number) => `[${Array.from({ length: count }, () => number).join()}]`

  /** The least processor time of three, of this thread alone, in microseconds. */
  const timeOf = (work: () => unknown) =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const start = process.threadCpuUsage()
        work()
        const { user, system } = process.threadCpuUsage(start)
        return user + system
      }),
    )

  test.each(['1.10', '7615917337495251231123456', '"\\\\",1.10'])(
    'takes far below 256 times as long for sixteen times of %s',
    (number) => {
      const [short, long] = [listOf(number, 25_000), listOf(number, 400_000)]
      expect(timeOf(() => parseJson(long)) / timeOf(() => parseJson(short))).toBeLessThan(128)
    },
  )

  test('is refused in words beyond half a million of them, and is text where it is no JSON', () => {
    expect(() => parseJson(listOf('1.10', 500_001))).toThrow(/over 500000 numbers .* in parts/)
    expect(() => parseJson(`${listOf('1.10', 500_001)}x`)).toThrow(SyntaxError)
    expect(parseJson(listOf('1.5', 500_001))).toHaveLength(500_001)
    expect(parseJson(listOf('1.10', 500_001), 'value')).toHaveLength(500_001)
  })
})
