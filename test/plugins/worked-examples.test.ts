import { AssertionError } from 'node:assert'
import { createHash } from 'node:crypto'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import callApi from '../../examples/step-types/call-api.ts'
import putObject, { signingKeys } from '../../examples/step-types/put-object.ts'
import readRedis from '../../examples/step-types/read-redis.ts'
import { Sensitive, type StepContext, type StepType } from '../../src/steps/index.ts'
import { canary, type LeakCase, leakTest, TestCache, testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'

let http: EchoServer
let redis: Server
/** What the services give out from now on. */
let given = canary()
let status = 200
/** What Redis has received. */
let commands = ''
beforeAll(async () => {
  http = await startEchoServer((request, response) => {
    if (request.url === '/token') response.end(JSON.stringify({ access_token: given, expires_in: 3600 }))
    else response.writeHead(status, { etag: '"1"' }).end('{"answer":42}')
  })
  redis = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      commands += bytes
      socket.write(`+OK\r\n$${Buffer.byteLength(given)}\r\n${given}\r\n`)
    })
  })
  await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await http[Symbol.asyncDispose]()
  await new Promise((resolve) => redis.close(resolve))
})

const day = () => new Date().toISOString().slice(0, 10).replaceAll('-', '')
const secrets = { SECRET: 'the-secret-of-the-examples-4711' }

interface Example {
  readonly step: StepType
  fields(): Readonly<Record<string, unknown>>
  /** What is made of the secret, or obtained with it, besides. */
  derived(secret: string): Record<string, string | Uint8Array>
  /** Whether it obtains a value. */
  readonly obtains: boolean
}

const examples: Readonly<Record<string, Example>> = {
  'S3 with Signature Version 4': {
    step: putObject,
    fields: () => ({
      ...{
        bucket: http.origin,
        region: 'eu-central-1',
        key: 'a b/c.txt',
        accessKeyId: 'AKID',
        content: 'Hello',
      },
      secretKey: '{{ secrets.SECRET }}',
    }),
    derived: (secret) => ({ SIGNING_KEY: signingKeys(secret, day(), 'eu-central-1')[1] ?? '' }),
    obtains: false,
  },
  'an API behind OAuth 2 client credentials': {
    step: callApi,
    fields: () => ({
      ...{ url: `${http.origin}/api`, tokenUrl: `${http.origin}/token`, clientId: 'app' },
      clientSecret: '{{ secrets.SECRET }}',
    }),
    derived: (secret) => ({ CREDENTIALS: Buffer.from(`app:${secret}`).toString('base64') }),
    obtains: true,
  },
  'Redis over TCP': {
    step: readRedis,
    fields: () => ({
      ...{ host: '127.0.0.1', port: (redis.address() as AddressInfo).port, tls: false, key: 'session' },
      password: '{{ secrets.SECRET }}',
    }),
    derived: (secret) => ({ ACL_HASH: createHash('sha256').update(secret).digest() }),
    obtains: true,
  },
}

const caseOf = ({ fields, derived, obtains }: Example): LeakCase => ({
  ...{ name: 'works', fields: fields() },
  derived: ({ SECRET = '' }) => derived(SECRET),
  prepare() {
    given = canary()
    return obtains ? { obtained: { TOKEN: given } } : {}
  },
})

interface Held {
  readonly secret: string
  /** What the step obtained; without one, the secret. */
  readonly token: string
  readonly derived: string | Uint8Array
}
type Fault = (held: Held, context: StepContext) => unknown

/** As if its author had forgotten to protect what it obtains. */
const unprotected = (context: StepContext): StepContext => ({
  ...context,
  protect: (value) => new Sensitive(value),
  cache: {
    get: async () => undefined,
    set: async (_key, value) => (typeof value === 'string' ? new Sensitive(value) : value),
    delete: async () => undefined,
  },
})

