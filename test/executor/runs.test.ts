import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const first = 'first_"value" & <of>/+=two_8264'
const second = 'second-value-of-two-93715'

let app: TestApp
let echo: EchoServer
let workspace: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ traces: true })
  echo = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('FIRST', first)
  await workspace.createSecret('SECOND', second)
})
afterAll(async () => {
  await app.expectNoCanary(first, second)
  await echo.close()
  await app.close()
})
beforeEach(() => {
  echo.received.length = 0
})

/** A step that posts a JSON body to the echo server. */
const post = (key: string, body: string) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url: echo.url, bodyKind: 'json', body },
})

const say = (key: string, text: string) => post(key, JSON.stringify({ text }))

async function run(steps: readonly object[], input?: unknown) {
  const automation = await workspace.createAutomation('Test', steps)
  return workspace.run(automation.id, input)
}

/** The bodies that the service received. */
const sent = () => echo.received.map(({ body }) => (JSON.parse(body) as { text: unknown }).text)

async function storedRun(id: string) {
  const [row] = await app.database.query<{ sealed_input: string | null; sealed: number }>(
    `select sealed_input, (select count(sealed_output)::int from step_run where run = run.id) as sealed
       from run where id::text = $1`,
    [id.slice(id.indexOf('.') + 1)],
  )
  return row
}

describe('a step without all its values sends nothing', () => {
  test('when a secret is missing, which the error names', async () => {
    const ended = await run([say('call', '{{ secrets.NOT_THERE }}')])
    expect(ended).toMatchObject({
      status: 'FAILED',
      output: null,
      error: { code: 'SECRET_NOT_FOUND', message: expect.stringContaining('NOT_THERE') },
      steps: [{ key: 'call', status: 'FAILED', output: null, error: { code: 'SECRET_NOT_FOUND' } }],
    })
    expect(echo.received).toEqual([])
  })

  test('when one of several secrets is missing', async () => {
    const ended = await run([say('call', '{{ secrets.FIRST }} {{ secrets.GONE_A }} {{ secrets.GONE_B }}')])
    expect(ended.error?.code).toBe('SECRET_NOT_FOUND')
    expect(ended.error?.message).toMatch(/GONE_A, GONE_B/)
    expect(ended.error?.message).not.toMatch(/FIRST/)
    expect(echo.received).toEqual([])
  })

  test('when the secret was deleted after the automation was saved', async () => {
    await workspace.createSecret('TEMPORARY', 'value that goes away soon')
    const { id } = await workspace.createAutomation('Test', [say('call', '{{ secrets.TEMPORARY }}')])
    expect(await workspace.run(id)).toMatchObject({ status: 'SUCCEEDED' })
    await workspace.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'TEMPORARY' } })
    expect(await workspace.run(id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'SECRET_NOT_FOUND', message: expect.stringContaining('TEMPORARY') },
    })
    expect(sent()).toEqual(['value that goes away soon'])
  })

  test('when a variable does not exist, which the error names', async () => {
    const ended = await run([say('call', '{{ secrets.FIRST }} {{ trigger.order.number }}')], { order: {} })
    expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'UNKNOWN_VARIABLE' } })
    expect(ended.error?.message).toContain('trigger.order.number')
    expect(echo.received).toEqual([])
  })
})

describe('values in a run', () => {
  test('a later step gets the unredacted output of an earlier one, and the stored output is redacted', async () => {
    const ended = await run([
      say('one', '{{ secrets.FIRST }}'),
      post('two', '{"text": {{ steps.one.output.body.body }} }'),
    ])
    expect(ended.status).toBe('SUCCEEDED')
    expect(sent()).toEqual([first, JSON.stringify({ text: first })])
    const [one] = ended.steps
    expect(one?.output).toMatchObject({ body: { body: '{"text":"[secret FIRST]"}' } })
    expect(JSON.stringify(ended.steps[1]?.output)).toContain('[secret FIRST]')
    await app.expectNoCanary(first)
  })

  test('a value that only a later step resolves is redacted in input, earlier outputs and errors', async () => {
    const ended = await run(
      [
        say('one', 'it came in: {{ trigger.note }}'),
        say('two', '{{ secrets.SECOND }}'),
        say('three', '{{ steps.one.output.gone }}'),
      ],
      { note: `is ${second}!`, [second]: 1 },
    )
    expect(sent()).toEqual([`it came in: is ${second}!`, second])
    expect(ended.input).toEqual({ note: 'is [secret SECOND]!', '[secret SECOND]': 1 })
    expect(ended.steps[0]?.output).toMatchObject({
      body: { body: '{"text":"it came in: is [secret SECOND]!"}' },
    })
    expect(ended.error?.code).toBe('UNKNOWN_VARIABLE')
    await app.expectNoCanary(second)
  })

  test('results of filters on a value are redacted like the value', async () => {
    const hmac = createHmac('sha256', first).update('message').digest('hex')
    const base64 = Buffer.from(`user:${first}`).toString('base64')
    const ended = await run(
      [
        say('hmac', '{{ trigger.text | hmac_sha256: secrets.FIRST }}'),
        say('basic', '{{ trigger.user | basic: secrets.FIRST }}'),
        say('upper', '{{ secrets.FIRST | upper }}'),
      ],
      { text: 'message', user: 'user' },
    )
    expect(ended.status).toBe('SUCCEEDED')
    expect(sent()).toEqual([hmac, expect.stringContaining(base64), first.toUpperCase()])
    await app.expectNoCanary(hmac, base64, first.toUpperCase())
    for (const step of ended.steps) expect(JSON.stringify(step.output)).toContain('[secret FIRST]')
  })

  test('the sealed data for a takeover are deleted when the run has ended', async () => {
    const ended = await run([say('one', '{{ secrets.FIRST }}'), say('two', 'x')], { note: first })
    expect(await storedRun(ended.id)).toEqual({ sealed_input: null, sealed: 0 })
  })
})

