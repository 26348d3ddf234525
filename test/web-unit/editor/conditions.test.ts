import { expect, test } from 'vitest'
import { customHttp } from '../../../plugins/custom-http/custom-http.ts'
import { describeFields } from '../../../src/steps/index.ts'
import { isRequired } from '../../../web/src/editor/draft/conditions.ts'

const fields = describeFields(customHttp).map((it) => ({
  ...it,
  __typename: 'StepField' as const,
  options: it.options && [...it.options],
  optionLabels: it.optionLabels && [...it.optionLabels],
}))

test.each([
  ['page', true],
  ['offset', true],
  ['link', false],
  [undefined, false],
  ['{{ trigger.kind }}', false],
])('with pagination %s, the path to the items is required: %s', (pagination, expected) => {
  const field = fields.find(({ name }) => name === 'itemsPath')
  if (!field) throw new Error('There is no such field.')
  expect(isRequired(field, fields, { pagination })).toBe(expected)
})
