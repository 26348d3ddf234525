import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { setValues } from '../../plugins/set-values/set-values.ts'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import {
  createRegistry,
  defineStep,
  field,
  type Sensitive,
  type StepContext,
  StepFailure,
} from '../../src/steps/index.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { runSteps } from '../template/provenance-run.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'

const secret = 'the-client-secret-0123456789-0123456789'
const token = 'an-access-token-9876543210-9876543210'
const HOME = 'home.test'

let server: EchoServer
let port: number
beforeAll(async () => {
  server = await startEchoServer(({ url }, response) => {
    response.writeHead(url === '/denied' ? 403 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ access_token: token, scopes: ['read'], nested: [{ key: `${token}-2` }] }))
  })
  port = Number(new URL(server.origin).port)
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

/** What the sample step does with the token that it got. */
let work: (protect: StepContext['protect'], it: { secret: Sensitive | undefined }) => unknown = () => null
const sample = defineStep({
  type: 'sample',
  title: 'Sample',
  description: 'Obtains a token.',
  fields: {
    secret: field.text({ label: 'Secret', secrets: true }),
    key: field.text({ label: 'Key', secrets: true }),
  },
  output: {
    properties: {
      marked: { protected: true },
      list: { items: { properties: { key: { protected: true } } } },
    },
  },
  destinations: { secret: ['http://home.test'], key: ['http://other.test'] },
  run: (input, { protect }) => work(protect, input),
})

const registry = createRegistry([sample, customHttp, setValues])
const egress = createEgress({
  allow: parseEgressAllow(`127.0.0.0/8,${HOME},other.test`),
  lookup: async () => [{ address: '127.0.0.1', family: 4 }],
})
afterAll(() => egress.close())

const first = (fields: object = { secret: '{{ secrets.SECRET }}' }) => ({
  key: 'one',
  type: 'sample',
  fields: { ...fields },
})
const call = (host: string, more: object = {}) => ({
  key: 'call',
  type: 'custom-http',
  fields: {
    url: `http://${host}:${port}/`,
    headers: [{ name: 'authorization', value: 'Bearer {{ steps.one.output.token }}' }],
    ...more,
  },
})
const values = (it: unknown) => ({ key: 'set', type: 'set-values', fields: { values: it } })
const run = (steps: Parameters<typeof runSteps>[0]['steps'], takeoverAfter?: number) =>
  runSteps({
    registry,
    egress,
    steps,
    secrets: { SECRET: secret },
    boundTo: HOME,
    ...(takeoverAfter && { takeoverAfter }),
  })
const authorizations = () => server.received.map(({ headers }) => headers['authorization'])

