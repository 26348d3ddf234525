import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Sensitive } from '../src/sensitive.ts'

const value = 'sk_live_do_not_show'
const sensitive = new Sensitive(value)

test('reveal returns the value', () => {
  expect(sensitive.reveal()).toBe(value)
})

test.each([
  ['toString', () => sensitive.toString()],
  ['String()', () => String(sensitive)],
  ['a template literal', () => `${sensitive}`],
  ['concatenation', () => `${sensitive as unknown as string}`.concat('')],
  ['valueOf', () => sensitive.valueOf()],
  ['JSON.stringify', () => JSON.parse(JSON.stringify(sensitive))],
  ['util.inspect', () => inspect(sensitive)],
  ['structuredClone', () => String(structuredClone(sensitive))],
])('%s shows only the mask', (_how, show) => {
  expect(show()).toBe('[secret]')
})

test('a container with a Sensitive never shows the value', () => {
  const container = { list: [sensitive], map: new Map([['key', sensitive]]) }
  const shown = [JSON.stringify(container), inspect(container, { depth: 9, showHidden: true })]
  shown.push(inspect(structuredClone(container), { depth: 9 }), Object.values(sensitive).join(''))
  expect(shown.join()).not.toContain(value)
})

test('a Sensitive counts as a secret unless it is made without one', () => {
  const plain = new Sensitive('plain', false)
  expect(sensitive.holdsSecret).toBe(true)
  expect(plain.holdsSecret).toBe(false)
  expect(Sensitive.madeOf('both', [plain, sensitive]).holdsSecret).toBe(true)
  expect(Sensitive.madeOf('plain ones', [plain, plain]).holdsSecret).toBe(false)
  expect(Sensitive.madeOf('text', []).reveal()).toBe('text')
  expect(inspect(plain) + JSON.stringify(plain)).not.toContain('plain')
})
