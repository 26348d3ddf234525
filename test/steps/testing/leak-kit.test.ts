import { AssertionError } from 'node:assert'
import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError, defineStep, field, Sensitive, type StepContext } from '../../../src/steps/index.ts'
import { canary, type LeakCase, leakTest } from '../../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from '../../plugins/echo-server.ts'

let given = canary()
let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer((_request, response) => response.end(JSON.stringify({ token: given })))
})
afterAll(() => server[Symbol.asyncDispose]())

type Work = (it: { secret: Sensitive; token: string; url: string }, context: StepContext) => unknown

/** Gets a token for its secret, and then does what the test says. */
const stepThat = (work: Work) =>
  defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'Gets a token.',
    fields: {
      url: field.url({ label: 'URL', required: true }),
      secret: field.text({ label: 'Secret', secrets: true, required: true }),
    },
    output: {},
    async run({ url, secret }, context) {
      const response = await context.http(url, { headers: { authorization: secret } })
      if (!response.ok) throw new AppError('STEP_FAILED', `The service answered ${response.status}.`)
      const { token } = (await response.json()) as { token: string }
      return work({ secret, token, url }, context)
    },
  })

const sample = (more: Partial<LeakCase> = {}): LeakCase => ({
  name: 'gets',
  fields: { url: server.origin, secret: '{{ secrets.SECRET }}' },
  prepare() {
    given = canary()
    return { obtained: { TOKEN: given } }
  },
  ...more,
})

const leaksOf = async (work: Work, it: LeakCase = sample()): Promise<string> => {
  const error: unknown = await leakTest(stepThat(work), [it]).catch((thrown: unknown) => thrown)
  if (error instanceof AssertionError) return error.message
  if (error) throw error
  return ''
}

const dayKey = (secret: string) =>
  createHmac('sha256', createHmac('sha256', secret).update('20261127').digest()).update('s3').digest()
const kept: { token?: string } = {}

test.each<[string, Work, RegExp]>([
  ['a token in the output', ({ token }) => ({ token }), /success: output\.token holds the value of TOKEN/],
  [
    'a token in the log',
    ({ token }, { log }) => log.info(`got ${token}`),
    /success: log line 1 holds the value of TOKEN/,
  ],
  [
    'a part of a token',
    ({ token }, { protect }) => ({ token: protect(token), hint: token.slice(0, 12) }),
    /output\.hint holds 6 or more characters of TOKEN/,
  ],
  [
    'a token of the run before',
    ({ token }, { protect }) => {
      const old = kept.token ?? token
      kept.token = token
      return { token: protect(token), old }
    },
    /output\.old holds .* of TOKEN of an earlier run/,
  ],
  [
    'a token of the run before that is sent again',
    async ({ token, url }, { http, protect }) => {
      const old = kept.token ?? token
      kept.token = token
      await http(url, { headers: { authorization: new Sensitive(old) } })
      return { token: protect(token) }
    },
    /request 2 holds the value of TOKEN of an earlier run/,
  ],
  [
    'an error of its second request',
    async ({ secret, url }, { http }) => {
      const answer = await http(url, { headers: { 'x-again': secret } })
      if (!answer.ok) throw new AppError('STEP_FAILED', await answer.text())
      return null
    },
    /late-error: error message holds the value of SECRET/,
  ],
  [
    'a token in a file',
    ({ token }, { files }) => files.write(Buffer.from(`it is ${token}`), { name: 'it.txt' }),
    /success: file it\.txt holds the value of TOKEN/,
  ],
  [
    'a part of a secret in a file',
    ({ secret }, { files }) => files.write(Buffer.from(secret.reveal().slice(0, 12)), { name: 'it.txt' }),
    /success: file it\.txt holds 6 or more characters of SECRET/,
  ],
  [
    'a token in the name of a file',
    ({ token }, { files }) => files.write(Buffer.from('x'), { name: `${token}.txt` }),
    /holds the value of TOKEN/,
  ],
  [
    'a part of a token in the lines of the run',
    ({ token }, { log }) => {
      log.info(token.slice(0, 4))
      log.info(token.slice(4, 10))
    },
    /holds 6 or more characters of TOKEN/,
  ],
])('the kit finds %s', async (_what, work, message) => {
  kept.token = canary()
  expect(await leaksOf(work)).toMatch(message)
})

test('the kit lets a file pass that nobody can download, since a secret was found in it', async () => {
  const careful: Work = async ({ secret, token }, { files, protect }) => {
    protect(token)
    const whole = await files.write(Buffer.from(`it is ${secret.reveal()} and ${token}`))
    const guarded = await files.write(Buffer.from(token.slice(0, 12)), { protected: true })
    return { whole, guarded }
  }
  expect(await leaksOf(careful)).toBe('')
})

test('the kit finds a secret that is told by how far the step is', async () => {
  const leaky: Work = ({ secret }, { progress }) => progress(Number(secret.reveal()), 9_000_000_000_000)
  const it = sample({ secrets: { SECRET: '7261948305117' } })
  expect(await leaksOf(leaky, it)).toMatch(/progress holds the value of SECRET/)
})

test('the kit finds a key that was derived from a secret step by step', async () => {
  const derived = (secrets: Readonly<Record<string, string>>) => ({
    DAY_KEY: dayKey(String(secrets['SECRET'])),
  })
  const leaky: Work = ({ secret }) => ({ key: dayKey(secret.reveal()).toString('hex') })
  expect(await leaksOf(leaky, sample({ derived }))).toMatch(/output\.key holds the value of DAY_KEY/)
  const careful: Work = ({ secret }, { protect }) => ({
    key: protect(dayKey(secret.reveal()).toString('hex')),
  })
  expect(await leaksOf(careful, sample({ derived }))).toBe('')
})

test('the kit finds a step that goes on when it was told to stop', async () => {
  const deaf = defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'Hears no signal.',
    fields: {
      url: field.url({ label: 'URL', required: true }),
      secret: field.text({ label: 'Secret', secrets: true }),
    },
    output: {},
    async run({ url }, { http, signal }) {
      await http(url).catch(() => undefined)
      // Longer than the worker waits for a step that it has told to stop.
      if (signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1_500))
      return null
    },
  })
  await expect(leakTest(deaf, [sample()])).rejects.toThrow(/timeout: goes on when it is told to stop/)
})

test('the kit allows a digest where the author says so, and nowhere else', async () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  const work: Work = ({ secret }) => ({ etag: digest(secret.reveal()) })
  expect(await leaksOf(work)).toMatch(/output\.etag holds a digest of SECRET/)
  expect(await leaksOf(work, sample({ digests: ['output.etag'] }))).toBe('')
  expect(await leaksOf(work, sample({ digests: ['output.other'] }))).toMatch(/a digest/)
})

test('the kit passes a step that protects its token', async () => {
  expect(await leaksOf(({ token }, { protect }) => ({ token: protect(token) }))).toBe('')
})
