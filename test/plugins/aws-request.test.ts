import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { awsRequest } from '../../plugins/aws-request/aws-request.ts'
import { authorization, sha256, signingKeys } from '../../plugins/aws-request/signature.ts'
import { leakTest, testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const accessKeyId = 'AKIDEXAMPLE'

let server: EchoServer
let answer: { status: number; body: string } = { status: 200, body: '{}' }
beforeAll(async () => {
  server = await startEchoServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(answer.body)
  })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
  answer = { status: 200, body: '{"MessageId":"1"}' }
})

const scope = { region: 'us-east-1', service: 'service', time: '20150830T123600Z' }

// From the test suite that AWS publishes for Signature Version 4.
test.each([
  [
    'get-vanilla',
    'GET',
    'https://example.amazonaws.com/',
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    'https://example.amazonaws.com/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-vanilla',
    'POST',
    'https://example.amazonaws.com/',
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
])('the signature is that of the published case %s', (_name, method, url, signature) => {
  const key = signingKeys(secretAccessKey, scope).at(-1) as Buffer
  const request = { method, url: new URL(url), headers: { 'x-amz-date': scope.time }, bodyHash: sha256('') }
  expect(authorization(request, { accessKeyId }, scope, key)).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  )
})

const fields = (more: object = {}) => ({
  method: 'POST',
  url: `${server.origin}/queue/a%20b?x=1`,
  region: 'eu-central-1',
  service: 'sqs',
  accessKeyId,
  secretAccessKey: '{{ secrets.KEY }}',
  body: '{"it":"{{ trigger.it }}"}',
  ...more,
})
const run = (more: object = {}) =>
  testStep(awsRequest, {
    fields: fields(more),
    secrets: { KEY: secretAccessKey, SESSION: 'a-session-token-of-hours' },
    trigger: { it: 'x' },
  })

test('a request is sent with a signature over what is sent', async () => {
  const { error, output } = await run({
    sessionToken: '{{ secrets.SESSION }}',
    headers: [{ name: 'X-Amz-Target', value: 'Send' }],
  })
  expect(error).toBeUndefined()
  expect(output).toMatchObject({ status: 200, body: { MessageId: '1' } })
  const [{ method = '', url = '', headers = {}, body = '' } = {}] = server.received
  const time = String(headers['x-amz-date'])
  const sent = { region: 'eu-central-1', service: 'sqs', time }
  const signed = Object.fromEntries(
    ['x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'].map((name) => [
      name,
      String(headers[name]),
    ]),
  )
  const request = { method, url: new URL(url, server.origin), headers: signed, bodyHash: sha256(body) }
  const key = signingKeys(secretAccessKey, sent).at(-1) as Buffer
  expect(headers['authorization']).toBe(authorization(request, { accessKeyId }, sent, key))
  expect(headers['x-amz-content-sha256']).toBe(sha256('{"it":"x"}'))
})

test.each([
  [403, 'never'],
  [503, {}],
])('an answer %i ends the step, and says whether to try again', async (status, retry) => {
  answer = { status, body: `<Error>${secretAccessKey}</Error>` }
  const { error } = await run()
  expect(error).toMatchObject({ code: 'STEP_FAILED', retry, details: { status } })
})

test('nothing of the keys is shown, nor of those that are derived from them', async () => {
  const derived = (secrets: Readonly<Record<string, string>>) => {
    const time = new Date().toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
    const keys = signingKeys(String(secrets['KEY']), { region: 'eu-central-1', service: 'sqs', time })
    return Object.fromEntries(keys.map((key, step) => [`DERIVED_${step}`, key]))
  }
  await leakTest(awsRequest, [
    { name: 'signs', fields: fields(), trigger: { it: 'x' }, derived },
    {
      name: 'signs for hours',
      fields: fields({ sessionToken: '{{ secrets.SESSION }}' }),
      trigger: { it: 'x' },
      derived,
    },
  ])
})
