import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createSchema } from '../../src/api/schema.ts'
import { possibleTypes } from '../../web/src/gql/possible-types.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { VALUE_TYPES } from '../support/value-types.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const schema = createSchema()
const STEPS = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('API_KEY', 'sk_test_cached_0123456789')
  const { id } = await acme.createAutomation('Cached', STEPS)
  await acme.run(id)
  const input = { workspace: 'acme', name: 'cached', role: 'MEMBER' }
  await acme.admin.mutate(
    'mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { __typename } }',
    {
      input,
    },
  )
})
afterAll(() => app.close())

const QUERY = `{
  viewer { id workspaces { id name } }
  workspace(id: "acme") { id members { id } apiTokens { id owner { id } } invitations { id } keys { warnings } }
  secrets(workspace: "acme") { id name } secretPolicies(workspace: "acme") { id name }
  secretUsages(workspace: "acme", name: "API_KEY") { id automation { id } }
  sealingKey(workspace: "acme") { id publicKey { x } successions { statement } }
  stepTypes { id fields { name shownIf { field } } }
  automations(workspace: "acme", first: 2) { id steps { key retry { count } } schedule { cron } runs { id }
    variables { kind variables { reference } } }
  runs(workspace: "acme") { id plan { key } error { code at { step } } steps { id error { code } } automation { id } }
  auditLog(workspace: "acme") { id details { __typename ... on RunAuditDetail { run } } }
}`

/** What the cache says about objects that it cannot tell apart. */
async function complaints(values: readonly string[]): Promise<string[]> {
  const said: string[] = []
  // It says nothing where it takes itself to be in production.
  vi.stubEnv('NODE_ENV', 'test')
  onTestFinished(() => void vi.unstubAllEnvs())
  const keys = Object.fromEntries(values.map((type) => [type, () => null]))
  const client = new Client({
    url: 'http://lockstep/graphql',
    preferGetMethod: false,
    fetch: (_url, init) => acme.admin.open('/graphql', init),
    exchanges: [
      cacheExchange({
        keys,
        possibleTypes,
        logger: (_level, message) => said.push(message),
      }),
      fetchExchange,
    ],
  })
  const { data, error } = await client.query(QUERY, {}).toPromise()
  expect(error).toBeUndefined()
  expect(data.secrets).toHaveLength(1)
  return said.filter((it) => it.startsWith('Invalid key'))
}

test('a normalised cache embeds nothing but values', async () => {
  const details = Object.keys(schema.getTypeMap()).filter((it) => it.endsWith('AuditDetail'))
  expect(await complaints([...VALUE_TYPES, ...details])).toEqual([])
})

test('a normalised cache says so of a type that has no id', async () => {
  const said = await complaints(VALUE_TYPES.filter((it) => it !== 'Step'))
  expect(said).toContainEqual(expect.stringContaining('`Step`'))
})
