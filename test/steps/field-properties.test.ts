import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError, checkFields, renderFields, Sensitive, secretReferences } from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'
import { sample } from './sample-step.ts'

const canary = 'CANARY7f'
const scope = {
  secrets: new Map([['KEY', new Sensitive(canary)]]),
  trigger: { text: canary, list: [canary] },
  steps: {},
  ...noProvenance,
}

// Texts that resemble field contents, so that many pass and many fail late.
const text = fc.oneof(
  fc.constantFrom('', 'plain', 'extra', 'true', 'https://a.test/', '{"a":1}', '\\{{', '{{', `x ${canary}\n`),
  fc.constantFrom(
    '{{ secrets.KEY }}',
    '{{ trigger.text }}',
    '{{ trigger.list }}',
    '{{ secrets.KEY | base64 }}',
  ),
  fc.constantFrom('https://a.test/{{ secrets.KEY }}', '{"a": {{ secrets.KEY }}}', '{{ secrets.GONE }}'),
  fc.string(),
)
const pairs = fc.array(fc.record({ name: text, value: text }), { maxLength: 3 })
const json = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 3 }),
  map: fc.dictionary(text, tie('any'), { maxKeys: 3 }),
})).any
const names = Object.keys(sample.fields)
const raw = fc.dictionary(fc.constantFrom(...names), fc.oneof(text, pairs, json, fc.integer()), {
  maxKeys: 3,
})

/** The AppError of an action, or its result. Any other error fails the test. */
function outcome<T>(action: () => T): T | AppError {
  try {
    return action()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

test('saving and rendering throw only AppErrors, and no message contains a value', () => {
  fc.assert(
    fc.property(raw, (fields) => {
      const saved = outcome(() => checkFields({ key: 'k', type: sample }, fields))
      const rendered = outcome(() => renderFields(sample, fields, scope))
      const messages = [saved, rendered].flatMap((it) => (it instanceof AppError ? [it.message] : []))
      // The key of an object appears in messages as part of the path to the fault. It is a name.
      if (!Object.values(fields).some(hasCanaryKey)) expect(messages.join()).not.toContain(canary)
    }),
    { numRuns: 2000 },
  )
})

test('saved fields without anything that depends on a run can be rendered', () => {
  fc.assert(
    fc.property(raw, (fields) => {
      fc.pre(!JSON.stringify(fields).includes('{{ '))
      const saved = outcome(() => checkFields({ key: 'k', type: sample }, fields))
      fc.pre(!(saved instanceof AppError))
      expect(outcome(() => renderFields(sample, fields, scope))).not.toBeInstanceOf(AppError)
    }),
    { numRuns: 500 },
  )
})

test('rendering reports exactly the secrets that the step refers to', () => {
  fc.assert(
    fc.property(raw, (fields) => {
      const rendered = outcome(() => renderFields(sample, fields, scope))
      fc.pre(!(rendered instanceof AppError))
      const listed = secretReferences(sample, fields).map((it) => it.name)
      expect([...rendered.secrets]).toEqual([...new Set(listed)])
    }),
    { numRuns: 500 },
  )
})

test("a step gets a secret's value only as a Sensitive", () => {
  fc.assert(
    fc.property(raw, (fields) => {
      const trigger = { text: 'other', list: [] }
      fc.pre(!JSON.stringify(fields).includes(canary))
      const rendered = outcome(() => renderFields(sample, fields, { ...scope, trigger }))
      fc.pre(!(rendered instanceof AppError))
      expect(JSON.stringify(rendered.input)).not.toContain(canary)
    }),
    { numRuns: 500 },
  )
})

function hasCanaryKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, it]) => key.includes(canary) || hasCanaryKey(it))
}
