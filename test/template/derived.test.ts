import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { render, type Scope } from '../../src/template/index.ts'
import { exampleScope, values } from './scope.ts'

/** The texts that a rendering learns, by text. */
function derived(source: string): [readonly string[], string][] {
  const learned = new Map<string, Set<string>>()
  const learn: Scope['learn'] = (names, made) => {
    learned.set(made.reveal(), new Set([...(learned.get(made.reveal()) ?? []), ...names]))
  }
  render(source, 'text', { ...exampleScope(), learn })
  return Array.from(learned, ([text, names]) => [[...names], text])
}
const base64 = (value: string) => Buffer.from(value).toString('base64')

test.each([
  ['a secret alone, which is known anyway', '{{ secrets.TOKEN }}', []],
  ['a filter that changed nothing', '{{ secrets.USER | trim | lower | raw }}', []],
  ['an expression without a secret', '{{ trigger.body.text | base64 }}', []],
  ['a default that was not needed and is no text', '{{ trigger.body.no | default: secrets.USER }}', []],
  [
    'a default that was not needed',
    '{{ trigger.body.value | default: secrets.USER }}',
    [[['USER'], values.inTrigger]],
  ],
  ['what was filtered before a secret came in', '{{ trigger.x | default: "bob" | upper | basic: "" }}', []],
  ['one filter', '{{ secrets.USER | upper }}', [[['USER'], 'ALICE']]],
  [
    'every filter of several',
    '{{ secrets.USER | upper | base64 }}',
    [
      [['USER'], 'ALICE'],
      [['USER'], base64('ALICE')],
    ],
  ],
  [
    'the same text twice',
    '{{ secrets.USER | upper }}{{ secrets.USER | upper | trim }}',
    [[['USER'], 'ALICE']],
  ],
  [
    'the pair and the token of basic credentials',
    '{{ secrets.USER | basic: secrets.PASSWORD }}',
    [
      `alice:${values.password}`,
      base64(`alice:${values.password}`),
      `Basic ${base64(`alice:${values.password}`)}`,
    ].map((text) => [['USER', 'PASSWORD'], text]),
  ],
  [
    'a secret that is only the key of a signature',
    '{{ trigger.rawBody | trim | hmac_sha256: secrets.USER }}',
    [[['USER'], expect.stringMatching(/^[0-9a-f]{64}$/)]],
  ],
])('the redactor learns the sensitive texts of %s', (_case, source, expected) => {
  expect(derived(source)).toEqual(expected)
})

test('the names of the secrets are reported, once each, even if a value was not needed', () => {
  const source = '{{ secrets.USER }}{{ trigger.body.no | default: secrets.TOKEN }}{{ secrets.USER }}'
  expect(render(source, 'text', exampleScope()).secrets).toEqual(['USER', 'TOKEN'])
})

test('derived texts are Sensitive', () => {
  const made: unknown[] = []
  const scope = { ...exampleScope(), learn: (...learned: unknown[]) => made.push(learned) }
  render('{{ secrets.USER | upper }}', 'text', scope)
  expect(made).toHaveLength(1)
  expect(inspect(made, { depth: 9 }) + JSON.stringify(made)).not.toContain('ALICE')
})
