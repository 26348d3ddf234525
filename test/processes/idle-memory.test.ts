import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { giveBackWhenIdle } from '../../src/processes/idle-memory.ts'

const LOOK = 2000

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

async function rest() {
  await sleep(200)
  vi.advanceTimersByTime(LOOK)
}

function work() {
  const until = performance.now() + 100
  while (performance.now() < until);
  vi.advanceTimersByTime(LOOK)
}

test('memory is given back once a process rests, never while it works, and again after the next work', async () => {
  const collect = vi.fn()
  giveBackWhenIdle(collect)
  for (let look = 0; look < 10; look++) work()
  await rest()
  await rest()
  work()
  await rest()
  await rest()
  expect(collect).not.toHaveBeenCalled()
  while (collect.mock.calls.length < 1) await rest()
  work()
  while (collect.mock.calls.length < 2) await rest()
})

test('what is garbage when a process rests is gone afterwards', async () => {
  const held = { garbage: Array.from({ length: 200_000 }, (_, index) => ({ index })) }
  const before = process.memoryUsage().heapUsed
  const gone = new WeakRef(held.garbage)
  held.garbage = []
  giveBackWhenIdle()
  while (gone.deref()) await rest()
  expect(process.memoryUsage().heapUsed).toBeLessThan(before)
})
