import { describe, expect, test } from 'vitest'
import { outputJson } from '../../src/executor/step-output.ts'
import { ExactNumber, Sensitive } from '../../src/steps/index.ts'

const json = (output: unknown) => outputJson(output, () => undefined)

describe('an output says what in it is no JSON', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  test.each<[string, unknown, string]>([
    ['bytes', { body: new Uint8Array(3) }, 'bytes at output.body'],
    ['a Buffer', [Buffer.from('a')], 'bytes at output[0]'],
    ['a Blob', { blob: new Blob(['a']) }, 'bytes at output.blob'],
    ['a Date', { items: [{ at: new Date(0) }] }, 'a Date at output.items[0].at'],
    ['a Map', new Map([['a', 1]]), 'a Map at output,'],
    ['a Set', { tags: new Set(['a']) }, 'a Set at output.tags'],
    ['a bigint', { count: 7n }, 'a bigint at output.count'],
    ['a stream', { body: new Response('a').body }, 'a stream at output.body'],
    ['a circle', circle, 'an object that contains itself at output.self'],
  ])('%s', (_what, output, words) => {
    expect(() => json(output)).toThrow(words)
  })
})

test('what says itself how it is written in JSON is taken', () => {
  const both = { exact: new ExactNumber('1.10'), mark: new Sensitive('x'), same: 1 }
  expect(json([both, both])).toContain('1.10')
})
