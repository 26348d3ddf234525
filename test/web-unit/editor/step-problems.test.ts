import { expect, test } from 'vitest'
import { checkFields, defineStep, describeFields, field } from '../../../src/steps/index.ts'
import { stepProblems } from '../../../web/src/editor/draft/step-problems.ts'

const type = defineStep({
  type: 'sample',
  title: 'Sample',
  description: 'A sample.',
  fields: {
    mode: field.choice({ label: 'Mode', options: ['a', 'b'], default: 'a' }),
    data: field.json({ label: 'Data', required: true }),
    rows: field.pairs({ label: 'Rows', required: true }),
    name: field.text({ label: 'Name', requiredWhen: { field: 'mode', is: 'b' } }),
    only: field.text({ label: 'Only', required: true, when: { field: 'mode', is: 'b' } }),
    url: field.url({ label: 'URL', required: true, default: 'https://example.com/' }),
  },
  output: { type: 'null' },
  run: async () => null,
})

const described = {
  __typename: 'StepType' as const,
  id: 'step-type:sample',
  type: type.type,
  title: type.title,
  description: type.description,
  summary: null,
  icon: null,
  hasCheck: false,
  output: type.output,
  fields: describeFields(type).map((it) => ({
    ...it,
    __typename: 'StepField' as const,
    options: it.options && [...it.options],
    optionLabels: it.optionLabels && [...it.optionLabels],
  })),
}

function missingIn(fields: Record<string, unknown>): string[] {
  const step = {
    id: 1,
    key: 'a',
    type: 'sample',
    fields,
    timeoutSeconds: null,
    retry: null,
    onError: 'STOP' as const,
    savedKey: 'a',
  }
  return stepProblems(step, described, { secrets: [], steps: [], laterSteps: [] }).map((it) => it.field)
}

function isAccepted(fields: Record<string, unknown>): boolean {
  try {
    checkFields({ key: 'a', type }, fields)
    return true
  } catch {
    return false
  }
}

const row = { name: 'n', value: 'v' }

test.each([
  [{ data: [], rows: [row] }, []],
  [{ data: '', rows: [row] }, ['data']],
  [{ data: null, rows: [] }, ['data', 'rows']],
  [{ data: 1, rows: [row], url: '' }, []],
  [{ data: 1, rows: [row], mode: 'b' }, ['name', 'only']],
  [{ data: 1, rows: [row], mode: 'b', name: 'x', only: '' }, ['only']],
  [{ data: 1, rows: [row], mode: '' }, []],
])('the form of %j misses %j, and only what it misses is refused on saving', (fields, missing) => {
  expect(missingIn(fields)).toEqual(missing)
  expect(isAccepted(fields)).toBe(missing.length === 0)
})

test('a field that an expression may show is required in the form, and saving leaves it to the run', () => {
  const fields = { data: 1, rows: [row], mode: '{{ trigger.mode }}' }
  expect(missingIn(fields)).toEqual(['only'])
  expect(isAccepted(fields)).toBe(true)
})
