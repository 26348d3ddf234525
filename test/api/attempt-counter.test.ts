import { expect, test } from 'vitest'
import { createAttemptCounter } from '../../src/api/attempt-counter.ts'

const rule = { window: 60, max: 3 }
const taken = { allowed: true, retryAfter: null }

function openCounter(mostKeys?: number) {
  const clock = { at: 0 }
  const counter = createAttemptCounter(() => clock.at, mostKeys)
  const attempt = (key = 'ann') => counter.consume(key, rule)
  const spend = async (key?: string) => {
    for (let count = 0; count < rule.max; count++) expect(await attempt(key)).toEqual(taken)
  }
  return { clock, attempt, spend }
}

test('refuses what is over the limit, and says after how many seconds the next attempt is taken', async () => {
  const { clock, attempt, spend } = openCounter()
  await spend()
  clock.at = 20_500
  expect(await attempt()).toEqual({ allowed: false, retryAfter: 40 })
  clock.at = 59_999
  expect(await attempt()).toEqual({ allowed: false, retryAfter: 1 })
  clock.at = 60_000
  await spend()
})

test('counts the attempts of each key for itself', async () => {
  const { attempt, spend } = openCounter()
  await spend('ann')
  await spend('bob')
  expect(await attempt('ann')).toMatchObject({ allowed: false })
})

test('attempts made at the same moment are all counted', async () => {
  const { attempt } = openCounter()
  const answers = await Promise.all(Array.from({ length: 10 }, () => attempt()))
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(rule.max)
})

test('keeps the attempts of the latest keys when there are too many', async () => {
  const { attempt, spend } = openCounter(2)
  for (const key of ['ann', 'bob', 'eve']) await spend(key)
  expect(await attempt('eve')).toMatchObject({ allowed: false })
  expect(await attempt('bob')).toMatchObject({ allowed: false })
  expect(await attempt('ann')).toEqual(taken)
})

test('a server does not count what was tried at another one in the same process', async () => {
  const [one, other] = [openCounter(), openCounter()]
  await one.spend()
  expect(await other.attempt()).toEqual(taken)
})
