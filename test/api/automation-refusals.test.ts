import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { GraphqlAnswer } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { unknown } from '../support/operations.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
let automation: string

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await createTestWorkspace(app, 'globex')
  automation = (await acme.createAutomation('Good', [])).id
})
afterAll(() => app.close())

const url = 'https://api.example.com'
const call = (fields: unknown, key = 'call') => ({ key, type: 'custom-http', fields })

/** Deeper than any recursion reaches. */
function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

const badSteps: [string, object[], string, RegExp][] = [
  [
    'a step type that is misspelt',
    [{ key: 'a', type: 'custom-htpp', fields: {} }],
    'UNKNOWN_STEP_TYPE',
    /no step type "custom-htpp"\. Did you mean "custom-http"\?/,
  ],
  [
    'a step type that is nothing like one',
    [{ key: 'a', type: 'send-pigeon', fields: {} }],
    'UNKNOWN_STEP_TYPE',
    /There is: .*custom-http/,
  ],
  [
    'a step type of the prototype',
    [{ key: 'a', type: '__proto__', fields: {} }],
    'UNKNOWN_STEP_TYPE',
    /__proto__/,
  ],
  [
    'an unknown field',
    [call({ url, header: [] })],
    'INVALID_FIELD',
    /Step "call".*no field "header".*"headers"/,
  ],
  ['a missing required field', [call({})], 'INVALID_FIELD', /Step "call".*field "url".*is required/],
  ['an empty required field', [call({ url: '' })], 'INVALID_FIELD', /field "url".*is required/],
  ['a choice that there is not', [call({ url, method: 'FETCH' })], 'INVALID_FIELD', /field "method"/],
  [
    'a field of the wrong kind',
    [call({ url, timeoutSeconds: 'soon' })],
    'INVALID_FIELD',
    /field "timeoutSeconds"/,
  ],
  ['fields that are a list', [call([])], 'INVALID_FIELD', /must be an object/],
  ['fields that are a text', [call('url')], 'INVALID_FIELD', /must be an object/],
  [
    'a secret where none can be',
    [{ key: 'set', type: 'set-values', fields: { values: { a: '{{ secrets.THE_KEY }}' } } }],
    'SECRET_NOT_ALLOWED',
    /Step "set".*field "values".*"secrets\.THE_KEY".*cannot hold a secret/,
  ],
  [
    'a secret in a choice',
    [call({ url, method: '{{ secrets.THE_KEY }}' })],
    'SECRET_NOT_ALLOWED',
    /field "method".*these fields can: url/,
  ],
  [
    'a secret in the name of a header',
    [call({ url, headers: [{ name: '{{ secrets.THE_KEY }}', value: 'x' }] })],
    'SECRET_NOT_ALLOWED',
    /a name cannot hold a secret/,
  ],
  [
    'a template that does not end',
    [call({ url: `${url}/{{ secrets.THE_KEY` })],
    'INVALID_TEMPLATE',
    /field "url".*Line 1, column \d+/,
  ],
  [
    'a malformed template on another line',
    [call({ url, method: 'POST', bodyKind: 'text', body: 'one\ntwo {{ nonsense.x }}' })],
    'INVALID_TEMPLATE',
    /field "body".*Line 2, column \d+/,
  ],
  [
    'a filter that there is not',
    [call({ url: `${url}/{{ trigger | rot13 }}` })],
    'INVALID_TEMPLATE',
    /rot13/,
  ],
  ['two steps of one key', [call({ url }), call({ url })], 'INVALID_FIELD', /Two steps have the key call/],
  [
    '101 steps',
    Array.from({ length: 101 }, (_, i) => call({ url }, `s${i}`)),
    'LIMIT_REACHED',
    /at most 100 steps/,
  ],
  [
    'steps over 1 MiB',
    [call({ url, bodyKind: 'text', body: 'x'.repeat(1_048_577) })],
    'LIMIT_REACHED',
    /1 MiB/,
  ],
  ['fields nested without end', [call({ url: nested(3000) })], 'LIMIT_REACHED', /nested/],
  ...['', '1st', 'a b', 'a.b', 'ä', 'a'.repeat(65), '__proto__', 'a\0b'].map(
    (key): [string, object[], string, RegExp] => [
      `the key ${JSON.stringify(key.slice(0, 10))}`,
      [call({ url }, key)],
      'INVALID_FIELD',
      /A step's key is a letter, then letters, digits and _, 64 at most/,
    ],
  ),
]

async function unchanged(change: () => Promise<GraphqlAnswer>): Promise<GraphqlAnswer> {
  const before = await readRows(app.database)
  const answer = await change()
  expect(await readRows(app.database)).toEqual(before)
  return answer
}

