import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const at = 'at { step field row line column }'
const refusal = `... on Error { message reason ${at} }`
const nowhere = { step: null, field: null, row: null, line: null, column: null }

const url = 'https://api.example.com'
const call = (fields: object, settings = {}) => ({ key: 'call', type: 'custom-http', fields, ...settings })
const body = (source: string) => call({ url, method: 'POST', bodyKind: 'json', body: source })

const refused: [string, object, object, string][] = [
  ['a field', call({}), { step: 'call', field: 'url' }, 'is required.'],
  [
    'a row of pairs',
    call({
      url,
      headers: [
        { name: 'A', value: '1' },
        { name: 'B B', value: '' },
      ],
    }),
    { step: 'call', field: 'headers', row: 2 },
    'its name is no header name',
  ],
  [
    'a template in a value of pairs',
    call({ url, headers: [{ name: 'A', value: 'x {{ nope }}' }] }),
    { step: 'call', field: 'headers', row: 1, line: 1, column: 6 },
    'value: A path begins with secrets',
  ],
  [
    'a template in a JSON body of several lines',
    body('{\n  "a": 1,\n  "b": "{{ nope }}"\n}'),
    { step: 'call', field: 'body', line: 3, column: 12 },
    'A path begins with secrets',
  ],
  [
    'a JSON body that is none',
    body('{\n  "a": {{ trigger.a }},\n]'),
    { step: 'call', field: 'body', line: 3 },
    'is not valid JSON.',
  ],
  [
    'a setting of a step, which is no field',
    call({ url }, { timeoutSeconds: 0 }),
    { step: 'call' },
    'timeoutSeconds is 0.',
  ],
  [
    'a step type that there is not',
    { ...call({}), type: 'send-pigeon' },
    { step: 'call' },
    'There is no step type',
  ],
]

test.each(refused)(
  'a refusal names the place of %s, and gives a reason without the place',
  async (_what, step, place, reason) => {
    const expected = { at: { ...nowhere, ...place }, reason: expect.stringContaining(reason) }
    const create = `mutation ($input: AutomationInput!) { createAutomation(input: $input) { ${refusal} } }`
    const created = await acme.admin.graphql(create, {
      input: { workspace: 'acme', name: 'Bad', steps: [step] },
    })
    expect(created.data.createAutomation).toMatchObject(expected)
    const test = `mutation ($input: TestStepInput!) { testStep(input: $input) { ${refusal} } }`
    const tested = await acme.admin.graphql(test, { input: { workspace: 'acme', step } })
    expect(tested.data.testStep).toMatchObject(expected)
  },
)

test('a refused schedule names its field, and a refused name has no place', async () => {
  const create = `mutation ($input: AutomationInput!) { createAutomation(input: $input) { ${refusal} } }`
  const schedule = { cron: '* * *', timeZone: 'UTC' }
  const input = { workspace: 'acme', name: 'Bad', steps: [], schedule }
  const { data } = await acme.admin.graphql(create, { input })
  expect(data.createAutomation).toMatchObject({ at: { ...nowhere, field: 'schedule.cron' } })
  const unnamed = await acme.admin.graphql(create, { input: { ...input, name: '', schedule: null } })
  expect(unnamed.data.createAutomation).toMatchObject({ at: null })
})

test('the error of a step has the place within the step, and the error of the run adds the step', async () => {
  const headers = [{ name: 'Host', value: 'other' }]
  const step = call({ url, headers })
  const test = `mutation ($input: TestStepInput!) {
    testStep(input: $input) { ... on TestStepSuccess { result { error { code ${at} } } } ${refusal} }
  }`
  const place = { ...nowhere, field: 'headers', row: 1 }
  const tested = await acme.admin.graphql(test, { input: { workspace: 'acme', step } })
  expect(tested.data.testStep).toEqual({ result: { error: { code: 'INVALID_FIELD', at: place } } })

  const { id: automation } = await acme.createAutomation('Fails', [step])
  const { id } = await acme.run(automation)
  const read = `query ($id: ID!) { run(id: $id) { error { ${at} } steps { error { ${at} } } } }`
  const { data } = await acme.admin.graphql(read, { id })
  expect(data.run).toEqual({ error: { at: { ...place, step: 'call' } }, steps: [{ error: { at: place } }] })
})

test('an error that was stored without a place has none', async () => {
  const { id: automation } = await acme.createAutomation('Old', [call({ url: '{{ trigger.url }}' })])
  const { id } = await acme.run(automation)
  const uuid = id.slice(id.indexOf('.') + 1)
  const error = { code: 'STEP_FAILED', message: 'Step call: It failed.' }
  await app.database.query('update run set error = $1 where id::text = $2', [error, uuid])
  const { data } = await acme.admin.graphql(`query ($id: ID!) { run(id: $id) { error { message ${at} } } }`, {
    id,
  })
  expect(data.run).toEqual({ error: { message: error.message, at: null } })
})
