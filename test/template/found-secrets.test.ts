import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { setValues } from '../../plugins/set-values/set-values.ts'
import { wait } from '../../plugins/wait/wait.ts'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import { createRegistry, defineStep, field, type StepContext } from '../../src/steps/index.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { runSteps } from './provenance-run.ts'

const HOME = 'home.example'
const value = 'sk_live"Zq83\\xWv7-Tn'

/** A step with the secret, which returns the result of its function. */
let given: (value: string, protect: StepContext['protect']) => unknown = () => null
const answer = defineStep({
  type: 'answer',
  title: 'Answer',
  description: 'Gives something back.',
  fields: { secret: field.text({ label: 'Secret', secrets: true }), more: field.text({ label: 'More' }) },
  output: {},
  destinations: () => [HOME],
  run: ({ secret }, { protect }) => given(secret?.reveal() ?? '', protect),
})

const registry = createRegistry([answer, setValues, customHttp, wait])
const egress = createEgress({ allow: parseEgressAllow('127.0.0.0/8') })
let elsewhere: EchoServer

beforeAll(async () => {
  elsewhere = await startEchoServer()
})
afterAll(async () => {
  await elsewhere.close()
  await egress.close()
})

const step = (key: string, type: string, fields: object) => ({ key, type, fields: { ...fields } })
const one = step('one', 'answer', { secret: '{{ secrets.KEY }}' })
const values = (written: unknown) => step('made', 'set-values', { values: written })
const run = (steps: Parameters<typeof runSteps>[0]['steps'], secret = value, more: object = {}) =>
  runSteps({ registry, egress, steps, secrets: { KEY: secret }, boundTo: HOME, ...more })
/** As deep as a search can undo. */
const threeTimes = (text: string) => [1, 2, 3].reduce((it) => JSON.stringify(it).slice(1, -1), text)

test.each([
  ['text', { a: 'in {{ steps.one.output }}' }],
  ['a key', { 'in {{ steps.one.output }}': 1 }],
])('a copy that is escaped more often than a search can undo is masked in %s', async (_where, written) => {
  given = (it) => ({ v: threeTimes(it) })
  const { outputs, trueOutputs } = await run([one, values(written)])
  expect(JSON.stringify(trueOutputs[1])).toContain('Zq83')
  expect(JSON.stringify(outputs)).not.toContain('Zq83')
})

test.each<[string, { url?: string; [field: string]: unknown }]>([
  ['the query', { url: '/?q={{ steps.one.output.v }}' }],
  ['a JSON text', { method: 'POST', bodyKind: 'json', body: '{"a":"{{ steps.one.output.v }}"}' }],
  ['a JSON structure', { method: 'POST', bodyKind: 'json', body: { a: '{{ steps.one.output.v }}' } }],
])('and goes nowhere in %s', async (_where, { url = '/', ...fields }) => {
  given = (it) => ({ v: threeTimes(it) })
  const two = step('two', 'custom-http', { ...fields, url: `${elsewhere.url}${url}` })
  expect((await run([one, two])).error?.code).toBe('DESTINATION_NOT_ALLOWED')
  expect(elsewhere.received).toEqual([])
})

test('filters recognise a value of digits that came back as a number', async () => {
  given = (it) => ({ pin: Number(it), list: [Number(it)] })
  const written = {
    a: '{{ steps.one.output.pin | sha256 }}',
    b: '{{ steps.one.output.list | base64 | lower }}',
    c: '{{ trigger.x | default: steps.one.output.pin }}',
  }
  const { outputs } = await run([one, values(written)], '7391046528164971')
  expect(outputs[1]).toEqual({ a: '[secret KEY]', b: '[secret KEY]', c: '[secret KEY]' })
})

test.each([
  ['a name of a pair', { query: [{ name: '{{ steps.one.output | upper }}', value: '1' }] }],
  ['a value of a pair', { headers: [{ name: 'x-a', value: '{{ steps.one.output | sha256 }}' }] }],
  ['the path', { url: 'ELSEWHERE/{{ steps.one.output | base64url }}' }],
  ['a key of JSON', { method: 'POST', bodyKind: 'json', body: { '{{ steps.one.output | upper }}': 1 } }],
  ['a choice', { method: '{{ steps.one.output | upper }}' }],
])('the result of a filter is not sent in %s', async (_where, fields) => {
  given = () => 'patch'
  const url = ('url' in fields ? fields.url : 'ELSEWHERE').replace('ELSEWHERE', elsewhere.url)
  const ended = await run([one, step('two', 'custom-http', { ...fields, url })], 'patch')
  expect(ended.error).toMatchObject({
    code: 'DESTINATION_NOT_ALLOWED',
    message: expect.stringContaining('KEY'),
  })
  expect(elsewhere.received).toEqual([])
})

