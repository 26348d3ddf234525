import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime } from '../../src/api/iso-time.ts'

test('a time is written as toISOString writes it, in any order of days', () => {
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true })), (times) => {
      expect(times.map(isoTime)).toEqual(times.map((it) => it.toISOString()))
    }),
  )
  const edges = [0, -1, 1, 86_399_999, 86_400_000, 8.64e15, -8.64e15].map((it) => new Date(it))
  expect(edges.map(isoTime)).toEqual(edges.map((it) => it.toISOString()))
})

test('what is no time is refused', () => {
  expect(() => isoTime(new Date(Number.NaN))).toThrow(RangeError)
})
