import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TimedCache } from '../../src/vault/timed-cache.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('an entry leaves memory when its time is over, without being read', () => {
  const cache = new TimedCache<string>({ seconds: 30, max: 10 })
  cache.set('key', 'value')
  vi.advanceTimersByTime(29_999)
  expect([cache.get('key'), cache.size]).toEqual(['value', 1])
  vi.advanceTimersByTime(1)
  expect(cache.size).toBe(0)
})

test('reading an entry does not prolong its life', () => {
  const cache = new TimedCache<string>({ seconds: 30, max: 10 })
  cache.set('key', 'value')
  for (let second = 0; second < 30; second++) {
    cache.get('key')
    vi.advanceTimersByTime(1000)
  }
  expect(cache.get('key')).toBe(undefined)
})

test('a full cache drops its oldest entry', () => {
  const cache = new TimedCache<number>({ seconds: 30, max: 2 })
  for (const [index, key] of ['a', 'b', 'c'].entries()) cache.set(key, index)
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size]).toEqual([undefined, 1, 2, 2])
  expect(vi.getTimerCount()).toBe(2)
})

test('an entry that is set again has only the new timer', () => {
  const cache = new TimedCache<number>({ seconds: 30, max: 2 })
  cache.set('a', 1)
  vi.advanceTimersByTime(20_000)
  cache.set('a', 2)
  vi.advanceTimersByTime(20_000)
  expect([cache.get('a'), vi.getTimerCount()]).toEqual([2, 1])
})

test.each([
  { seconds: 0, max: 10 },
  { seconds: 30, max: 0 },
])('a cache of %j keeps nothing', (options) => {
  const cache = new TimedCache<number>(options)
  cache.set('a', 1)
  expect([cache.get('a'), cache.size]).toEqual([undefined, 0])
})
