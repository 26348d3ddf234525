import { expect, test } from 'vitest'
import { describeFields, field } from '../../src/steps/index.ts'
import { stepWith } from './sample-step.ts'

const noBounds = { min: null, max: null, integer: false, language: null }
const plain = { placeholder: null, group: null, defaultFrom: null, hasChoices: false }

test('the description of a field has all that a frontend needs to draw it', () => {
  const type = stepWith({
    mode: field.choice({ label: 'Mode', help: 'How.', options: ['a', 'b'], default: 'a', required: true }),
    token: field.text({ label: 'Token', secrets: true, when: { field: 'mode', is: 'b' } }),
    content: field.json({
      label: 'Content',
      requiredWhen: { field: 'mode', is: 'a' },
      textWhen: { field: 'mode', is: 'b' },
    }),
  })
  expect(describeFields(type)).toEqual([
    {
      name: 'mode',
      label: 'Mode',
      kind: 'choice',
      required: true,
      acceptsSecrets: false,
      options: ['a', 'b'],
      optionLabels: ['a', 'b'],
      ...plain,
      help: 'How.',
      ...noBounds,
      default: 'a',
      when: null,
      requiredWhen: null,
      textWhen: null,
      destinations: null,
    },
    {
      name: 'token',
      label: 'Token',
      kind: 'text',
      required: false,
      acceptsSecrets: true,
      options: null,
      optionLabels: null,
      ...plain,
      help: null,
      ...noBounds,
      default: null,
      when: { field: 'mode', is: 'b' },
      requiredWhen: null,
      textWhen: null,
      destinations: null,
    },
    expect.objectContaining({
      kind: 'json',
      requiredWhen: { field: 'mode', is: 'a' },
      textWhen: { field: 'mode', is: 'b' },
    }),
  ])
})

test('a number has its bounds, and code its language', () => {
  const type = stepWith({
    count: field.number({ label: 'Count', min: 0, max: 9, integer: true }),
    query: field.code({ label: 'Query', language: 'sql' }),
  })
  expect(describeFields(type)).toMatchObject([
    { min: 0, max: 9, integer: true, language: null },
    { ...noBounds, language: 'sql' },
  ])
})

test('a default that is false or zero is kept', () => {
  const type = stepWith({
    flag: field.boolean({ label: 'Flag', default: false }),
    count: field.number({ label: 'Count', default: 0 }),
  })
  expect(describeFields(type).map((it) => it.default)).toEqual([false, 0])
})

test('what serves people in a form is described', () => {
  const type = {
    ...stepWith({
      mode: field.choice({ label: 'Mode', options: ['a', 'b'], labels: { a: 'Add' }, group: 'More' }),
      to: field.text({ label: 'To', placeholder: 'ann@example.com' }),
      from: field.text({ label: 'From', defaultFrom: 'to' }),
    }),
    choices: { to: () => [] },
  }
  expect(describeFields(type)).toMatchObject([
    { optionLabels: ['Add', 'b'], group: 'More' },
    { placeholder: 'ann@example.com', hasChoices: true },
    { defaultFrom: 'to', hasChoices: false },
  ])
})
