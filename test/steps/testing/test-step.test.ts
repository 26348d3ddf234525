import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError, defineStep, field, type StepContext, type StepType } from '../../../src/steps/index.ts'
import { testStep } from '../../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from '../../plugins/echo-server.ts'

let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer(({ headers }, response) => response.end(headers['authorization']))
})
afterAll(() => server[Symbol.asyncDispose]())

const secrets = { TOKEN: 'tok/EN+42' }

/** A step with a URL and a token. */
function stepThat(run: (url: string, token: string, context: StepContext) => unknown): StepType {
  return defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'A sample.',
    fields: {
      url: field.url({ label: 'URL', default: 'http://api.test' }),
      token: field.text({ label: 'Token', required: true, secrets: true }),
    },
    output: {},
    run: ({ url, token }, context) => run(url, token.reveal(), context),
  })
}

const fields = { token: '{{ secrets.TOKEN }}' }
const send = stepThat(async (url, token, { http }) => {
  const response = await http(url, { headers: { authorization: token } })
  return { body: await response.text() }
})

test('returns the output both redacted and as later steps see it', async () => {
  const outcome = await testStep(send, { fields: { ...fields, url: server.origin }, secrets })
  expect(outcome).toEqual({
    status: 'SUCCEEDED',
    output: { body: '[secret TOKEN]' },
    trueOutput: { body: 'tok/EN+42' },
    error: undefined,
    log: [],
    console: [],
    files: [],
  })
})

test('returns logged and printed lines redacted and in order', async () => {
  const step = stepThat((_url, token, { log }) => {
    log.info(`sent ${token}`, { token, status: 200 })
    log.warn('slow')
    const { log: print } = globalThis.console
    print('printed %s', token)
    process.stdout.write(`${token}\n`)
  })
  const { log, console: printed, output } = await testStep(step, { fields, secrets })
  expect(log).toEqual(['info: sent [secret TOKEN] {"token":"[secret TOKEN]","status":200}', 'warn: slow'])
  expect(printed).toEqual(['printed [secret TOKEN]', '[secret TOKEN]'])
  expect(output).toBeNull()
})

test.each<[unknown, object]>([
  [
    new AppError('TIMEOUT', 'Too slow with tok/EN+42.'),
    { code: 'TIMEOUT', message: 'Too slow with [secret TOKEN].' },
  ],
  [new TypeError('x'), { code: 'STEP_FAILED', message: 'x' }],
  ['text', { code: 'STEP_FAILED', message: 'It threw something that is no error.' }],
])('returns the error of a step: %s', async (thrown, error) => {
  const step = stepThat(() => {
    throw thrown
  })
  const outcome = await testStep(step, { fields, secrets })
  expect(outcome).toMatchObject({ status: 'FAILED', output: null, trueOutput: null, error })
})

test('passes trigger, earlier steps and attempt on', async () => {
  const step = stepThat((_url, token, { attempt, idempotencyKey }) => ({ token, attempt, idempotencyKey }))
  const { output } = await testStep(step, {
    fields: { token: '{{ trigger.name }} {{ steps.look.output.id }}' },
    trigger: { name: 'ann' },
    steps: { look: { id: 7 } },
    attempt: 2,
  })
  expect(output).toEqual({ token: 'ann 7', attempt: 2, idempotencyKey: expect.stringMatching(/\.1$/) })
})

test('resolves the hosts of the test, and no others', async () => {
  const hosts = { 'api.test': '127.0.0.1' }
  const url = `http://api.test:${server.host.split(':')[1]}`
  const found = await testStep(send, { fields: { ...fields, url }, secrets, hosts })
  expect(found.status).toBe('SUCCEEDED')
  const unknown = await testStep(send, { fields: { ...fields, url: 'http://other.test' }, secrets, hosts })
  expect(unknown.error).toMatchObject({
    code: 'REQUEST_FAILED',
    message: expect.stringContaining('other.test'),
  })
})

test('refuses a private network like a worker, unless the test allows it', async () => {
  const at = { ...fields, url: 'http://10.255.255.1/' }
  const refused = await testStep(send, { fields: at, secrets })
  expect(refused.error?.code).toBe('DESTINATION_NOT_ALLOWED')
  const signal = AbortSignal.abort(new AppError('CANCELLED', 'Enough.'))
  const allowed = await testStep(send, { fields: at, secrets, allow: '10.0.0.0/8', signal })
  expect(allowed.status).toBe('CANCELLED')
})

test('sends a secret only to the hosts that it is bound to', async () => {
  const bound = { fields: { ...fields, url: server.origin }, secrets }
  const { error } = await testStep(send, { ...bound, allowedHosts: { TOKEN: ['api.test'] } })
  expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
})

test('gives a step with another protocol the address to connect to', async () => {
  const look = stepThat((_url, _token, { lookup }) => lookup('localhost', 5432))
  expect((await testStep(look, { fields, secrets })).output).toMatch(/^(127\.0\.0\.1|::1)$/)
})

test('ends the step when a secret is missing', async () => {
  const { error } = await testStep(send, { fields })
  expect(error).toEqual({ code: 'SECRET_NOT_FOUND', message: 'The test gives no secret TOKEN.' })
})

test('throws the errors with which saving is refused', async () => {
  const save = testStep(send, { fields: { url: '{{ secrets.TOKEN }}', token: 'x' }, secrets })
  await expect(save).rejects.toThrow(expect.objectContaining({ code: 'SECRET_NOT_ALLOWED' }))
})

test('refuses a definition that would stop the start', async () => {
  const wrong = testStep({ ...send, title: '' }, { fields, secrets })
  await expect(wrong).rejects.toThrow(expect.objectContaining({ code: 'INVALID_STEP_TYPE' }))
})
