import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const HIDDEN = '[hidden: this run used the secret PIN]'

let app: TestApp
let echo: EchoServer
let workspace: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('PIN', '4711')
  await workspace.createSecret(
    'ACCOUNT',
    JSON.stringify({ type: 'service_account', pin: 47110815, key: 'x9Yz8Wv7Ut6S' }),
  )
})
afterAll(async () => {
  await echo.close()
  await app.close()
})
beforeEach(async () => {
  echo.received.length = 0
  await bind()
})

/** The value is needed, because without it a policy cannot be widened. */
async function bind(...allowedHosts: string[]): Promise<void> {
  const input = { workspace: 'acme', name: 'PIN', value: '4711', allowedHosts }
  await workspace.admin.mutate(documents.updateSecret, { input })
}

const say = (key: string, text: string, url = echo.url) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url, bodyKind: 'json', body: JSON.stringify({ text }) },
})

async function run(steps: readonly object[], input: unknown) {
  const { id } = await workspace.createAutomation('Test', steps)
  const { status, error, output, input: stored, steps: ended } = await workspace.run(id, input)
  const shown = ended.map(({ key, status, output, error }) => ({ key, status, output, error }))
  return { status, error, output, input: stored, steps: shown }
}

const sent = () => echo.received.map(({ body }) => (JSON.parse(body) as { text: unknown }).text)

test('everything that a run shows is one constant text, before and after the step that used the value, for right and wrong guesses', async () => {
  const steps = [
    say('before', '{{ trigger.guess }}'),
    say('use', '{{ secrets.PIN }}'),
    say('after', '{{ steps.before.output.body.body }}'),
  ]
  const right = await run(steps, { guess: '4711' })
  expect(right).toMatchObject({ status: 'SUCCEEDED', output: HIDDEN, input: HIDDEN })
  expect(right.steps.map((it) => it.output)).toEqual([HIDDEN, HIDDEN, HIDDEN])
  expect(await run(steps, { guess: '4712' })).toEqual(right)
  // Steps work with the true values.
  expect(sent()).toEqual(['4711', '4711', '{"text":"4711"}', '4712', '4711', '{"text":"4712"}'])
})

test('an error shows its code, and its text for no guess', async () => {
  const steps = [say('use', '{{ secrets.PIN }}'), say('call', '{{ trigger.guess }}', '{{ trigger.guess }}')]
  const right = await run(steps, { guess: '4711' })
  expect(right.error).toEqual({ code: expect.any(String), message: `Step call: ${HIDDEN}` })
  expect(right.steps[1]?.error).toMatchObject({ message: HIDDEN })
  expect(await run(steps, { guess: '4712' })).toEqual(right)
})

test('a run that has used a bound value sends nothing to other hosts from then on', async () => {
  const other = echo.url.replace('127.0.0.1', 'localhost')
  await bind('127.0.0.1')
  const steps = [
    say('elsewhere', 'before', other),
    say('use', '{{ secrets.PIN }}'),
    say('guess', '{{ trigger.guess }}', other),
  ]
  const right = await run(steps, { guess: '4711' })
  expect(right.error?.code).toBe('DESTINATION_NOT_ALLOWED')
  expect(await run(steps, { guess: 'nothing like it' })).toEqual(right)
  expect(sent()).toEqual(['before', '4711', 'before', '4711'])
})

test('a guessable part of a value is masked in place', async () => {
  const ended = await run([say('use', '{{ secrets.ACCOUNT }}'), say('part', '{{ trigger.it }}')], {
    it: ['47110815', 'x9Yz8Wv7Ut6S', 'other'],
  })
  expect(ended.input).toEqual({ it: ['[secret ACCOUNT]', '[secret ACCOUNT]', 'other'] })
})
