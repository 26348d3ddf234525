import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_live_earlier-"4eC39HqLyjWDarjtT1zdp7dc'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace
let run: EndedRun

beforeAll(async () => {
  app = await startTestApp({ traces: true })
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', value)
  const missing = { key: 'missing', type: 'custom-http', fields: { url: `${echo.url}/{{ trigger.gone }}` } }
  const { id } = await acme.createAutomation('Look up', [post('lookup', '{{ secrets.KEY }}'), missing])
  run = await acme.run(id)
  expect(run.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED'])
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await echo.close()
  await app.close()
})
beforeEach(() => {
  echo.received.length = 0
})

const post = (key: string, text: string) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url: echo.url, bodyKind: 'json', body: JSON.stringify({ text }) },
})

const asked = (step: object, earlier: readonly object[]) =>
  acme.admin.graphql(documents.testStep, { input: { workspace: 'acme', step, earlier } })

async function tested(step: object, earlier: readonly object[]) {
  const { data } = await asked(step, earlier)
  expect(data.testStep).toMatchObject({ __typename: 'TestStepSuccess' })
  return data.testStep.result
}

const sent = () => echo.received.map(({ body }) => (JSON.parse(body) as { text: unknown }).text)

describe('a tested step reads', () => {
  test('samples, as it would read what earlier steps gave', async () => {
    const step = post('tell', '{{ steps.lookup.output.body.items[1].id }} and {{ steps.other.output.n }}')
    const earlier = [
      { key: 'lookup', output: { body: { items: [{ id: 'a' }, { id: 'b' }] } } },
      { key: 'other', output: { n: 7 } },
    ]
    expect(await tested(step, earlier)).toMatchObject({ key: 'tell', status: 'SUCCEEDED' })
    expect(sent()).toEqual(['b and 7'])
  })

  test('the digits of a large number as they are in the sample', async () => {
    // The client of the tests would round it.
    const query = documents.testStep.replace('($input', '($step: StepInput!').replace(': TestStepInput!', '')
    const inline = query.replace(
      'input: $input',
      'input: { workspace: "acme", step: $step, earlier: [{ key: "lookup", output: 7615917337495251231 }] }',
    )
    await acme.admin.graphql(inline, { step: post('tell', '{{ steps.lookup.output }}') })
    expect(sent()).toEqual(['7615917337495251231'])
  })

  test('what a step gave in a run, also under another key', async () => {
    const step = post('tell', '{{ steps.found.output.status }}')
    expect(await tested(step, [{ key: 'found', run: run.id, keyInRun: 'lookup' }])).toMatchObject({
      status: 'SUCCEEDED',
    })
    expect(sent()).toEqual(['200'])
  })

  test('nothing of an earlier step of which nothing is given', async () => {
    const result = await tested(post('tell', '{{ steps.lookup.output.status }}'), [])
    expect(result).toMatchObject({ status: 'FAILED', error: { code: 'UNKNOWN_VARIABLE' } })
    expect(sent()).toEqual([])
  })
})

describe('a sample gives nobody a value', () => {
  test('a template in it is text, in the sample and in its keys', async () => {
    const output = { note: '{{ secrets.KEY }}', '{{ secrets.KEY }}': 1 }
    const step = post('tell', '{{ steps.lookup.output | json }} {{ steps.lookup.output.note }}')
    const result = await tested(step, [{ key: 'lookup', output }])
    expect(result).toMatchObject({ status: 'SUCCEEDED', secrets: [] })
    expect(sent()).toEqual([`${JSON.stringify(output)} {{ secrets.KEY }}`])
  })

  test('a mark in it is sent as a mark, also from a stored output', async () => {
    const step = post('tell', '{{ steps.lookup.output.body.body }}')
    await tested(step, [{ key: 'lookup', run: run.id }])
    await tested(step, [{ key: 'lookup', output: { body: { body: '[secret KEY]' } } }])
    expect(sent()).toEqual(['{"text":"[secret KEY]"}', '[secret KEY]'])
  })

  test('a value that stands in it belongs to its secret, through filters too', async () => {
    const step = post('tell', '{{ secrets.KEY }} {{ steps.lookup.output.text | base64 | base64 }}')
    const result = await tested(step, [{ key: 'lookup', output: { text: `is ${value}` } }])
    expect(result.output.body.body).toBe('{"text":"[secret KEY] [secret KEY]"}')
  })

  test('a run of another workspace is refused like one that there is not', async () => {
    const other = await app.signUp('Mallory')
    await other.mutate(documents.createWorkspace, { input: { id: 'mallory', name: 'Mallory' } })
    const step = post('tell', '{{ steps.lookup.output.body.body }}')
    const input = { workspace: 'mallory', step, earlier: [{ key: 'lookup', run: run.id }] }
    const unknown = { ...input, earlier: [{ key: 'lookup', run: run.id.replace(/.$/, 'f') }] }
    const answers = await Promise.all(
      [input, unknown].map((it) => other.graphql(documents.testStep, { input: it })),
    )
    const refusals = answers.map(({ data }) => data.testStep)
    expect(refusals.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect(refusals[0].message.replaceAll(run.id, 'ID')).toBe(
      refusals[1].message.replaceAll(unknown.earlier[0]?.run, 'ID'),
    )
    expect(sent()).toEqual([])
  })

  test('nothing of it stays when the test has ended', async () => {
    await tested(post('tell', '{{ steps.lookup.output.text }}'), [
      { key: 'lookup', output: { text: 'a sample' } },
    ])
    const rows = await app.database.query(
      'select sealed_input, input from run where automation is null order by id desc limit 1',
    )
    expect(rows).toEqual([{ sealed_input: null, input: null }])
  })
})

test.each([
  ['of a step that failed in the run', () => [{ key: 'missing', run: run.id }], 'NOT_FOUND'],
  ['of a step that the run has not', () => [{ key: 'lookup', run: run.id, keyInRun: 'x' }], 'NOT_FOUND'],
  ['for the step that is tested', () => [{ key: 'tell', output: 1 }], 'INVALID_FIELD'],
  ['for a key that no step can have', () => [{ key: '__proto__', output: 1 }], 'INVALID_FIELD'],
  ['twice for one step', () => [1, 2].map((output) => ({ key: 'lookup', output })), 'INVALID_FIELD'],
  ['both as a sample and from a run', () => [{ key: 'a', output: 1, run: run.id }], 'INVALID_FIELD'],
  ['over 5 MiB', () => [{ key: 'a', output: 'x'.repeat(5 * 1024 * 1024) }], 'LIMIT_REACHED'],
  [
    'of more steps than there can be',
    () => Array.from({ length: 1000 }, (_, n) => ({ key: `a${n}`, output: n })),
    'LIMIT_REACHED',
  ],
])('an output %s is refused, and nothing runs', async (_what, earlier, code) => {
  const { data } = await asked(post('tell', 'hello'), earlier())
  expect(data.testStep).toMatchObject({ code })
  expect(sent()).toEqual([])
})