describe('the course of a run', () => {
  test('a failing step ends it, and later steps do not run', async () => {
    const ended = await run([
      say('one', 'one'),
      { key: 'two', type: 'custom-http', fields: { url: 'http://127.0.0.1:1/{{ secrets.FIRST }}' } },
      say('three', 'three'),
    ])
    expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'REQUEST_FAILED' }, output: null })
    expect(ended.error?.message).toMatch(/^Step two: /)
    expect(ended.steps.map(({ key, status }) => [key, status])).toEqual([
      ['one', 'SUCCEEDED'],
      ['two', 'FAILED'],
    ])
    expect(sent()).toEqual(['one'])
  })

  test("its output is that of the last step, and a step's secrets are the names it refers to", async () => {
    const ended = await run([
      say('one', '{{ secrets.SECOND }}{{ secrets.FIRST }}{{ secrets.SECOND }}'),
      { key: 'two', type: 'set-values', fields: { values: { status: '{{ steps.one.output.status }}' } } },
    ])
    expect(ended.output).toEqual(ended.steps[1]?.output)
    expect(ended.steps.map(({ secrets }) => new Set(secrets))).toEqual([
      new Set(['FIRST', 'SECOND']),
      new Set(),
    ])
  })

  test('an updated secret is used by the next run', async () => {
    await workspace.createSecret('CHANGING', 'the value before')
    const { id } = await workspace.createAutomation('Test', [say('call', '{{ secrets.CHANGING }}')])
    await workspace.run(id)
    const input = { workspace: 'acme', name: 'CHANGING', value: 'the value after' }
    await workspace.admin.mutate(documents.updateSecret, { input })
    await workspace.run(id)
    expect(sent()).toEqual(['the value before', 'the value after'])
    await app.expectNoCanary('the value before', 'the value after')
  })
})

describe('the test of a step', () => {
  const testStep = async (step: object, input?: unknown) => {
    const { result } = await workspace.admin.mutate(documents.testStep, {
      input: { workspace: 'acme', step, input },
    })
    return result
  }

  test('runs with its true values and shows them redacted', async () => {
    const result = await testStep(say('try', '{{ secrets.FIRST }} {{ trigger.n }}'), { n: 5 })
    expect(result).toMatchObject({ key: 'try', status: 'SUCCEEDED', secrets: ['FIRST'], error: null })
    expect(result.output.body.body).toBe('{"text":"[secret FIRST] 5"}')
    expect(sent()).toEqual([`${first} 5`])
  })

  test('shows why the step failed', async () => {
    const result = await testStep(say('try', '{{ secrets.NOT_THERE }}'))
    expect(result).toMatchObject({ status: 'FAILED', output: null, error: { code: 'SECRET_NOT_FOUND' } })
  })
})

test('every use of a secret is in the audit log with the run and the step', async () => {
  const ended = await run([say('recorded', '{{ secrets.SECOND }}')])
  const { data } = await workspace.admin.graphql(documents.filteredAuditLog, { actor: `run ${ended.id}` })
  expect(data.auditLog).toMatchObject([
    {
      action: 'secret.send',
      target: 'SECOND',
      actor: `run ${ended.id}`,
      detail: { step: 'recorded', method: 'POST', status: 200, decision: 'allowed' },
    },
    { action: 'secret.use', target: 'SECOND', actor: `run ${ended.id}`, detail: { step: 'recorded' } },
  ])
})
