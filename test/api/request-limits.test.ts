import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, post } from '../support/client.ts'
import { holdTable } from '../support/held-table.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({
    env: {
      LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS: '3',
      LOCKSTEP_GRAPHQL_MAX_COST: '50000',
      LOCKSTEP_GRAPHQL_COST_PER_MINUTE: '50000',
    },
  })
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const ASK = 'application/graphql-response+json'

/** The answer to a request as clients see it that know GraphQL's own type. */
async function ask(client: Client, query: string, variables: object = {}) {
  const { headers: usual, ...init } = post({ query, variables })
  const { status, headers, text } = await client.request('/graphql', {
    ...init,
    headers: { ...usual, accept: ASK },
  })
  const { data, errors } = JSON.parse(text)
  return { status, retryAfter: headers.get('retry-after'), data, errors }
}

describe('a request that takes too long', () => {
  const names = '{ secrets(workspace: "acme") { name } }'

  test('is answered while the database works on, by both ways', async () => {
    await acme.admin.graphql(names)
    const held = await holdTable(app.database, 'secret')
    try {
      expect(await ask(acme.admin, names)).toMatchObject({
        status: 503,
        errors: [{ extensions: { code: 'TIMEOUT' }, message: expect.stringMatching(/longer than 3 s/) }],
      })
      const { status, text } = await acme.admin.request('/graphql', post({ query: names }))
      expect({ status, code: JSON.parse(text).errors[0].extensions.code }).toEqual({
        status: 503,
        code: 'TIMEOUT',
      })
    } finally {
      await held.release()
    }
    expect(await ask(acme.admin, names)).toMatchObject({ status: 200, data: { secrets: [] } })
  })

  test('finishes the change that has begun, and begins none after it', async () => {
    const create = (name: string) =>
      `${name}: createSecret(input: { workspace: "acme", name: "${name}", value: "sk_late_0123456789" }) { __typename }`
    const held = await holdTable(app.database, 'secret')
    const answer = ask(acme.admin, `mutation { ${create('FIRST')} ${create('SECOND')} }`)
    try {
      await vi.waitUntil(() => held.waiting(), { timeout: 20_000 })
      // The limit is over by then.
      await new Promise((resolve) => setTimeout(resolve, 3100))
    } finally {
      await held.release()
    }
    // A status that says "try again" would have the first change made twice.
    expect(await answer).toMatchObject({
      status: 200,
      data: { FIRST: { __typename: 'CreateSecretSuccess' }, SECOND: null },
      errors: [{ path: ['SECOND'], extensions: { code: 'TIMEOUT' } }],
    })
    expect(await app.database.query('select name from secret')).toEqual([{ name: 'FIRST' }])
  })
})

describe('what one caller asks for in a minute', () => {
  const dear =
    'query ($n: Int) { automations(workspace: "acme", first: $n) { id name version steps { key } } }'

  test('is bounded for a person with all their tokens, and for nobody else', async () => {
    const token = await acme.createToken('MEMBER')
    const other = await createTestWorkspace(app, 'globex')
    const refused = await vi.waitUntil(async () => {
      const found = await ask(token, dear, { n: 400 })
      return found.status === 429 && found
    })
    const message = /at most 50000 a minute.*LOCKSTEP_GRAPHQL_COST_PER_MINUTE/
    expect(refused.errors).toMatchObject([
      { message: expect.stringMatching(message), extensions: { code: 'LIMIT_REACHED' } },
    ])
    expect(Number(refused.retryAfter)).toBeGreaterThan(0)
    expect(Number(refused.retryAfter)).toBeLessThanOrEqual(60)
    expect(await ask(acme.admin, dear, { n: 400 })).toMatchObject({ status: 429 })
    expect(await ask(other.admin, dear.replace('acme', 'globex'), { n: 400 })).toMatchObject({ status: 200 })
    expect(await ask(app.anonymous, '{ __typename }')).toMatchObject({ status: 200 })
  })
})
