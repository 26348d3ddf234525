import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { queryPostgres } from '../../plugins/query-postgres/query-postgres.ts'
import { signJwt } from '../../plugins/sign-jwt/sign-jwt.ts'
import type { PolicyDraft } from '../../src/secret/policy.ts'
import { defineStep, field, Sensitive, type StepType } from '../../src/steps/index.ts'
import { type StepOutcome, testStep } from '../../src/steps/testing/index.ts'
import type { Surroundings } from '../../src/steps/testing/test-options.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'

const value = 'the-secret-value-0123456789-0123456789'

let echo: EchoServer
beforeAll(async () => {
  echo = await startEchoServer()
})
afterAll(() => echo.close())
beforeEach(() => {
  echo.received.length = 0
})

function run(
  type: StepType,
  fields: Readonly<Record<string, unknown>>,
  policy: PolicyDraft,
  surroundings: Surroundings = {},
): Promise<StepOutcome> {
  return testStep(type, { fields, secrets: { KEY: value }, policies: { KEY: policy }, ...surroundings })
}

type Fields = Readonly<Record<string, unknown>>
const row = (name: string, text = '{{ secrets.KEY }}') => [{ name, value: text }]

const http: Readonly<Record<string, { fields: Fields; needs: string }>> = {
  'a header': { fields: { headers: row('X-Key') }, needs: 'header:x-key' },
  'a header, hashed': {
    fields: { headers: row('X-Key', '{{ secrets.KEY | sha256 }}') },
    needs: 'header:x-key',
  },
  'a header among others': {
    fields: { headers: [{ name: 'accept', value: '*/*' }, ...row('x-key', 'Bearer {{ secrets.KEY }}')] },
    needs: 'header:x-key',
  },
  'a row of the query': { fields: { query: row('key') }, needs: 'query:key' },
  'the query of the URL': { fields: { url: '/?key={{ secrets.KEY }}' }, needs: 'query:key' },
  'the path': { fields: { url: '/{{ secrets.KEY | base64url }}' }, needs: 'url' },
  'a JSON body': {
    fields: { method: 'POST', bodyKind: 'json', body: { key: '{{ secrets.KEY }}' } },
    needs: 'body',
  },
  'a form': { fields: { method: 'POST', bodyKind: 'form', form: row('key') }, needs: 'body' },
  'a multipart form': { fields: { method: 'POST', bodyKind: 'multipart', form: row('key') }, needs: 'body' },
}

const places = [
  'header:x-key',
  'query:key',
  'url',
  'body',
  'custom-http.headers',
  'custom-http.url',
  'header:y',
]
const allows = (place: string, needs: string) =>
  place === needs || (place === 'url' && needs.startsWith('query:'))

