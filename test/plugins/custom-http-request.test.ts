import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { type AppError, type Http, Sensitive } from '../../src/steps/index.ts'
import { type EchoServer, type Received, startEchoServer } from './echo-server.ts'
import { type RunOptions, reveal, runStep } from './run-step.ts'

const secret = 'sk_CANARY/+= "&'
const secrets = { KEY: secret, NAME: 'CANARYname' }
let server: EchoServer

beforeAll(async () => {
  server = await startEchoServer((_request, response) => response.end('{}'))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

/** Runs the step against the server. @returns the request that arrived. */
async function send(fields: Record<string, unknown>, options: RunOptions = {}): Promise<Received> {
  await runStep(customHttp, { url: server.origin, ...fields }, { secrets, ...options })
  const [first] = server.received
  if (first === undefined) throw new Error('nothing arrived')
  return first
}

/** The error of a step that must not have sent anything. */
async function refusalOf(fields: Record<string, unknown>): Promise<AppError> {
  const error = await runStep(customHttp, { url: server.origin, ...fields }, { secrets }).catch((it) => it)
  expect(server.received).toEqual([])
  expect(error.message).not.toContain('CANARY')
  return error
}

test('a URL alone is a GET without a body', async () => {
  const request = await send({ url: `${server.origin}/path?a=1` })
  expect(request).toMatchObject({ method: 'GET', url: '/path?a=1', body: '' })
  expect(request.headers['content-type']).toBeUndefined()
})

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
  '%s is sent with this method',
  async (method) => {
    expect(await send({ method })).toMatchObject({ method })
  },
)

test('a secret is sent whole in path, query, header and body', async () => {
  const request = await send({
    method: 'POST',
    url: `${server.origin}/{{ secrets.NAME }}?k={{ secrets.KEY }}`,
    query: [{ name: 'q', value: '{{ secrets.KEY }}' }],
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }],
    bodyKind: 'json',
    body: { key: '{{ secrets.KEY }}' },
  })
  const url = new URL(request.url, server.origin)
  expect(url.pathname).toBe('/CANARYname')
  expect(url.searchParams.get('k')).toBe(secret)
  expect(url.searchParams.get('q')).toBe(secret)
  expect(request.headers).toMatchObject({ authorization: `Bearer ${secret}` })
  expect(JSON.parse(request.body)).toEqual({ key: secret })
})

test('texts with a secret are passed to the client as Sensitive', async () => {
  const { calls } = await runStep(
    customHttp,
    {
      method: 'POST',
      url: `${server.origin}/{{ secrets.NAME }}`,
      query: [{ name: 'q', value: '{{ secrets.KEY }}' }],
      headers: [{ name: 'Authorization', value: '{{ secrets.KEY }}' }],
      bodyKind: 'multipart',
      form: [{ name: 'a', value: '{{ secrets.KEY }}' }],
    },
    { secrets },
  )
  const [call] = calls
  expect(call?.url).toBeInstanceOf(Sensitive)
  expect(call?.init.body).toBeInstanceOf(Sensitive)
  expect(JSON.stringify(calls)).not.toContain('CANARY')
})

describe('query parameters', () => {
  test.each([
    ['', '/?q=a%20%26b'],
    ['/', '/?q=a%20%26b'],
    ['/p?', '/p?q=a%20%26b'],
    ['/p?x=%2F+1', '/p?x=%2F+1&q=a%20%26b'],
    ['/p?x=1&', '/p?x=1&q=a%20%26b'],
    ['/p?x=1#part', '/p?x=1&q=a%20%26b'],
    ['/p#part?', '/p?q=a%20%26b'],
  ])('after %j give %j', async (path, expected) => {
    const query = [{ name: 'q', value: 'a &b' }]
    expect((await send({ url: `${server.origin}${path}`, query })).url).toBe(expected)
  })

  test('keep their order and repeated names', async () => {
    const query = [
      { name: 'b', value: '1' },
      { name: 'a[]', value: 'ü' },
      { name: 'b', value: '' },
    ]
    expect((await send({ query })).url).toBe('/?b=1&a%5B%5D=%C3%BC&b=')
  })

  test('with a lone surrogate are encoded as U+FFFD', async () => {
    const trigger = { half: '\ud83d' }
    const query = [{ name: 'q', value: '{{ trigger.half }}' }]
    expect((await send({ query }, { trigger })).url).toBe('/?q=%EF%BF%BD')
  })
})

