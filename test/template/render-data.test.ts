import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { renderData, type Scope } from '../../src/template/index.ts'
import { exampleScope, values } from './scope.ts'

const data = (value: unknown) => renderData(value, exampleScope()).value

test.each([
  ['{{ trigger.body.zero }}', 0],
  ['{{ trigger.body.no }}', false],
  ['{{ trigger.body.nothing }}', null],
  ['{{ trigger.body.items }}', [{ id: 7, name: 'first' }, { id: 8 }]],
  ['{{ trigger.body.zero | upper }}', '0'],
  ['{{ trigger.body.zero | raw }}', 0],
  ['{{ trigger.nope | default: 5 }}', 5],
  ['{{ trigger.nope | default: trigger.body.items }}', [{ id: 7, name: 'first' }, { id: 8 }]],
  [' {{ trigger.body.zero }}', ' 0'],
  ['{{ trigger.body.zero }}{{ trigger.body.no }}', '0false'],
  ['\\{{ x }}', '{{ x }}'],
  ['{{ trigger.body.looks }}', '{{ secrets.TOKEN }}'],
  [{ a: ['{{ trigger.body.zero }}', 1, null, true] }, { a: [0, 1, null, true] }],
  [
    { '{{ trigger.body.value }}': 1, 'k{{ trigger.body.zero }}': 2 },
    { [values.inTrigger]: 1, k0: 2 },
  ],
  [{ '{{ trigger.body.zero }}': 1 }, { 0: 1 }],
  [{ a: undefined, b: 1 }, { b: 1 }],
  [{ a: '{{ secrets.TOKEN }}' }, { a: values.token }],
  [5, 5],
  [null, null],
])('%j becomes %j', (value, expected) => {
  expect(data(value)).toStrictEqual(expected)
})

test.each([
  ['a missing path', ['{{ trigger.nope }}'], 'UNKNOWN_VARIABLE'],
  ['a missing path in a key', { '{{ trigger.nope }}': 1 }, 'UNKNOWN_VARIABLE'],
  ['a deleted secret after a missing path', ['{{ trigger.nope }}', '{{ secrets.GONE }}'], 'SECRET_NOT_FOUND'],
  ['a malformed template', [{ a: '{{' }], 'INVALID_TEMPLATE'],
  ['two keys that become one', { 'a{{ trigger.body.empty }}': 1, a: 2 }, 'INVALID_FIELD'],
  ['a date', { a: new Date(0) }, 'INVALID_FIELD'],
  ['a function', [() => 1], 'INVALID_FIELD'],
  ['a sensitive string', [new Sensitive(values.token)], 'INVALID_FIELD'],
  ['a number that JSON cannot hold', [Number.NaN], 'INVALID_FIELD'],
  ['nesting without end', JSON.parse('['.repeat(5000) + ']'.repeat(5000)), 'INVALID_FIELD'],
])('%s is refused', (_case, value, code) => {
  expect(() => data(value)).toThrow(expect.objectContaining({ code }))
})

test('secrets and derived texts of all strings and keys are reported', () => {
  const learned: [readonly string[], string][] = []
  const learn: Scope['learn'] = (names, made) => void learned.push([names, made.reveal()])
  const rendered = renderData(
    { '{{ secrets.USER | upper }}': ['{{ secrets.TOKEN | base64 }}', '{{ secrets.USER }}'] },
    { ...exampleScope(), learn },
  )
  expect(rendered.secrets).toEqual(['USER', 'TOKEN'])
  expect(learned).toEqual([
    [['USER'], 'ALICE'],
    [['TOKEN'], Buffer.from(values.token).toString('base64')],
  ])
})

test('the result is a copy, and changing it leaves the scope unchanged', () => {
  const scope = exampleScope()
  const { value } = renderData('{{ trigger.body.items }}', scope)
  ;(value as unknown[]).pop()
  expect(renderData('{{ trigger.body.items }}', scope).value).toHaveLength(2)
})

test('the key __proto__ becomes an own property and no prototype', () => {
  const { value } = renderData(
    JSON.parse('{"__proto__":{"polluted":"{{ trigger.body.no }}"}}'),
    exampleScope(),
  )
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":false}}')
})

test('any JSON value of the trigger keeps its type', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (v) => {
      const { value } = renderData(['{{ trigger }}'], { ...exampleScope(), trigger: v })
      expect(JSON.stringify(value)).toBe(JSON.stringify([v]))
    }),
  )
})

test('data without expressions stay unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (v) => {
      fc.pre(!JSON.stringify(v).includes('{{'))
      expect(JSON.stringify(renderData(v, exampleScope()).value)).toBe(JSON.stringify(v))
    }),
  )
})