describe.each(['create', 'update', 'test'] as const)('%s refuses', (how) => {
  const cases = badSteps.filter(([, steps]) => how !== 'test' || steps.length === 1)
  test.each(cases)('%s', async (_what, steps, code, says) => {
    const { data, errors } = await unchanged(() => {
      if (how === 'test') {
        const input = { workspace: 'acme', step: steps[0] }
        return acme.admin.graphql(documents.testStep, { input })
      }
      if (how === 'create') {
        const input = { workspace: 'acme', name: 'Bad', steps }
        return acme.admin.graphql(documents.createAutomation, { input })
      }
      const input = { id: automation, version: 1, name: 'Bad', steps }
      return acme.admin.graphql(documents.updateAutomation, { input })
    })
    expect(errors).toBeUndefined()
    const [result] = Object.values(data) as { code?: string; message?: string }[]
    expect(result).toMatchObject({ code, message: expect.stringMatching(says) })
  })
})

test.each([
  ['an empty name', '', /empty\. Give one/],
  ['a name of white space', '  ', /empty\. Give one/],
  ['a name over 200 characters', 'x'.repeat(201), /over 200 characters\. Shorten it/],
  ['a name with a line break', 'a\nb', /control character\. Take it out/],
  ['a name with half of a surrogate pair', 'a\ud800b', /surrogate pair/],
])('%s is refused', async (_what, name, says) => {
  const steps: object[] = []
  const create = { input: { workspace: 'acme', name, steps } }
  const update = { input: { id: automation, version: 1, name, steps } }
  const created = await unchanged(() => acme.admin.graphql(documents.createAutomation, create))
  const updated = await unchanged(() => acme.admin.graphql(documents.updateAutomation, update))
  const refusal = { code: 'INVALID_NAME', message: expect.stringMatching(says) }
  expect(created.data.createAutomation).toMatchObject(refusal)
  expect(updated.data.updateAutomation).toMatchObject(refusal)
})

test("an unknown id of the caller's workspace is NOT_FOUND", async () => {
  const id = unknown('acme')
  const update = { input: { id, version: 1, name: 'x', steps: [] } }
  const updated = await unchanged(() => acme.admin.graphql(documents.updateAutomation, update))
  const deleted = await unchanged(() => acme.admin.graphql(documents.deleteAutomation, { id }))
  const run = await unchanged(() =>
    acme.admin.graphql(documents.runAutomation, { input: { automation: id } }),
  )
  const cancelled = await unchanged(() => acme.admin.graphql(documents.cancelRun, { id }))
  expect(updated.data.updateAutomation).toMatchObject({ code: 'NOT_FOUND' })
  expect(deleted.data.deleteAutomation).toMatchObject({ code: 'NOT_FOUND' })
  expect(run.data.runAutomation).toMatchObject({ code: 'NOT_FOUND' })
  expect(cancelled.data.cancelRun).toMatchObject({ code: 'NOT_FOUND' })
})

test.each([
  ['an id of another workspace', () => unknown('globex')],
  ['an id of a workspace that does not exist', () => unknown('initech')],
  ['an id without its workspace', () => automation.slice('acme.'.length)],
  ['an id in upper case', () => automation.toUpperCase()],
  ['an id that goes on', () => `${automation}0`],
  ['an empty id', () => ''],
])('%s is FORBIDDEN', async (_what, id) => {
  const change = { input: { id: id(), version: 1, name: 'x', steps: [] } }
  const { errors } = await unchanged(() => acme.admin.graphql(documents.updateAutomation, change))
  expect(errors).toMatchObject([{ path: ['updateAutomation'], extensions: { code: 'FORBIDDEN' } }])
})

test.each(['globex', 'initech', ''])('an automation in workspace %j is FORBIDDEN', async (workspace) => {
  const create = { input: { workspace, name: 'x', steps: [] } }
  const { errors } = await unchanged(() => acme.admin.graphql(documents.createAutomation, create))
  expect(errors).toMatchObject([{ path: ['createAutomation'], extensions: { code: 'FORBIDDEN' } }])
})

test.each([
  ['over 5 MiB', 'x'.repeat(5 * 1024 * 1024), 'LIMIT_REACHED', /at most 5 MiB/],
  ['nested without end', nested(3000), 'LIMIT_REACHED', /nested/],
])("a run's input %s is refused", async (_what, trigger, code, says) => {
  const input = { automation, input: trigger }
  const { data, errors } = await unchanged(() => acme.admin.graphql(documents.runAutomation, { input }))
  expect(errors).toBeUndefined()
  expect(data.runAutomation).toMatchObject({ code, message: expect.stringMatching(says) })
})