describe('the body', () => {
  const post = (fields: Record<string, unknown>, options?: RunOptions) =>
    send({ method: 'POST', ...fields }, options)
  const form = [
    { name: 'key', value: '{{ secrets.KEY }}' },
    { name: 'ü&', value: 'a b' },
  ]

  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'JSON from a text',
      { bodyKind: 'json', body: '{"n": {{ trigger.n }}}' },
      '{"n": 5}',
      'application/json',
    ],
    ['JSON from a structure', { bodyKind: 'json', body: ['{{ trigger.n }}'] }, '[5]', 'application/json'],
    ['text', { bodyKind: 'text', body: 'n = {{ trigger.n }}' }, 'n = 5', 'text/plain; charset=utf-8'],
    [
      'form',
      { bodyKind: 'form', form },
      'key=sk_CANARY%2F%2B%3D+%22%26&%C3%BC%26=a+b',
      'application/x-www-form-urlencoded',
    ],
    ['an empty form', { bodyKind: 'form' }, '', 'application/x-www-form-urlencoded'],
  ])('as %s', async (_kind, fields, body, type) => {
    const request = await post(fields, { trigger: { n: 5 } })
    expect(request.body).toBe(body)
    expect(request.headers['content-type']).toBe(type)
  })

  test('as multipart is read back by a standard parser', async () => {
    const request = await post({ bodyKind: 'multipart', form })
    const type = String(request.headers['content-type'])
    const data = await new Response(request.body, { headers: { 'content-type': type } }).formData()
    expect([...data]).toEqual([
      ['key', secret],
      ['ü&', 'a b'],
    ])
  })

  test('as multipart keeps line breaks in values, and a name cannot add a header', async () => {
    const trigger = { name: 'a"; filename="x\r\nX-Evil: 1', value: 'l1\nl2\r\n--x--' }
    const fields = [{ name: '{{ trigger.name }}', value: '{{ trigger.value }}' }]
    const request = await post({ bodyKind: 'multipart', form: fields }, { trigger })
    expect(request.body).toContain(
      'name="a%22; filename=%22x%0D%0AX-Evil: 1"\r\n\r\nl1\nl2\r\n--x--\r\n--lockstep-',
    )
  })

  test('as multipart has another boundary each time', async () => {
    await post({ bodyKind: 'multipart', form })
    await post({ bodyKind: 'multipart', form })
    const types = server.received.map((it) => it.headers['content-type'])
    expect(new Set(types).size).toBe(2)
  })

  test.each(['Content-Type', 'content-type'])('keeps the type from the header %s', async (name) => {
    const headers = [{ name, value: 'application/vnd.api+json' }]
    const request = await post({ bodyKind: 'json', body: '{}', headers })
    expect(request.headers['content-type']).toBe('application/vnd.api+json')
  })

  test('of kind none is not sent, even if the form still has content', async () => {
    expect(await post({ bodyKind: 'none', body: '{}', form })).toMatchObject({ body: '' })
  })
})

describe('refuses', () => {
  test.each(['GET', 'HEAD'])('a body with %s', async (method) => {
    const error = await refusalOf({ method, bodyKind: 'text', body: '{{ secrets.KEY }}' })
    expect(error.code).toBe('INVALID_FIELD')
    expect(error.message).toContain(`a ${method} request has no body. Choose another method`)
  })

  test('a Content-Type header with multipart', async () => {
    const headers = [{ name: 'content-type', value: 'multipart/form-data' }]
    const error = await refusalOf({ method: 'POST', bodyKind: 'multipart', headers })
    expect(error.message).toContain('field "headers": row 1: Content-Type. A multipart body sets it itself')
  })

  test.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'CONNECTION',
    'Keep-Alive',
    'TE',
    'Upgrade',
    'Expect',
  ])('the header %s, which belongs to the connection', async (name) => {
    const headers = [
      { name: 'X-Fine', value: '1' },
      { name, value: '{{ secrets.NAME }}' },
    ]
    const error = await refusalOf({ headers })
    expect(error.code).toBe('INVALID_FIELD')
    expect(error.message).toContain(`field "headers": row 2: "${name}" belongs to the connection`)
    expect(error.at).toEqual({ field: 'headers', row: 2 })
  })

  test('a missing body', async () => {
    const error = await refusalOf({ method: 'POST', bodyKind: 'json' })
    expect(error.message).toBe('field "body": is required.')
  })
})

describe('the options of the request', () => {
  const answered: Http = () => Promise.resolve(new Response('{}'))
  const initOf = async (fields: Record<string, unknown>) => {
    const { calls } = await runStep(
      customHttp,
      { url: server.origin, ...fields },
      { secrets, http: answered },
    )
    return calls[0]?.init
  }

  test('have the documented defaults', async () => {
    expect(await initOf({})).toEqual({
      method: 'GET',
      headers: [],
      redirect: 'follow',
      maxRedirects: 5,
      timeoutMs: 30_000,
      retries: 0,
      repeatable: true,
    })
  })

  test('follow the fields', async () => {
    const fields = { timeoutSeconds: 1.5, followRedirects: false, retries: 5 }
    expect(await initOf(fields)).toMatchObject({ timeoutMs: 1500, redirect: 'manual', retries: 5 })
    expect(await initOf({ maxRedirects: 0 })).toMatchObject({ redirect: 'follow', maxRedirects: 0 })
  })

  test.each([
    ['PUT', [], true],
    ['DELETE', [], true],
    ['POST', [], false],
    ['PATCH', [], false],
    ['POST', [{ name: 'idempotency-key', value: 'a' }], true],
  ])('%s with headers %j says whether it may be repeated', async (method, headers, repeatable) => {
    expect(await initOf({ method, headers })).toMatchObject({ repeatable })
  })

  test('include the client certificate, with its passphrase if there is one', async () => {
    const clientCertificate = '{{ secrets.KEY }}'
    const alone = await initOf({ clientCertificate })
    expect(alone?.clientCertificate && reveal(alone.clientCertificate.content)).toBe(secret)
    expect(alone?.clientCertificate).not.toHaveProperty('passphrase')
    const both = await initOf({ clientCertificate, clientCertificatePassphrase: '{{ secrets.NAME }}' })
    expect(both?.clientCertificate?.passphrase?.reveal()).toBe('CANARYname')
  })
})