describe('a protected value', () => {
  test.each([undefined, 1])(
    'is masked for people, whole for later steps, and goes where its secret may (takeover %s)',
    async (takeover) => {
      work = (protect) => ({ token: protect(token), copy: token })
      const { outputs, trueOutputs, error } = await run(
        [first(), call(HOME), values({ again: '{{ steps.one.output.copy | base64 }}' })],
        takeover,
      )
      expect(error).toBeUndefined()
      expect(trueOutputs[0]).toEqual({ token, copy: token })
      expect(outputs[0]).toEqual({ token: '[secret SECRET]', copy: '[secret SECRET]' })
      expect(outputs[2]).toEqual({ again: '[secret SECRET]' })
      expect(authorizations()).toEqual([`Bearer ${token}`])
    },
  )

  test('goes nowhere else, in whatever form', async () => {
    work = (protect) => ({ token: protect(token) })
    const { error } = await run([first(), call('other.test')])
    expect(error).toMatchObject({
      code: 'DESTINATION_NOT_ALLOWED',
      message: expect.stringContaining('SECRET'),
    })
    const query = [{ name: 'q', value: '{{ steps.one.output.token | base64 | base64 }}' }]
    expect((await run([first(), call('other.test', { headers: [], query })])).error).toMatchObject({
      code: 'DESTINATION_NOT_ALLOWED',
    })
    expect(server.received).toEqual([])
  })

  test('shows only as a mark to the step that has it', async () => {
    work = (protect) => ({ text: `${protect(token)}`, json: JSON.stringify({ it: protect(token) }) })
    const { trueOutputs } = await run([first()])
    expect(JSON.stringify(trueOutputs)).not.toContain(token)
  })

  test('has parts that are as secret as the whole', async () => {
    work = (protect) => ({ it: protect(JSON.stringify({ password: token })), part: token })
    const { outputs } = await run([first()])
    expect(outputs[0]).toMatchObject({ part: '[secret SECRET]' })
  })

  test.each([undefined, 1])('can be narrowed, and never widened (takeover %s)', async (takeover) => {
    work = (protect) => ({ token: protect(token, { hosts: ['elsewhere.test'] }) })
    const narrowed = await run([first(), call(HOME)], takeover)
    expect(narrowed.error).toMatchObject({
      code: 'DESTINATION_NOT_ALLOWED',
      message: expect.stringContaining('one.protected'),
    })
    work = (protect) => ({ token: protect(token, { hosts: ['http://other.test'] }) })
    expect((await run([first(), call('other.test')], takeover)).error).toMatchObject({
      message: expect.stringContaining('SECRET'),
    })
    expect(server.received).toEqual([])
    work = (protect) => ({
      token: protect(token, { hosts: [`http://${HOME}`], places: ['header:authorization'] }),
    })
    expect((await run([first(), call(HOME)], takeover)).error).toBeUndefined()
    expect(
      (
        await run([
          first(),
          call(HOME, { headers: [], query: [{ name: 'q', value: '{{ steps.one.output.token }}' }] }),
        ])
      ).error,
    ).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  })

  test('is protected without any secret too, by a name of its own', async () => {
    work = (protect) => ({ token: protect(token, { hosts: [`http://${HOME}`] }) })
    const { outputs, error, recorded } = await run([first({}), call('other.test')])
    expect(outputs).toEqual([{ token: '[secret one.protected]' }])
    expect(error).toMatchObject({
      code: 'DESTINATION_NOT_ALLOWED',
      message: expect.stringContaining('one.protected'),
    })
    expect(recorded[1]).toEqual(['one.protected'])
    expect((await run([first({}), call(HOME)])).error).toBeUndefined()
  })

  test('came from the secrets of the fields that the step names', async () => {
    const outcome = (from?: string[]) => {
      work = (protect) => ({ token: protect(token, { from }) })
      return testStep(sample, {
        fields: { secret: '{{ secrets.SECRET }}', key: '{{ secrets.KEY }}' },
        secrets: { SECRET: secret, KEY: 'quite-another-key-5566778899-aabbccdd' },
        allowedHosts: { SECRET: [HOME], KEY: ['other.test'] },
      })
    }
    expect((await outcome(['key'])).output).toEqual({ token: '[secret KEY]' })
    expect((await outcome()).output).toEqual({ token: '[secret SECRET]' })
    expect((await outcome(['kye'])).error).toMatchObject({
      code: 'INVALID_FIELD',
      message: expect.stringContaining('kye'),
    })
  })
})

test('what the definition marks in the output is protected without a call, also when the step fails', async () => {
  work = () => ({ marked: { deep: [token] }, list: [{ key: `${token}-2`, name: 'x' }] })
  const { outputs } = await run([first()])
  expect(outputs[0]).toEqual({
    marked: { deep: ['[secret SECRET]'] },
    list: [{ key: '[secret SECRET]', name: 'x' }],
  })
  work = () => {
    throw new StepFailure(`failed with ${token}`, { marked: token })
  }
  expect((await run([first()])).error?.message).toBe('failed with [secret SECRET]')
})

describe('custom-http', () => {
  const fields = (more: object) => ({
    key: 'one',
    type: 'custom-http',
    fields: {
      url: `http://${HOME}:${port}/`,
      headers: [{ name: 'x-key', value: '{{ secrets.SECRET }}' }],
      ...more,
    },
  })

  test('protects what its setting names in the answer', async () => {
    const protect = 'body.access_token, body.nested[0].key'
    const { outputs, error } = await run([
      fields({ protect }),
      call('other.test', {
        headers: [],
        query: [{ name: 'q', value: '{{ steps.one.output.body.access_token }}' }],
      }),
    ])
    expect(outputs[0]).toMatchObject({
      body: { access_token: '[secret SECRET]', scopes: ['read'], nested: [{ key: '[secret SECRET]' }] },
    })
    expect(error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  })

  test.each([
    ['leads nowhere', 'body.acces_token', 'STEP_FAILED', /no body\.acces_token to protect/],
    ['is no path', 'body..x', 'INVALID_FIELD', /field "protect": is not a path/],
  ])('refuses a path that %s', async (_what, protect, code, message) => {
    const { outputs, error } = await run([fields({ protect })])
    expect(outputs).toEqual([])
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('protects an answer that fails the step', async () => {
    const outcome = await testStep(customHttp, {
      fields: {
        ...fields({ protect: 'body.access_token, body.missing' }).fields,
        url: `${server.origin}/denied`,
      },
      secrets: { SECRET: secret },
    })
    expect(outcome.status).toBe('FAILED')
    expect(outcome.output).toMatchObject({ body: { access_token: '[secret SECRET]' } })
  })
})