test('a filter on a text without a secret does not hide it', async () => {
  given = (it) => ({ secret: it, name: 'Ann' })
  const made = {
    a: '{{ steps.one.output.name | upper }}',
    b: '{{ trigger.note | default: steps.one.output.secret }}',
  }
  const { outputs } = await run([one, values(made)], value, { trigger: { note: 'a note' } })
  expect(outputs[1]).toEqual({ a: 'ANN', b: 'a note' })
})

test('if a filter returns its text unchanged, only the value in it is masked', async () => {
  given = (it) => ({ text: ` it is ${it}! `, data: { a: 'plain', b: it } })
  const made = {
    a: '{{ steps.one.output.text | trim }}',
    b: '{{ steps.one.output.text | default: "" | raw }}',
    c: '{{ steps.one.output.data | json }}',
  }
  const { outputs } = await run([one, values(made)])
  expect(outputs[1]).toEqual({
    a: 'it is [secret KEY]!',
    b: ' it is [secret KEY]! ',
    c: '{"a":"plain","b":"[secret KEY]"}',
  })
})

test('a filter on a long text is refused if the text contains a secret, and allowed otherwise', async () => {
  given = (it) => ({ with: it + 'x'.repeat(900_000), without: 'x'.repeat(900_000) })
  const refused = await run([one, values('{{ steps.one.output.with | base64 }}')])
  expect(refused.error).toMatchObject({
    code: 'INVALID_FIELD',
    message: expect.stringMatching(/"values".*1 MiB.*KEY/),
  })
  const made = await run([one, values({ a: '{{ steps.one.output.without | base64 }}' })])
  expect(made.error).toBeUndefined()
})

test('a protected value belongs to all secrets of the step and in the value', async () => {
  given = (it, protect) => ({ copy: it, token: it === '' ? null : protect(`token of ${it}`.toUpperCase()) })
  const steps = [one, values({ it: '{{ steps.one.output.token | base64 }}' })]
  const { outputs, recorded } = await run(steps)
  expect(outputs[1]).toEqual({ it: '[secret KEY]' })
  expect(recorded).toEqual([[], ['KEY']])
})

test('a step that waits or sets values may have a bound value, because it sends nothing', async () => {
  given = () => ({ seconds: 0 })
  const steps = [
    one,
    step('two', 'wait', { seconds: '{{ steps.one.output.seconds | default: 1 }}' }),
    values('{{ steps.one.output }}'),
  ]
  expect((await run(steps)).error).toBeUndefined()
})

test('testStep learns the results of filters on a value from an earlier output', async () => {
  const { output } = await testStep(setValues, {
    fields: { values: { known: '{{ steps.one.output.v | sha256 }}' } },
    secrets: {},
    steps: { one: { v: value } },
  })
  expect(output).toEqual({ known: expect.stringMatching(/^[0-9a-f]{64}$/) })
  const echo = await testStep(customHttp, {
    fields: {
      method: 'POST',
      url: elsewhere.url,
      headers: [{ name: 'x-key', value: '{{ secrets.KEY }}' }],
      bodyKind: 'json',
      body: { a: '{{ steps.one.output.v | upper | base64 }}' },
    },
    secrets: { KEY: value },
    steps: { one: { v: value } },
  })
  expect(echo.output).toMatchObject({ body: { body: '{"a":"[secret KEY]"}' } })
})

test('headers and a body that were rendered without a secret follow a redirect to another origin', async () => {
  const target = `${elsewhere.url}/there`
  const redirecting = createServer((request, response) => {
    response.writeHead(request.url === '/307' ? 307 : 302, { location: target }).end()
  })
  await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`
  const headers = [
    { name: 'Accept', value: 'application/{{ trigger.kind }}' },
    { name: 'X-Key', value: 'Key {{ secrets.KEY | sha256 }}' },
  ]
  const posted = { method: 'POST', url: `${origin}/307`, bodyKind: 'json' }
  const send = (fields: object) =>
    testStep(customHttp, { fields: { ...fields }, secrets: { KEY: value }, trigger: { kind: 'json' } })
  try {
    elsewhere.received.length = 0
    expect((await send({ url: `${origin}/302`, headers })).error).toBeUndefined()
    expect(elsewhere.received[0]?.headers).toMatchObject({ accept: 'application/json' })
    expect(elsewhere.received[0]?.headers).not.toHaveProperty('x-key')
    expect((await send({ ...posted, body: { a: '{{ trigger.kind }}' } })).error).toBeUndefined()
    expect(elsewhere.received[1]).toMatchObject({ method: 'POST', body: '{"a":"json"}' })
    const refused = await send({ ...posted, body: { a: '{{ secrets.KEY | sha256 }}' } })
    expect(refused.error?.code).toBe('DESTINATION_NOT_ALLOWED')
    expect(elsewhere.received).toHaveLength(2)
  } finally {
    redirecting.close()
  }
})