/** The example with a fault behind its own work: what the fault gives back is added to the output. */
function faulty({ step, derived, obtains }: Example, fault: Fault): StepType {
  return {
    ...step,
    output: {},
    async run(input, context) {
      const output = await step.run(input, unprotected(context))
      const found = Object.values(input).find((it): it is Sensitive => it instanceof Sensitive)
      const secret = found?.reveal() ?? ''
      const held = {
        secret,
        token: obtains ? given : secret,
        derived: Object.values(derived(secret))[0] ?? '',
      }
      return { ...(output as object), more: fault(held, context) ?? null }
    },
  }
}

const before: { token?: string } = {}
const faults: Readonly<Record<string, [Fault, RegExp]>> = {
  'a token in the output': [({ token }) => token, /output\.more holds the value of/],
  'a token in a log line': [
    ({ token }, { log }) => log.info('got it', { token }),
    /log line \d+ holds the value of/,
  ],
  'a part of a token': [({ token }) => token.slice(3, 15), /output\.more holds 6 or more characters of/],
  'a token of the run before': [
    ({ token }) => {
      const kept = before.token
      before.token = token
      return kept
    },
    /output\.more holds .* of an earlier run/,
  ],
  'a derived key': [
    ({ derived }) => Buffer.from(derived).toString('hex'),
    /output\.more holds .*(SIGNING_KEY|CREDENTIALS|ACL_HASH|SECRET)/,
  ],
}

describe.each(Object.entries(examples))('the example %s', (_name, example) => {
  test('shows nothing that is secret', async () => {
    await leakTest(example.step, [caseOf(example)])
  })

  test.each(Object.entries(faults))(
    'is found out by the leak test with %s',
    async (_fault, [fault, words]) => {
      delete before.token
      const thrown: unknown = await leakTest(faulty(example, fault), [caseOf(example)]).catch(
        (it: unknown) => it,
      )
      expect(thrown).toBeInstanceOf(AssertionError)
      expect((thrown as Error).message).toMatch(words)
    },
  )
})

const outcomeOf = (name: string, options: object = {}) => {
  const { step, fields } = examples[name] as Example
  return testStep(step, { fields: fields(), secrets, ...options })
}

test('the object is stored with a signature, which later steps do not get', async () => {
  status = 200
  const { output, error } = await outcomeOf('S3 with Signature Version 4')
  expect(error).toBeUndefined()
  expect(output).toEqual({ etag: '"1"' })
  const { url, method, headers, body } = http.received.at(-1) ?? {}
  expect([method, url, body]).toEqual(['PUT', '/a%20b/c.txt', 'Hello'])
  expect(headers?.['authorization']).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/s3\/aws4_request, .*Signature=[0-9a-f]{64}$/,
  )
})

test('the API is called with a token, which is kept for the next run and asked for anew when it is refused', async () => {
  const cache = new TestCache()
  const count = () => http.received.filter(({ url }) => url === '/token').length
  const from = count()
  given = canary()
  status = 200
  const first = await outcomeOf('an API behind OAuth 2 client credentials', { cache })
  expect(first.output).toEqual({ status: 200, body: { answer: 42 } })
  expect(http.received.at(-1)?.headers['authorization']).toBe(`Bearer ${given}`)
  await outcomeOf('an API behind OAuth 2 client credentials', { cache })
  expect(count() - from).toBe(1)
  status = 401
  const refused = await outcomeOf('an API behind OAuth 2 client credentials', { cache })
  expect(refused.error).toMatchObject({ message: 'The API refused the token.', details: { status: 401 } })
  status = 200
  await outcomeOf('an API behind OAuth 2 client credentials', { cache })
  expect(count() - from).toBe(2)
})

test('a client secret that is bound to the token endpoint goes nowhere else', async () => {
  const policies = { SECRET: { hosts: ['auth.example.com'] } }
  const { error } = await outcomeOf('an API behind OAuth 2 client credentials', { policies })
  expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
})

test('the value is read for later steps, and people see a mark', async () => {
  given = 'Hëllo, a session of forty characters 4711'
  commands = ''
  const { output, trueOutput, error } = await outcomeOf('Redis over TCP')
  expect(error).toBeUndefined()
  expect(trueOutput).toEqual({ value: given })
  expect(JSON.stringify(output)).not.toContain('session of')
  expect(commands).toContain(secrets.SECRET)
})
