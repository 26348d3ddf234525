import { expect, test } from 'vitest'
import { rememberBriefly } from '../../src/egress/lookup-cache.ts'

const found = [{ address: '93.184.216.34', family: 4 as const }]

function counting(fails = false) {
  const asked: string[] = []
  const clock = { ms: 0 }
  const lookup = rememberBriefly(
    async (host) => {
      asked.push(host)
      if (fails) throw new Error('no answer')
      return found
    },
    () => clock.ms,
  )
  return { asked, clock, lookup }
}

test('a name is asked for once a second at most', async () => {
  const { asked, clock, lookup } = counting()
  await Promise.all([lookup('a.test'), lookup('a.test')])
  clock.ms = 999
  expect(await lookup('a.test')).toEqual(found)
  expect(asked).toEqual(['a.test'])
  clock.ms = 1_000
  await lookup('a.test')
  expect(asked).toEqual(['a.test', 'a.test'])
})

test('each name is asked for by itself', async () => {
  const { asked, lookup } = counting()
  await lookup('a.test')
  await lookup('b.test')
  expect(asked).toEqual(['a.test', 'b.test'])
})

test('a failure is not remembered', async () => {
  const { asked, lookup } = counting(true)
  await expect(lookup('a.test')).rejects.toThrow('no answer')
  await expect(lookup('a.test')).rejects.toThrow('no answer')
  expect(asked).toHaveLength(2)
})

test('the oldest of very many names is forgotten', async () => {
  const { asked, lookup } = counting()
  for (let index = 0; index <= 1_000; index++) await lookup(`${index}.test`)
  await lookup('1.test')
  await lookup('0.test')
  expect(asked.slice(1_001)).toEqual(['0.test'])
})