describe.each(Object.entries(http))('custom-http sends a secret in %s', (_what, { fields, needs }) => {
  const whole = () => ({ ...fields, url: `${echo.url}${fields['url'] ?? '/'}` })

  test(`when the policy names ${needs}`, async () => {
    const { status, error } = await run(customHttp, whole(), { places: [needs, 'header:y'] })
    expect([status, error]).toEqual(['SUCCEEDED', undefined])
    expect(echo.received).toHaveLength(1)
  })

  test.each(places.filter((it) => !allows(it, needs)))('is refused if it allows only %s', async (place) => {
    const { error } = await run(customHttp, whole(), { places: [place] })
    expect(error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED', message: expect.stringContaining('KEY') })
    expect(echo.received).toEqual([])
  })
})

describe('a value from an earlier output', () => {
  const fields = () => ({ url: echo.url, headers: row('x-key', '{{ steps.before.output.it | base64 }}') })

  test('has the places of its secret', async () => {
    // The step itself names the secret in an allowed place. The other value comes from an output.
    const both = { ...fields(), query: row('key') }
    const steps = { before: { it: `token ${value}` } }
    const refused = await run(customHttp, both, { places: ['query:key'] }, { steps })
    expect(refused.error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
    expect(echo.received).toEqual([])
    const { status } = await run(customHttp, both, { places: ['query:key', 'header:x-key'] }, { steps })
    expect(status).toBe('SUCCEEDED')
  })
})

describe('a field that is no part of HTTP', () => {
  test('is its own place: the client certificate', async () => {
    const fields = { url: echo.url, clientCertificate: '{{ secrets.KEY }}' }
    const { error } = await run(customHttp, fields, { places: ['url', 'body'] })
    expect(error?.message).toContain('the field custom-http.clientCertificate')
    const { status } = await run(customHttp, fields, { places: ['custom-http.clientCertificate'] })
    expect(status).toBe('SUCCEEDED')
  })

  test('is its own place: a signing key', async () => {
    const fields = { algorithm: 'HS256', key: '{{ secrets.KEY }}', claims: {} }
    expect((await run(signJwt, fields, { places: ['header:authorization'] })).error?.code).toBe(
      'DESTINATION_NOT_ALLOWED',
    )
    expect((await run(signJwt, fields, { places: ['sign-jwt.key'] })).status).toBe('SUCCEEDED')
  })

  test('is its own place: a connection string, which is no query parameter', async () => {
    const connectionString = 'postgres://app:{{ secrets.KEY }}@127.0.0.1:9/db'
    const fields = { connectionString, query: 'select 1' }
    for (const place of ['url', 'query:key', 'query-postgres.query']) {
      const { error } = await run(queryPostgres, fields, { places: [place] })
      expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
    }
    const allowed = await run(queryPostgres, fields, { places: ['query-postgres.connectionString'] })
    expect(allowed.error?.code).not.toBe('DESTINATION_NOT_ALLOWED')
  })

  test.each([[{ methods: ['GET'] }], [{ paths: ['/'] }]])('is refused by %j', async (policy) => {
    const fields = { connectionString: 'postgres://app:{{ secrets.KEY }}@127.0.0.1:9/db', query: 'select 1' }
    expect((await run(queryPostgres, fields, policy)).error).toMatchObject({
      code: 'DESTINATION_NOT_ALLOWED',
      message: expect.stringContaining('by another protocol'),
    })
  })

  test('without secrets gets one only from an earlier output, and is checked', async () => {
    const given = { before: { it: value } }
    const taking = defineStep({
      type: 'take-and-keep',
      title: 'Takes',
      description: 'Takes a secret and anything else.',
      fields: {
        token: field.text({ label: 'Token', secrets: true }),
        other: field.text({ label: 'Other' }),
      },
      output: {},
      run: () => ({}),
    })
    const fields = { token: '{{ secrets.KEY }}', other: '{{ steps.before.output.it }}' }
    const token = { places: ['take-and-keep.token'] }
    expect((await run(taking, fields, token, { steps: given })).error?.code).toBe('DESTINATION_NOT_ALLOWED')
    expect((await run(taking, { token: fields.token }, token, { steps: given })).status).toBe('SUCCEEDED')
  })
})

describe('a step type without sends', () => {
  const post = defineStep({
    type: 'post-message',
    title: 'Post',
    description: 'Posts a message.',
    fields: {
      server: field.url({ label: 'Server', required: true }),
      token: field.text({ label: 'Token', secrets: true }),
    },
    output: {},
    destinations: ({ server }) => [new URL(server).origin],
    async run({ server, token }, { http: send }) {
      await send(`${server}/v1/`, {
        method: 'POST',
        headers: token ? { authorization: new Sensitive(`Bearer ${token.reveal()}`) } : {},
      })
      return {}
    },
  })
  const fields = () => ({ server: echo.url, token: '{{ secrets.KEY }}' })

  test("may put its field's secret anywhere in its own requests", async () => {
    expect((await run(post, fields(), { places: ['post-message.token'] })).status).toBe('SUCCEEDED')
    expect(echo.received.map((it) => it.headers['authorization'])).toEqual([`Bearer ${value}`])
  })

  test('gets no secret that is bound to places of HTTP', async () => {
    const { error } = await run(post, fields(), { places: ['header:authorization'] })
    expect(error?.message).toContain('the field post-message.token')
    expect(echo.received).toEqual([])
  })

  test.each<[PolicyDraft, string]>([
    [{ methods: ['POST'], paths: ['/v1/'] }, 'SUCCEEDED'],
    [{ methods: ['GET'] }, 'FAILED'],
    [{ paths: ['/v2/'] }, 'FAILED'],
    [{ hosts: ['http://127.0.0.1'] }, 'SUCCEEDED'],
    [{ hosts: ['127.0.0.1'] }, 'FAILED'],
  ])('obeys methods, paths and scheme all the same: %j', async (policy, status) => {
    expect((await run(post, fields(), policy)).status).toBe(status)
    expect(echo.received).toHaveLength(status === 'SUCCEEDED' ? 1 : 0)
  })
})
