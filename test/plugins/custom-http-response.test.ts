import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { AppError, type Http, StepFailure } from '../../src/steps/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'
import { runStep } from './run-step.ts'

let server: EchoServer
let answer: (response: ServerResponse) => void = (response) => response.end()

beforeAll(async () => {
  server = await startEchoServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/target' }).end()
    else answer(response)
  })
})
afterAll(() => server[Symbol.asyncDispose]())

function answerWith(
  body: string | Uint8Array,
  headers: Record<string, string | string[]> = {},
  status = 200,
): void {
  answer = (response) => response.writeHead(status, headers).end(body)
}

const run = async (fields: Record<string, unknown> = {}, http?: Http) => {
  const options = { secrets: { KEY: 'CANARY' }, ...(http && { http }) }
  return (await runStep(customHttp, { url: `${server.origin}/a?k={{ secrets.KEY }}`, ...fields }, options))
    .output
}
const failureOf = (fields?: Record<string, unknown>, http?: Http): Promise<AppError> =>
  run(fields, http).then(
    () => Promise.reject(new Error('the step did not fail')),
    (error) => error,
  )

test('the output has exactly the documented properties', async () => {
  answerWith('{"id":7}', { 'Content-Type': 'application/json', 'X-Mixed-Case': 'Kept' }, 201)
  expect(await run()).toEqual({
    status: 201,
    ok: true,
    headers: expect.objectContaining({ 'content-type': 'application/json', 'x-mixed-case': 'Kept' }),
    body: { id: 7 },
    durationMs: expect.any(Number),
    url: `${server.origin}/a`,
  })
  const described = ['status', 'ok', 'headers', 'body', 'file', 'durationMs', 'url', 'pages', 'hasMore'].map(
    (name) => [name, expect.anything()],
  )
  expect(customHttp.output).toEqual({ type: 'object', properties: Object.fromEntries(described) })
})

describe('the body', () => {
  const latin1 = Uint8Array.of(0xfc)
  const binary = Uint8Array.of(0, 1, 255)
  const asBinary = { base64: 'AAH/', bytes: 3 }

  test.each<[string, string | Uint8Array, string | undefined, unknown]>([
    ['JSON', '{"a":[1]}', 'application/json; charset=utf-8', { a: [1] }],
    ['JSON in capitals', '[]', 'Application/JSON', []],
    ['JSON of a dialect', '{"a":1}', 'application/problem+json', { a: 1 }],
    ['JSON with a byte order mark', '\ufeff{}', 'application/json', {}],
    ['JSON that holds __proto__', '{"__proto__":1}', 'application/json', JSON.parse('{"__proto__":1}')],
    ['JSON that is none', '{oops', 'application/json', '{oops'],
    ['empty JSON', '', 'application/json', null],
    ['text', 'ü', 'text/plain; charset=utf-8', 'ü'],
    ['text in another charset', latin1, 'text/plain; charset="iso-8859-1"', 'ü'],
    ['text in an unknown charset', 'ü', 'text/plain; charset=klingon', 'ü'],
    ['empty text', '', 'text/plain', ''],
    ['XML', '<a/>', 'application/xml', '<a/>'],
    ['SVG', '<svg/>', 'image/svg+xml', '<svg/>'],
    ['lines of JSON', '{}\n{}', 'application/x-ndjson', '{}\n{}'],
    ['an image', binary, 'image/png', asBinary],
    ['bytes', binary, 'application/octet-stream', asBinary],
    ['empty bytes', '', 'application/octet-stream', null],
    ['text without a type', 'ü', undefined, 'ü'],
    ['bytes without a type', binary, undefined, asBinary],
    ['invalid UTF-8 without a type', latin1, undefined, { base64: '/A==', bytes: 1 }],
    ['nothing', '', undefined, null],
  ])('that is %s', async (_what, body, type, expected) => {
    answerWith(body, type === undefined ? {} : { 'content-type': type })
    expect(await run()).toMatchObject({ body: expected })
  })

  test('of an answer to HEAD is null', async () => {
    answerWith('', { 'content-type': 'application/json' })
    expect(await run({ method: 'HEAD' })).toMatchObject({ status: 200, body: null })
  })
})

describe('headers', () => {
  test('with one name are joined to one text, set-cookie to a list', async () => {
    answerWith('', { 'X-Multi': ['a', 'b'], 'Set-Cookie': ['a=1, 2', 'b=3'] })
    expect(await run()).toMatchObject({ headers: { 'x-multi': 'a, b', 'set-cookie': ['a=1, 2', 'b=3'] } })
  })

  test('with one set-cookie are a text', async () => {
    answerWith('', { 'Set-Cookie': 'a=1' })
    expect(await run()).toMatchObject({ headers: { 'set-cookie': 'a=1' } })
  })
})

describe('redirects', () => {
  test('are followed, and the output has the final address', async () => {
    answerWith('', {})
    expect(await run({ url: `${server.origin}/redirect` })).toMatchObject({
      status: 200,
      url: `${server.origin}/target`,
    })
  })

  test('are returned if the step does not follow them', async () => {
    const output = await run({ url: `${server.origin}/redirect`, followRedirects: false })
    expect(output).toMatchObject({ status: 302, ok: false, headers: { location: '/target' } })
  })
})

describe('an error status', () => {
  test.each([400, 404, 500, 599])('%i fails the step, naming only host and status', async (status) => {
    answerWith('CANARY', { 'x-canary': 'CANARY' }, status)
    const error = await failureOf()
    expect(error).toBeInstanceOf(AppError)
    expect(error.code).toBe('STEP_FAILED')
    expect(error.message).toBe(`${server.host} answered ${status}.`)
  })

  test('keeps the answer as output, which nothing that prints the error shows', async () => {
    answerWith('{"reason":"CANARY"}', { 'content-type': 'application/json', 'x-more': 'yes' }, 422)
    const error = await failureOf()
    expect(StepFailure.outputOf(error)).toMatchObject({
      output: { status: 422, ok: false, headers: { 'x-more': 'yes' }, body: { reason: 'CANARY' } },
    })
    const shown = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error.stack)]
    expect(shown.join()).not.toContain('CANARY')
  })

  test('is returned as output if the step does not fail on it', async () => {
    answerWith('{"error":"gone"}', { 'content-type': 'application/json' }, 410)
    const output = await run({ failOnErrorStatus: false })
    expect(output).toMatchObject({ status: 410, ok: false, body: { error: 'gone' } })
  })
})

describe('an error of the client', () => {
  test('is passed on unchanged', async () => {
    const refusal = new AppError('DESTINATION_NOT_ALLOWED', 'no')
    expect(await failureOf({}, () => Promise.reject(refusal))).toBe(refusal)
  })

  test('in the middle of the body is passed on if it is an AppError', async () => {
    const tooLarge = new AppError('RESPONSE_TOO_LARGE', 'no')
    const body = new ReadableStream({ pull: (controller) => controller.error(tooLarge) })
    expect(await failureOf({}, () => Promise.resolve(new Response(body)))).toBe(tooLarge)
  })

  test('in the middle of the body names only the host otherwise', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setTimeout(() => response.destroy(), 20)
    }
    const error = await failureOf()
    expect(error.code).toBe('REQUEST_FAILED')
    expect(error.message).toBe(`The answer of ${server.host} broke off.`)
  })

  test('a response without URL gets the requested address', async () => {
    const http: Http = () => Promise.resolve(new Response('x', { status: 200 }))
    expect(await run({}, http)).toMatchObject({ url: `${server.origin}/a` })
  })
})
