import { AssertionError } from 'node:assert'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineStep, field } from '../../../src/steps/index.ts'
import { canary, type LeakCase, leakTest, type Situation } from '../../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from '../../plugins/echo-server.ts'
import { harmless, leaks, stepThat } from './leaky-steps.ts'

let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer(({ headers }, response) => response.end(JSON.stringify(headers)))
})
afterAll(() => server[Symbol.asyncDispose]())

const caseWith = (more: Partial<LeakCase> = {}): LeakCase => ({
  name: 'sends',
  fields: { url: server.origin, token: '{{ secrets.TOKEN }}' },
  ...more,
})

const leaksOf = async (...[step, cases]: Parameters<typeof leakTest>): Promise<string> => {
  const error: unknown = await leakTest(step, cases).catch((it: unknown) => it)
  expect(error).toBeInstanceOf(AssertionError)
  return error instanceof AssertionError ? error.message : ''
}

describe('finds a step that', () => {
  test.concurrent.each(Object.entries(leaks))('%s', async (_name, [work, report]) => {
    const message = await leaksOf(stepThat(work), [caseWith()])
    expect(message).toContain(report)
    expect(message).toMatch(/^Step type "sample" leaks:\n- case "sends", (success|error): /)
  })
})

describe('passes a step that', () => {
  test.concurrent.each(Object.entries(harmless))('%s', async (_name, work) => {
    await leakTest(stepThat(work), [caseWith()])
  })
})

test('also checks what a step does when it is stopped', async () => {
  const step = defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'Hangs when its server does.',
    fields: {
      url: field.url({ label: 'URL', required: true }),
      token: field.text({ label: 'Token', required: true, secrets: true }),
    },
    output: {},
    async run({ url, token }, { http, signal, log }) {
      signal.addEventListener('abort', () => log.error(`stopped with ${token.reveal()}`))
      await http(url)
    },
  })
  const message = await leaksOf(step, [caseWith()])
  expect(message).toContain('timeout: log line 1 holds the value of TOKEN')
  expect(message).toContain('abort: log line 1 holds the value of TOKEN')
  expect(message).not.toContain('success:')
})

test('allows an echoed value in the output, but not a part that the redactor does not see', async () => {
  const echo = stepThat((_token, _context, { text }) => ({ text }))
  await leakTest(echo, [caseWith({ echoes: true })])
  expect(await leaksOf(echo, [caseWith()])).toContain('success: output.text holds the value of TOKEN')
  const cut = stepThat((_token, _context, { text }) => ({
    text: text.replace(/"authorization":"(.{10}).*/, '$1'),
  }))
  expect(await leaksOf(cut, [caseWith({ echoes: true })])).toContain('output.text holds 6 or more')
})

test('treats the result of a filter on a secret as a secret', async () => {
  const step = stepThat((token) => ({ token }))
  const token = '{{ trigger.text | hmac_sha256: secrets.KEY }}'
  const it = caseWith({ fields: { url: server.origin, token }, trigger: { text: 'x' } })
  expect(await leaksOf(step, [it])).toContain('output.token holds the value of a secret, filtered')
})

test('looks for the confidential part of a secret', async () => {
  const password = canary()
  const secrets = { TOKEN: { value: `postgres://app:${password}@db.test/shop`, part: password } }
  await leakTest(
    stepThat((token) => ({ host: new URL(token).host })),
    [caseWith({ secrets })],
  )
  const leaking = stepThat((token) => ({ password: new URL(token).password }))
  expect(await leaksOf(leaking, [caseWith({ secrets })])).toContain(
    'output.password holds the value of TOKEN',
  )
})

test('prepares each situation with its secrets, and releases it', async () => {
  const seen: string[] = []
  const prepare = (situation: Situation, { TOKEN }: Readonly<Record<string, string>>) => ({
    fields: { url: `${server.origin}/${situation}` },
    release: () => seen.push(`${situation} ${String(TOKEN).length}`),
  })
  server.received.length = 0
  await leakTest(
    stepThat(() => null),
    [caseWith({ prepare, ownFailures: true })],
  )
  expect(seen).toEqual(['success 48', 'error 48', 'reset 48', 'timeout 48', 'abort 48', 'success 48'])
  expect(server.received.map(({ url }) => url)).toContain('/success')
})

test.each<[string, () => Promise<void>, string]>([
  [
    'has no cases',
    () =>
      leakTest(
        stepThat(() => null),
        [],
      ),
    'has no cases',
  ],
  [
    'uses no secret',
    () =>
      leakTest(
        stepThat(() => null),
        [caseWith({ fields: { url: server.origin, token: 'x' } })],
      ),
    'puts a secret into a field',
  ],
  [
    'fails by mistake',
    () =>
      leakTest(
        stepThat(() => Promise.reject(new Error('oops'))),
        [caseWith()],
      ),
    'The case "sends" of the leak test does not succeed: STEP_FAILED: oops',
  ],
  [
    'succeeds and should not',
    () =>
      leakTest(
        stepThat(() => null),
        [caseWith({ fails: true })],
      ),
    'was said to fail',
  ],
])('a leak test that %s is refused, since it would prove nothing', async (_name, work, message) => {
  await expect(work()).rejects.toThrow(message)
})
