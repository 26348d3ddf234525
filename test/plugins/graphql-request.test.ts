import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { graphqlRequest } from '../../plugins/graphql-request/graphql-request.ts'
import { leakTest, testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'

let server: EchoServer
let answer: { status: number; body: string }
beforeAll(async () => {
  server = await startEchoServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(answer.body)
  })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
  answer = { status: 200, body: '{"data":{"me":{"id":"1"}}}' }
})

const fields = (more: object = {}) => ({
  url: server.origin,
  query: 'query Me($key: String!) { me(key: $key) { id } }',
  variables: { key: '{{ secrets.KEY }}' },
  headers: [{ name: 'authorization', value: 'Bearer {{ secrets.TOKEN }}' }],
  ...more,
})
const run = (more: object = {}) =>
  testStep(graphqlRequest, {
    fields: fields(more),
    secrets: { KEY: 'a "quoted" key 0815', TOKEN: 'the-token-of-the-api' },
  })

test('document, variables and headers are sent, and the data given back', async () => {
  const { error, output } = await run({ operationName: 'Me' })
  expect(error).toBeUndefined()
  expect(output).toEqual({ data: { me: { id: '1' } }, errors: [] })
  const [{ headers = {}, body = '' } = {}] = server.received
  expect(headers['authorization']).toBe('Bearer the-token-of-the-api')
  expect(JSON.parse(body)).toEqual({
    query: fields().query,
    operationName: 'Me',
    variables: { key: 'a "quoted" key 0815' },
  })
})

test('errors end the step unless they are wanted, and are masked', async () => {
  answer.body = JSON.stringify({ data: null, errors: [{ message: 'bad key a "quoted" key 0815' }] })
  const failed = await run()
  expect(failed).toMatchObject({
    status: 'FAILED',
    error: { code: 'STEP_FAILED', message: expect.stringMatching(/answered with errors/) },
    output: { errors: [{ message: 'bad key [secret KEY]' }] },
  })
  expect((await run({ failOnErrors: false })).status).toBe('SUCCEEDED')
})

test.each(['no JSON', '[]', '{"error":1}', '{"errors":1}'])(
  'an answer %j is no answer of GraphQL',
  async (body) => {
    answer = { status: 502, body }
    expect((await run()).error?.message).toMatch(/answered 502, and not as GraphQL/)
  },
)

test('nothing of the secrets is shown', async () => {
  await leakTest(graphqlRequest, [{ name: 'asks', fields: fields() }])
})
