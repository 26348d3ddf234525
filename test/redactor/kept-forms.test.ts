import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'

const VALUE = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
const PAIR = 'customer-17:x9Yz8Wv7Ut6Sr5Qp'

test('a value that another run has learned is masked under the name that it has here', () => {
  const value = new Sensitive(VALUE)
  const [one, other] = [createRedactor(), createRedactor()]
  one.learn(['ONE'], value)
  other.learn(['OTHER'], value)
  expect(one.text(`a ${VALUE}`)).toBe('a [secret ONE]')
  expect(other.text(`a ${VALUE}`)).toBe('a [secret OTHER]')
})

test('a redactor that has not learned a value knows no form of it, whoever else has', () => {
  createRedactor().learn(['KEY'], new Sensitive(VALUE))
  const other = createRedactor()
  other.learn(['OTHER'], new Sensitive('sk_live_another_value_0815'))
  expect(other.find(VALUE)).toEqual([])
})

test('a value is learned with its parts where that is wanted, also after it was learned without them', () => {
  const value = new Sensitive(PAIR)
  const [without, within] = [createRedactor(), createRedactor()]
  without.learn(['PAIR'], value, false)
  within.learn(['PAIR'], value, true)
  expect(without.find('x9Yz8Wv7Ut6Sr5Qp')).toEqual([])
  expect(within.find('x9Yz8Wv7Ut6Sr5Qp')).toEqual(['PAIR'])
})

test('the forms of a value keep neither it nor themselves in memory', async () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('Garbage cannot be collected at will.')
  const learned = learnAndLetGo()
  // A reference that was looked at stays until the turn ends.
  await new Promise((resolve) => setTimeout(resolve, 10))
  collect()
  expect(learned.deref()).toBe(undefined)
})

function learnAndLetGo(): WeakRef<Sensitive> {
  const value = new Sensitive(VALUE)
  createRedactor().learn(['KEY'], value)
  return new WeakRef(value)
}
