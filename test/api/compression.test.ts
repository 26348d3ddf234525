import { type IncomingHttpHeaders, request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { getIntrospectionQuery, getNamedType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptedCoding } from '../../src/api/accepted-coding.ts'
import { NEVER_COMPRESSED } from '../../src/api/compression.ts'
import { createSchema } from '../../src/api/schema.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
let reader: { token: string }
beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  const made = await acme.admin.mutate(`mutation {
    createApiToken(input: { workspace: "acme", name: "reader", role: ADMIN }) {
      ... on CreateApiTokenSuccess { token }
    }
  }`)
  reader = made
})
afterAll(() => app.close())

interface Raw {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Without what fetch adds by itself and undoes by itself. */
const send = (
  query: string | undefined,
  headers: Record<string, string>,
  { method = 'POST', path = '/graphql' } = {},
): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${reader.token}`, 'content-type': 'application/json', ...headers }
    const sent = request(`${app.url}${path}`, { method, headers: all }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        // A subscription would go on.
        if (res.headers['content-type']?.startsWith('text/event-stream')) res.destroy()
      })
      res.once('close', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.once('error', reject)
    sent.end(query === undefined ? undefined : JSON.stringify({ query }))
  })

const decoded = ({ headers, body }: Raw): string => {
  const coding = headers['content-encoding']
  if (coding === 'br') return brotliDecompressSync(body).toString()
  return (coding === 'gzip' ? gunzipSync(body) : body).toString()
}

const steps = '{ stepTypes { type title description fields { name label help } } }'
/** An answer that is long enough, with these fields. */
const long = (fields: string) =>
  `{ ${Array.from({ length: 200 }, (_, index) => `typename${index}: __typename`).join(' ')} ${fields} }`

describe.each([
  ['a query', steps],
  ['introspection', getIntrospectionQuery()],
])('%s', (_what, query) => {
  test.each(['br', 'gzip'])('is compressed as %s, and is the same', async (coding) => {
    const plain = await send(query, { 'accept-encoding': 'identity' })
    expect(plain.headers).not.toHaveProperty('content-encoding')
    // The first answer is Yoga's, and those behind it take the short way.
    for (let round = 0; round < 3; round++) {
      const answer = await send(query, { 'accept-encoding': coding })
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({
        'content-encoding': coding,
        'content-length': String(answer.body.length),
        'content-type': plain.headers['content-type'],
        vary: 'Accept-Encoding',
        'cache-control': 'no-store',
      })
      expect(answer.body.length).toBeLessThan(plain.body.length / 3)
      expect(decoded(answer)).toBe(plain.body.toString())
    }
  })

  test.each([
    ['nothing', {}],
    ['identity', { 'accept-encoding': 'identity' }],
    ['codings that are not ours', { 'accept-encoding': 'deflate, zstd' }],
    ['refusals', { 'accept-encoding': 'gzip;q=0, br;q=0.0' }],
    ['identity first', { 'accept-encoding': 'gzip;q=0.5, identity' }],
  ])('is sent as it is to who accepts %s, and says that it varies', async (_accepts, headers) => {
    const { headers: answered } = await send(query, headers)
    expect(answered).not.toHaveProperty('content-encoding')
    expect(answered.vary).toBe('Accept-Encoding')
  })

  test('is compressed with the other media type too', async () => {
    const accept = 'application/graphql-response+json'
    const { headers } = await send(query, { accept, 'accept-encoding': 'gzip' })
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': expect.stringContaining(accept),
    })
  })
})

test('a short answer is sent as it is', async () => {
  for (let round = 0; round < 2; round++) {
    const { headers } = await send('{ viewer { id } }', { 'accept-encoding': 'br' })
    expect(headers).not.toHaveProperty('content-encoding')
  }
})

test('an answer with what lets somebody in, or what outsiders sent, is never compressed', async () => {
  const automations = (fields: string) =>
    long(`automationsConnection(workspace: "acme") { edges { node { ${fields} } } }`)
  const runs = (fields: string) => long(`runsConnection(workspace: "acme") { edges { node { ${fields} } } }`)
  const both = { 'accept-encoding': 'br, gzip' }
  for (let round = 0; round < 2; round++) {
    expect((await send(automations('name'), both)).headers['content-encoding']).toBe('br')
    expect((await send(runs('status'), both)).headers['content-encoding']).toBe('br')
    for (const query of [
      automations('hookUrl'),
      automations('name: hookUrl'),
      automations('...F').concat(' fragment F on Automation { hookUrl }'),
      automations('variables { variables { sample } }'),
      runs('input'),
      runs('output'),
      runs('error { message }'),
      runs('steps { output }'),
      runs('steps { log { lines { text } } }'),
    ]) {
      const answer = await send(query, both)
      expect(JSON.parse(answer.body.toString()), query).toHaveProperty('data.typename0', 'Query')
      expect(answer.headers).not.toHaveProperty('content-encoding')
    }
  }
})

test('the answer of a mutation is never compressed: it may have a new token or link', async () => {
  const query = `mutation ${long('revokeApiToken(id: "none") { __typename }')}`
  const { headers, body } = await send(query, { 'accept-encoding': 'br, gzip' })
  expect(body.length).toBeGreaterThan(3000)
  expect(headers).not.toHaveProperty('content-encoding')
})

test('a link of another site gets nothing that is compressed: GET is sent as it is, and HEAD is refused', async () => {
  const path = `/graphql?${new URLSearchParams({ query: steps })}`
  const headers = { 'accept-encoding': 'br, gzip', accept: 'text/html,*/*;q=0.8' }
  const got = await send(undefined, headers, { method: 'GET', path })
  expect(got.status).toBe(200)
  expect(got.headers).not.toHaveProperty('content-encoding')
  const head = await send(undefined, headers, { method: 'HEAD', path })
  expect([head.status, head.body.length]).toEqual([405, 0])
  expect(head.headers).not.toHaveProperty('content-encoding')
})

test('events are sent as they are', async () => {
  const query = 'subscription { secretsChanged(workspace: "acme") { edges { node { name } } } }'
  const headers = { accept: 'text/event-stream', 'accept-encoding': 'br, gzip' }
  const { headers: answered, body } = await send(query, headers)
  expect(answered['content-type']).toMatch(/^text\/event-stream/)
  expect(answered['content-encoding'] ?? 'none').toBe('none')
  expect(body.toString()).toMatch(/^(?:event|data|id|:)/)
})

test('every field that may hold what nobody else may guess is one that is never compressed, or was looked at', () => {
  const lookedAt = new Set([
    // What members wrote into steps, which they may all read; and public keys and hashes.
    ...['Step.fields', 'StepType.outputSchema', 'StepField.default', 'SealingKey.jwk'],
    // What belongs to a token besides its text, and a value of a field that decides about others.
    ...['CreateApiTokenSuccess.apiToken', 'RevokeApiTokenSuccess.apiToken', 'Condition.is'],
    ...['StepField.requiredWhen', 'StepField.textWhen', 'StepField.when'],
  ])
  const suspect = /url|token$|link|input|output|sample|^value|password|^log$/i
  const found = Object.values(createSchema().getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__') || /Mutation|Subscription/.test(type.name))
      return []
    return Object.values(type.getFields())
      .filter((it) => suspect.test(it.name) || /^JSON/.test(getNamedType(it.type).name))
      .filter((it) => !NEVER_COMPRESSED.has(it.name))
      .map((it) => `${type.name}.${it.name}`)
  })
  expect(found.filter((it) => !lookedAt.has(it))).toEqual([])
})

test.each([
  [undefined, undefined],
  ['', undefined],
  ['*', 'br'],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['br;q=0.1, gzip;q=0.9', 'gzip'],
  ['br; q=0.8 , gzip;q=0.8', 'br'],
  ['br;q=0, *', 'gzip'],
  ['*;q=0', undefined],
  ['*;q=0, gzip;q=0.001', 'gzip'],
  ['identity;q=0, *;q=0', undefined],
  ['identity;q=0, gzip', 'gzip'],
  ['identity, gzip;q=0.9', undefined],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['gzip;q=2', undefined],
  ['gzip;q=-1', undefined],
  ['gzip;q=nonsense', undefined],
  ['brx, notgzip', undefined],
])('of %j the best is %j', (header, coding) => {
  expect(acceptedCoding(header, ['br', 'gzip'])).toBe(coding)
})
