import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_variables_<&>"0123456789'

interface Group {
  kind: string
  title: string
  variables: { reference: string; label: string; sample: unknown }[]
}

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace
let id: string

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('API_KEY', value)
  await acme.createSecret('ANOTHER', 'the other value')
  const url = `${echo.url}/?key={{ secrets.API_KEY }}`
  const automation = await acme.createAutomation('Explore', [
    { key: 'call', type: 'custom-http', fields: { url } },
    { key: 'set', type: 'set-values', fields: { values: { 'first name': '{{ trigger.name }}', n: 1 } } },
    { key: 'last', type: 'set-values', fields: { values: 1 } },
  ])
  id = automation.id
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

async function explore(step?: string): Promise<Group[]> {
  const { data, errors } = await acme.admin.graphql(documents.variables, { id, step })
  expect(errors).toBeUndefined()
  return data.automation.variables
}

const titles = (groups: Group[]) => groups.map(({ kind, title }) => [kind, title])
const references = (group: Group | undefined) => group?.variables.map(({ reference }) => reference)

test.each([
  ['the first step', 'call', []],
  ['a later step', 'last', ['call', 'set']],
  ['no step', undefined, ['call', 'set', 'last']],
  ['a step that there is not yet', 'new', ['call', 'set', 'last']],
])('for %s, the earlier steps are listed between trigger and secrets', async (_what, step, earlier) => {
  expect(titles(await explore(step))).toEqual([
    ['TRIGGER', 'Trigger'],
    ...earlier.map((key) => ['STEP', key]),
    ['SECRETS', 'Secrets'],
  ])
})

test('before any run the declared outputs are listed without samples', async () => {
  const [trigger, call, secrets] = await explore('set')
  expect(trigger?.variables).toEqual([{ reference: '{{ trigger }}', label: 'trigger', sample: null }])
  expect(references(call)).toEqual(
    expect.arrayContaining(['{{ steps.call.output }}', '{{ steps.call.output.body }}']),
  )
  expect(call?.variables.every(({ sample }) => sample === null)).toBe(true)
  expect(secrets?.variables).toEqual([
    { reference: '{{ secrets.ANOTHER }}', label: 'ANOTHER', sample: null },
    { reference: '{{ secrets.API_KEY }}', label: 'API_KEY', sample: null },
  ])
})

describe('after a run', () => {
  beforeAll(async () => {
    const run = await acme.run(id, { name: 'Ada', 'odd key': 1, leak: value })
    expect(run.status).toBe('SUCCEEDED')
  })

  test('the trigger shows its input, redacted', async () => {
    const [trigger] = await explore()
    expect(trigger?.variables).toEqual([
      {
        reference: '{{ trigger }}',
        label: 'trigger',
        sample: { name: 'Ada', 'odd key': 1, leak: '[secret API_KEY]' },
      },
      { reference: '{{ trigger.name }}', label: 'name', sample: 'Ada' },
      { reference: '{{ trigger["odd key"] }}', label: 'odd key', sample: 1 },
      { reference: '{{ trigger.leak }}', label: 'leak', sample: '[secret API_KEY]' },
    ])
  })

  test('a step shows its output, redacted, each property once', async () => {
    const [, call, set] = await explore()
    const sample = (label: string) => call?.variables.find((it) => it.label === label)?.sample
    expect(sample('status')).toBe(200)
    expect(JSON.stringify(sample('body'))).toContain('[secret API_KEY]')
    expect(new Set(references(call)).size).toBe(references(call)?.length)
    expect(set?.variables).toEqual([
      { reference: '{{ steps.set.output }}', label: 'output', sample: { 'first name': 'Ada', n: 1 } },
      { reference: '{{ steps.set.output["first name"] }}', label: 'first name', sample: 'Ada' },
      { reference: '{{ steps.set.output.n }}', label: 'n', sample: 1 },
    ])
  })

  test('a secret has no sample', async () => {
    const secrets = (await explore()).at(-1)
    expect(secrets?.variables.map(({ sample }) => sample)).toEqual([null, null])
  })

  test('every reference is a template that a step accepts', async () => {
    const groups = await explore()
    const url = groups.flatMap(({ variables }) => variables.map(({ reference }) => reference)).join('/')
    const steps = [{ key: 'use', type: 'custom-http', fields: { url: `${echo.url}/${url}` } }]
    await expect(acme.createAutomation('Uses all', steps)).resolves.toMatchObject({ version: 1 })
  })
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
