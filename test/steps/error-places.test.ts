import { expect, test } from 'vitest'
import { checkFields, type ErrorPlace } from '../../src/steps/index.ts'
import { errorOf, sample } from './sample-step.ts'

const check = (raw: unknown) => checkFields({ key: 'fetch', type: sample }, raw)

test.each<[string, unknown, ErrorPlace, string]>([
  ['fields that are none', [], {}, 'the fields must be an object, each field by its name.'],
  ['a number', { count: 11 }, { field: 'count' }, 'must be a whole number from 1 to 10, or one'],
  ['a row', { pairs: [{ name: '', value: '' }] }, { field: 'pairs', row: 1 }, 'its name is empty.'],
  [
    'a secret in a name',
    { pairs: [{ name: '{{ secrets.KEY }}', value: '' }] },
    { field: 'pairs', row: 1 },
    'name: refers to "secrets.KEY"',
  ],
  [
    'JSON that is none',
    { json: '{\n"a": {{ trigger }},\n]' },
    { field: 'json', line: 3 },
    'is not valid JSON. A template stands',
  ],
  [
    'a template',
    { lines: 'a\n{{ trigger.a ! }}' },
    { field: 'lines', line: 2, column: 14 },
    'This character',
  ],
  [
    'a template inside of a structure, whose lines are not those of the field',
    { json: { a: '{{ nope }}' } },
    { field: 'json' },
    '"a": Line 1, column 4: A path begins',
  ],
])('the error of %s has its place as data, and a reason without it', (_what, raw, at, reason) => {
  const error = errorOf(() => check(raw))
  expect(error.at).toEqual({ step: 'fetch', ...at })
  expect(error.reason.slice(0, reason.length)).toBe(reason)
  expect(error.message).toMatch(/^Step "fetch": /)
})
