import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, post } from '../support/client.ts'

const MODES = ['signed-in', 'everybody', 'off'] as const
type Mode = (typeof MODES)[number]
const apps = new Map<Mode, { app: TestApp; anonymous: Client; anna: Client }>()
beforeAll(async () => {
  for (const mode of MODES) {
    const app = await startTestApp({ env: { LOCKSTEP_INTROSPECTION: mode } })
    const anna = await app.signUp('Anna')
    apps.set(mode, { app, anonymous: app.anonymous, anna })
  }
})
afterAll(async () => {
  for (const { app } of apps.values()) await app.close()
})

const appOf = (mode: Mode) => {
  const found = apps.get(mode)
  if (!found) throw new Error(`no instance with ${mode}`)
  return found
}
const ask = async (client: Client, query: string, headers: Record<string, string> = {}) => {
  const init = post({ query })
  const answer = await client.request('/graphql', { ...init, headers: { ...init.headers, ...headers } })
  return { ...answer, body: JSON.parse(answer.text) }
}

const SCHEMA_QUERIES = [
  getIntrospectionQuery(),
  '{ __type(name: "Secret") { name } }',
  '{ a: __schema { queryType { name } } }',
  'query { ...all } fragment all on Query { __schema { queryType { name } } }',
]

describe.each(SCHEMA_QUERIES)('%#. asking for the schema', (query) => {
  test('signed out is refused in words, also after somebody signed in has asked the same', async () => {
    const app = appOf('signed-in')
    for (const _time of [1, 2]) expect((await ask(app.anna, query)).body.errors).toBeUndefined()
    const { body } = await ask(app.anonymous, query)
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect(body.errors[0].message).toMatch(/Introspection.*sign in.*schema\.graphql/)
    expect(body.data).toBeUndefined()
  })

  test('is answered to everybody with `everybody`', async () => {
    expect((await ask(appOf('everybody').anonymous, query)).body.errors).toBeUndefined()
  })

  test('is refused to everybody with `off`', async () => {
    const { anna, anonymous } = appOf('off')
    for (const client of [anna, anonymous])
      expect((await ask(client, query)).body).toMatchObject({
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      })
  })
})

test.each(MODES)('`__typename` is answered to the signed-out with `%s`', async (mode) => {
  expect((await ask(appOf(mode).anonymous, '{ __typename }')).body).toEqual({ data: { __typename: 'Query' } })
})

describe('the cost of a request', () => {
  const told = { 'x-lockstep-cost': '1' }

  test('is told to a client that asks, each time', async () => {
    for (const _time of [1, 2, 3]) {
      const { body, headers } = await ask(appOf('signed-in').anna, '{ viewer { id name } }', told)
      expect(body.data.viewer.name).toEqual(expect.any(String))
      expect(body.extensions).toEqual({ cost: { cost: 3, limit: 500_000 } })
      expect(headers.get('x-lockstep-cost')).toBe('3')
      expect(headers.get('x-lockstep-cost-limit')).toBe('500000')
    }
  })

  test('is not told to a client that does not ask', async () => {
    const { body, headers } = await ask(appOf('signed-in').anna, '{ viewer { id name } }')
    expect(body.extensions).toBeUndefined()
    expect(headers.get('x-lockstep-cost')).toBeNull()
  })
})
