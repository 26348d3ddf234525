import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createBatch } from '../../src/store/runs/batch.ts'

const workspaceOf = () => 'acme'

const failing = (code: string) => Object.assign(new Error(code), { code })

test.each([
  ['what breaks a statement', '22P02', ['rejected', 'fulfilled', 'fulfilled']],
  ['a lock that somebody else holds', '55P03', ['rejected', 'fulfilled', 'fulfilled']],
  ['an outage', '57P01', ['rejected', 'rejected', 'rejected']],
])('of those that are written together %s fails the right ones', async (_what, code, expected) => {
  const sizes: number[] = []
  const write = createBatch<string, string>(
    async (items) => {
      sizes.push(items.length)
      if (items.includes('bad')) throw failing(code)
      return items
    },
    { lengthOf: () => 0, workspaceOf },
  )
  const written = await Promise.allSettled(['bad', 'good', 'fine'].map(write))
  expect(sizes[0]).toBe(3)
  expect(written.map(({ status }) => status)).toEqual(expected)
})

test('while a node is away, what is of other workspaces is written without what is there', async () => {
  const writes: string[] = []
  const away = new Set(['a'])
  const write = createBatch<string, string>(
    async (items, workspace) => {
      writes.push(`${workspace ?? 'any'}: ${items}`)
      if (items.some(([first = '']) => away.has(first))) {
        throw Object.assign(failing('08006'), { severity: 'ERROR' })
      }
      return items
    },
    { lengthOf: () => 0, workspaceOf: ([first = '']) => first },
  )
  const settled = async (...items: string[]) =>
    (await Promise.allSettled(items.map(write))).map(({ status }) => status)
  expect(await settled('a1', 'b1', 'a2', 'b2')).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
  expect(writes.splice(0)).toEqual(['any: a1,b1,a2,b2', 'a: a1,a2', 'b: b1,b2'])
  expect(await settled('b3', 'a3', 'c3')).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(new Set(writes.splice(0))).toEqual(new Set(['a: a3', 'b: b3', 'c: c3']))
  away.clear()
  expect(await settled('a4')).toEqual(['fulfilled'])
  expect(await settled('a5', 'b5')).toEqual(['fulfilled', 'fulfilled'])
  expect(writes).toEqual(['a: a4', 'any: a5,b5'])
})

test('an outage of the server itself is not tried again for each workspace', async () => {
  let writes = 0
  const write = createBatch<string, string>(
    async () => {
      writes++
      throw Object.assign(failing('57P01'), { severity: 'FATAL' })
    },
    { lengthOf: () => 0, workspaceOf: ([first = '']) => first },
  )
  await Promise.allSettled(['a', 'b'].map(write))
  expect(writes).toBe(1)
})

describe('of writes that go on together', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  /** Lets the event loop turn, without any time that passes. */
  const turn = () => setImmediate()

  function recorded(atOnce?: number) {
    const sizes: number[] = []
    const open: (() => void)[] = []
    const write = createBatch<string, string>(
      async (items) => {
        sizes.push(items.length)
        await new Promise<void>((resolve) => open.push(resolve))
        return items
      },
      { lengthOf: () => 0, workspaceOf, ...(atOnce && { atOnce }) },
    )
    const commit = async () => {
      open.shift()?.()
      await turn()
      await turn()
    }
    return { sizes, write, commit }
  }

  test('the next waits for as many as the last had, however they come', async () => {
    const { sizes, write, commit } = recorded()
    for (const it of ['a', 'b', 'c']) void write(it)
    await turn()
    await commit()
    vi.advanceTimersByTime(10)
    void write('a')
    await turn()
    await turn()
    expect(sizes).toEqual([3])
    for (const it of ['b', 'c']) void write(it)
    await turn()
    expect(sizes).toEqual([3, 3])
  })

  test('those that are there go without the others after a moment, and one alone waits for nobody then', async () => {
    const { sizes, write, commit } = recorded()
    for (const it of ['a', 'b', 'c']) void write(it)
    await turn()
    await commit()
    vi.advanceTimersByTime(10)
    void write('a')
    await turn()
    await turn()
    await vi.advanceTimersByTimeAsync(10)
    expect(sizes).toEqual([3, 1])
    await commit()
    void write('a')
    await turn()
    await turn()
    expect(sizes).toEqual([3, 1, 1])
  })

  test.each([1, 2])('%i are on their way at once', async (atOnce) => {
    const { sizes, write } = recorded(atOnce)
    for (let sent = 1; sent <= 3; sent++) {
      void write('a')
      await turn()
      await turn()
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(sizes).toEqual(Array(atOnce).fill(1))
  })
})
