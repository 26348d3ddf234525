import { expect, test } from 'vitest'
import { referencesIn, secretsIn } from '../../src/template/index.ts'

test.each([
  ['a text', 'no expression', []],
  ['an escaped expression', '\\{{ secrets.A }}', []],
  ['one expression', '{{ secrets.A }}', ['A']],
  ['a secret named twice', '{{ secrets.B }}{{ secrets.A }}{{ secrets.B }}', ['B', 'A']],
  ['filter arguments', '{{ secrets.USER | basic: secrets.PASSWORD }}', ['USER', 'PASSWORD']],
  ['the value of default', '{{ trigger.x | default: secrets.A | trim }}', ['A']],
  ['a reference inside quotes of an argument', '{{ trigger.x | default: "{{ secrets.A }}" }}', []],
  ['a quoted name', '{{ secrets["A"] }}', ['A']],
  ['lists', ['{{ secrets.B }}', ['{{ secrets.A }}']], ['B', 'A']],
  ['objects', { a: { b: [{ c: 'x {{ secrets.A }}' }] } }, ['A']],
  ['keys of objects', { '{{ secrets.K }}': { '{{ secrets.L }}': '{{ secrets.V }}' } }, ['K', 'L', 'V']],
  ['keys that are called like inherited ones', JSON.parse('{"__proto__":"{{ secrets.A }}"}'), ['A']],
  ['numbers, booleans, null and undefined', [1, true, null, undefined], []],
  ['keys of the trigger that are called secrets', '{{ trigger.secrets.A }}', []],
])('the secrets in %s are found', (_case, value, expected) => {
  expect(secretsIn(value)).toEqual(expected)
})

test('references are listed with their keys and positions', () => {
  expect(referencesIn(['{{ trigger.a[0] | default: steps.s.output }}'])).toEqual([
    { root: 'trigger', keys: ['a', 0], start: 3, end: 15 },
    { root: 'steps', keys: ['s', 'output'], start: 27, end: 41 },
  ])
})

test.each([
  ['{{ x }}', 'Line 1, column 4: '],
  [['', '{{ x }}'], '[1]: Line 1, column 4: '],
  [{ headers: [{ name: 'a', value: 'b {{ x }}' }] }, 'headers[0].value: Line 1, column 6: '],
  [{ 'a {{ x }}': 1 }, 'a {{ x }}: Line 1, column 6: '],
])('a malformed template in %j is named with its place', (value, place) => {
  expect(() => referencesIn(value)).toThrow(expect.objectContaining({ code: 'INVALID_TEMPLATE' }))
  expect(() => referencesIn(value)).toThrow(place)
})

test('data that is nested too deeply ends in an error and not in an exhausted stack', () => {
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  expect(() => secretsIn(deep)).toThrow(expect.objectContaining({ code: 'INVALID_FIELD' }))
})
