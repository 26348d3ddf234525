import fc from 'fast-check'
import { expect, test } from 'vitest'
import { render } from '../../src/template/index.ts'
import { exampleScope, values } from './scope.ts'

const json = (source: string, trigger: unknown = exampleScope().trigger) =>
  render(source, 'json', { ...exampleScope(), trigger }).text

test.each([
  ['{}', {}],
  ['{"a":{{ trigger.body.zero }}}', { a: 0 }],
  ['{"a":{{ trigger.body.no }}}', { a: false }],
  ['{"a":{{ trigger.body.nothing }}}', { a: null }],
  ['{"a":{{ trigger.body.value }}}', { a: values.inTrigger }],
  ['{"a":{{ trigger.body.items }}}', { a: [{ id: 7, name: 'first' }, { id: 8 }] }],
  ['{"a":{{trigger.body.items[1]}}}', { a: { id: 8 } }],
  ['[{{ trigger.body.quote }},{{ secrets.TOKEN }}]', ['say "hi"\n\\', values.token]],
  ['{{ trigger.body.list }}', ['x', 1, null, true]],
  ['"{{ trigger.body.quote }}"', 'say "hi"\n\\'],
  ['"a {{ trigger.body.quote }} b"', 'a say "hi"\n\\ b'],
  ['{"a":"{{ trigger.body.zero }}"}', { a: '0' }],
  ['{"a":"{{ trigger.body.nothing }}"}', { a: '' }],
  ['{"a":"{{ trigger.body.items[1] }}"}', { a: '{"id":8}' }],
  ['{"a":"\\"{{ trigger.body.quote }}\\\\"}', { a: '"say "hi"\n\\\\' }],
  ['{ {{ trigger.body.value }}: 1, "k{{ trigger.body.zero }}": 2 }', { [values.inTrigger]: 1, k0: 2 }],
  ['{"a":{{ trigger.body.items[1] | json }}}', { a: { id: 8 } }],
  ['{"a":"{{ trigger.body.items[1] | json }}"}', { a: '{"id":8}' }],
  ['{"a":{{ trigger.body.quote | raw }}}', { a: 'say "hi"\n\\' }],
  ['{"a":{{ trigger.nope | default: "none" }}}', { a: 'none' }],
  ['{"a":"{{ trigger.nope | default: "no\\"ne" }}"}', { a: 'no"ne' }],
  ['{"a":{{ trigger.body.looks }}}', { a: '{{ secrets.TOKEN }}' }],
  ['{"a":"\\{{ x }}"}', { a: '{{ x }}' }],
  ['{"a":{{ trigger.body.zero | upper }}}', { a: '0' }],
  ['{"a":"{{ secrets.LINES }}"}', { a: 'one\ntwo' }],
])('%s is JSON with the value in it', (source, expected) => {
  expect(JSON.parse(json(source))).toEqual(expected)
})

test.each([
  [''],
  ['{'],
  ['{"a":}'],
  ["{'a':1}"],
  ['{"a":{{ trigger.body.value }}'],
  ['{"a":"{{ trigger.body.value }}}'],
  ['{"a":{{ trigger.body.value }}"}'],
  ['{"a":{{ trigger.body.value }},}'],
  ['{"a":x{{ trigger.body.value }}}'],
  ['{{ trigger.body.value }}{{ trigger.body.value }}'],
  ['{ {{ trigger.body.zero }}: 1 }'],
  ['{"a":{{ secrets.TOKEN }}'],
  ['{"a":"\n{{ secrets.TOKEN }}"}'],
  ['\\\\{{ secrets.TOKEN }}'],
])('%j is refused, and neither message nor cause quotes a value', (source) => {
  try {
    json(source)
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_FIELD' })
    expect(error).not.toHaveProperty('cause')
    expect(String(error)).not.toMatch(/sk_live|VALUE-of/)
  }
})

test('for any value, the JSON parses to exactly that value, without an added key', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (v, s) => {
      const source =
        '{"typed":{{ trigger.v }},"text":"<{{ trigger.s }}>","{{ trigger.s }}!":"{{ trigger.v }}"}'
      const parsed: unknown = JSON.parse(json(source, { v, s }))
      const text = v === null ? '' : typeof v === 'object' ? JSON.stringify(v) : String(v)
      expect(parsed).toEqual({ typed: JSON.parse(JSON.stringify(v)), text: `<${s}>`, [`${s}!`]: text })
    }),
    { numRuns: 500 },
  )
})
