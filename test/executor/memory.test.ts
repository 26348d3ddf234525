import { expect, test } from 'vitest'
import { createWorkerMemory } from '../../src/executor/memory.ts'

const MIB = 1024 * 1024
const never = new AbortController().signal

/** Room for about 30 MiB of large data. */
const memory = () => createWorkerMemory(300 * MIB)

/** Whether a promise has settled once everything that is ready has run. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  let done = false
  const settle = () => {
    done = true
  }
  void work.then(settle, settle)
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

test('a large answer waits until others have given back enough, and small ones do not wait', async () => {
  const shared = memory()
  const [a, b, c] = [shared.open(), shared.open(), shared.open()]
  await a.take(20 * MIB, never)
  const waiting = b.take(20 * MIB, never)
  expect(await isDone(waiting)).toBe(false)
  await c.take(MIB - 1, never)
  a.keep(5 * MIB)
  await waiting
})

test('those who wait are served in their order, so that small ones do not starve a large one', async () => {
  const shared = memory()
  const [a, b, c] = [shared.open(), shared.open(), shared.open()]
  await a.take(20 * MIB, never)
  const large = b.take(25 * MIB, never)
  const smaller = c.take(5 * MIB, never)
  expect([await isDone(large), await isDone(smaller)]).toEqual([false, false])
  a.close()
  await Promise.all([large, smaller])
})

test('runs that all hold something and all want more do not wait for each other for ever', async () => {
  const shared = memory()
  const [a, b] = [shared.open(), shared.open()]
  await Promise.all([a.take(14 * MIB, never), b.take(14 * MIB, never)])
  const more = [a.take(14 * MIB, never), b.take(14 * MIB, never)]
  await more[0]
  expect(await isDone(more[1] as Promise<void>)).toBe(false)
  a.close()
  await more[1]
})

test('what the worker cannot hold even alone is refused with what it can', async () => {
  await expect(memory().open().take(60 * MIB, never)).rejects.toMatchObject({
    code: 'RESPONSE_TOO_LARGE',
    message: expect.stringMatching(/60\.0 MiB.*enough for 31\.4 MiB/),
  })
})

test('whoever is told to stop waits no longer, and stands in the way of nobody', async () => {
  const shared = memory()
  const [a, b, c] = [shared.open(), shared.open(), shared.open()]
  await a.take(20 * MIB, never)
  const stop = new AbortController()
  const gone = b.take(25 * MIB, stop.signal)
  const next = c.take(5 * MIB, never)
  stop.abort(new Error('cancelled'))
  await expect(gone).rejects.toThrow('cancelled')
  await next
})

test('what was taken for an answer covers its output, and what was too much is given back', async () => {
  const shared = memory()
  const [a, b] = [shared.open(), shared.open()]
  await a.take(25 * MIB, never)
  await a.take(-15 * MIB, never)
  await a.cover(10 * MIB, never)
  await b.take(20 * MIB, never)
})
