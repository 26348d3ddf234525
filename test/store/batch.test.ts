import { expect, test } from 'vitest'
import { createBatch } from '../../src/store/runs/batch.ts'

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
    () => 0,
  )
  const written = await Promise.allSettled(['bad', 'good', 'fine'].map(write))
  expect(sizes[0]).toBe(3)
  expect(written.map(({ status }) => status)).toEqual(expected)
})
