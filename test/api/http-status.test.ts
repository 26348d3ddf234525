import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import { holdTable } from '../support/held-table.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const TYPES = ['application/json', 'application/graphql-response+json']

async function ask(query: string, accept: string) {
  const { headers: usual, ...init } = post({ query })
  const { status, headers, text } = await acme.admin.request('/graphql', {
    ...init,
    headers: { ...usual, accept },
  })
  const { data, errors } = JSON.parse(text)
  return { status, retryAfter: headers.get('retry-after'), data, errors }
}

const secret = (name: string) =>
  `${name}: createSecret(input: { workspace: "acme", name: "${name}", value: "sk_status_0123456789" }) { __typename }`
const automation = `automation: createAutomation(input: { workspace: "acme", name: "Late", steps: [] }) { __typename }`

/** Sends the request, and ends its connection to the database once a statement of it waits for the table. */
async function askUntilAway(query: string, accept: string, table: string) {
  const held = await holdTable(app.database, table)
  try {
    const answer = ask(query, accept)
    await vi.waitUntil(() => held.waiting(), { timeout: 20_000 })
    await held.endWaiting()
    return await answer
  } finally {
    await held.release()
  }
}

describe('when the database goes away in the middle of a request', () => {
  test.each(TYPES)(
    'after a change that was made, the answer is 200 to those who accept %s',
    async (accept) => {
      const name = `FIRST_${TYPES.indexOf(accept)}`
      const answer = await askUntilAway(`mutation { ${secret(name)} ${automation} }`, accept, 'automation')
      // On 503 a client or a proxy would send the request again as a whole, and the first change would be made twice.
      expect(answer).toMatchObject({
        status: 200,
        retryAfter: null,
        data: { [name]: { __typename: 'CreateSecretSuccess' }, automation: null },
        errors: [{ path: ['automation'], extensions: { code: 'DATABASE_UNAVAILABLE' } }],
      })
      expect(await app.database.query('select name from secret where name = $1', [name])).toEqual([{ name }])
    },
  )

  test.each(TYPES)('before any change was made, it is 503 to those who accept %s', async (accept) => {
    const answer = await askUntilAway(`mutation { ${automation} }`, accept, 'automation')
    expect(answer).toMatchObject({
      status: 503,
      retryAfter: '2',
      data: { automation: null },
      errors: [{ extensions: { code: 'DATABASE_UNAVAILABLE' } }],
    })
  })

  test('after a change that was refused, it is 503: nothing would be made twice', async () => {
    await acme.createSecret('TAKEN', 'sk_status_0123456789')
    const answer = await askUntilAway(
      `mutation { ${secret('TAKEN')} ${automation} }`,
      TYPES[0] ?? '',
      'automation',
    )
    expect(answer).toMatchObject({ status: 503, data: { TAKEN: { __typename: 'NameTakenError' } } })
  })

  test('beside another answer of a query, it is 503', async () => {
    const query = '{ viewer { id } secrets(workspace: "acme") { name } }'
    expect(await askUntilAway(query, TYPES[0] ?? '', 'secret')).toMatchObject({
      status: 503,
      errors: [{ path: ['secrets'], extensions: { code: 'DATABASE_UNAVAILABLE' } }],
    })
  })
})
