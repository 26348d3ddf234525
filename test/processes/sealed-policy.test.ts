import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createPolicySealer, type PolicySealer } from '../../src/keys/policy-sealer.ts'
import { createKeyCheck, openSigner } from '../../src/keys/signing.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { findSealedWorkspaceKey } from '../../src/store/workspace-key.ts'
import { createOpener, loadRootKey } from '../../src/vault/opening.ts'
import { type GeneralJwe, sealInNode } from '../../src/vault/sealing.ts'
import { collect } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { anyPolicy, attacks } from './policy-attacks.ts'
import { openRoleWorld, type RoleWorld } from './role-world.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const value = 'sk_test_bound_0123456789'
const otherValue = 'sk_test_other_9876543210'

/** An attacker in the API: they have the rights of the API's role, and can change any automation. */
let world: RoleWorld
let home: EchoServer
let away: EchoServer
let api: pg.Client
let store: Store
let sealer: PolicySealer
const sealerLog: string[] = []

beforeAll(async () => {
  ;[home, away] = [await startEchoServer(), await startEchoServer()]
  world = await openRoleWorld()
  api = new pg.Client({ connectionString: world.urlOf('api') })
  await api.connect()
  store = await openStore(new Sensitive(world.urlOf('worker')))
  const rootKey = await loadRootKey(world.config.rootKeyFile)
  const signer = await openSigner(world.config, rootKey)
  const opener = createOpener({
    rootKey,
    workspaceKey: async (id, kid) => (await findSealedWorkspaceKey(store, id, kid)) as GeneralJwe | undefined,
  })
  sealer = createPolicySealer({
    store,
    opener,
    isVouched: createKeyCheck(store, () => signer),
    log: createLogger('info', 'test', collect(sealerLog)),
  })
  await world.acme.admin.mutate(documents.createWorkspace, { input: { id: 'globex', name: 'Globex' } })
  await world.acme.createSecret('OTHER', otherValue)
  await createBound()
})
afterAll(async () => {
  await api?.end()
  await store?.close()
  await world?.close()
  await Promise.all([home.close(), away.close()])
})

const boundPolicy = () => ({
  hosts: [home.url],
  methods: ['POST'],
  paths: ['/v1/'],
  places: ['header:x-key'],
})

async function createBound(): Promise<void> {
  const input = { workspace: 'acme', name: 'BOUND', value, policy: boundPolicy() }
  await world.acme.admin.mutate(documents.createSecret, { input })
}

const sealNow = () => sealer.sealChanged(new AbortController().signal)

interface Call {
  url: string
  method?: string
  headers?: Record<string, string>
  [field: string]: unknown
}

const custom = ({ headers = {}, ...fields }: Call) => ({
  key: 'call',
  type: 'custom-http',
  fields: {
    method: 'POST',
    ...fields,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
  },
})

const inHeader = (name: string) => ({ 'x-key': `{{ secrets.${name} }}` })

/** Every way in which a step could send a secret to a forbidden place. */
const forbidden = (name: string): object[] => [
  custom({ url: `${away.url}/v1/x`, headers: inHeader(name) }),
  custom({ url: `${home.url}/v1/x`, method: 'PUT', headers: inHeader(name) }),
  custom({ url: `${home.url}/v2/x`, headers: inHeader(name) }),
  custom({ url: `${home.url}/v1/%2e%2e%2fv2`, headers: inHeader(name) }),
  custom({ url: `${home.url}/v1/x`, headers: { 'x-other': `{{ secrets.${name} }}` } }),
  custom({ url: `${home.url}/v1/{{ secrets.${name} }}` }),
  custom({ url: `${home.url}/v1/x`, query: [{ name: 'q', value: `{{ secrets.${name} | base64 }}` }] }),
  custom({ url: `${home.url}/v1/x`, bodyKind: 'text', body: `{{ secrets.${name} | upper }}` }),
  { key: 'sign', type: 'sign-jwt', fields: { algorithm: 'HS256', key: `{{ secrets.${name} }}`, claims: {} } },
]

async function perform(step: object, workspace = 'acme') {
  const { data } = await world.acme.admin.graphql(documents.testStep, { input: { workspace, step } })
  expect(data.testStep).toMatchObject({ __typename: 'TestStepSuccess' })
  return data.testStep.result
}

/** What the two servers received of the value that they must not get. */
function leaked(): unknown[] {
  const seen = [...home.received, ...away.received].filter((it) =>
    /sk_test_bound|SK_TEST_BOUND|c2tfdGVzdF9ib3VuZ/.test(JSON.stringify(it)),
  )
  const isMeant = (it: (typeof seen)[number]) =>
    home.received.includes(it) && it.method === 'POST' && it.url === '/v1/x' && it.headers['x-key'] === value
  return seen.filter((it) => !isMeant(it) || away.received.includes(it))
}

test('the value goes where its policy says, and is hidden in the answer', async () => {
  const result = await perform(custom({ url: `${home.url}/v1/x`, headers: inHeader('BOUND') }))
  expect(result).toMatchObject({ status: 'SUCCEEDED', secrets: ['BOUND'] })
  expect(home.received.map((it) => it.headers['x-key'])).toEqual([value])
  expect(JSON.stringify(result)).not.toContain(value)
})

test('the value goes nowhere else, whatever the automation', async () => {
  const before = home.received.length
  for (const step of forbidden('BOUND')) {
    expect(await perform(step)).toMatchObject({
      status: 'FAILED',
      error: { code: 'DESTINATION_NOT_ALLOWED' },
    })
  }
  expect([home.received.length - before, away.received.length]).toEqual([0, 0])
})

const stolen = async (name: string): Promise<string> => {
  const [row] = await world.database.query<{ sealed: string }>('select sealed from secret where name = $1', [
    name,
  ])
  return row?.sealed ?? ''
}

test('the attacks cover every column of a secret', async () => {
  const columns = await world.database.query(
    `select column_name from information_schema.columns where table_name = 'secret' order by 1`,
  )
  expect(new Set(Object.keys(attacks))).toEqual(new Set(columns.map((it) => it['column_name'])))
})

const cases = Object.entries(attacks).flatMap(([column, list]) =>
  list.map((attack, index) => ({ column, index, attack })),
)

describe('with the rights of the API', () => {
  test.each(cases)('writing $column ($index) sends the value nowhere else', async ({ attack }) => {
    const rows = await world.database.query('select * from secret')
    for (const [sql, parameters] of await attack({ stolen, away: away.url }))
      await api.query(sql, parameters ?? [])
    try {
      // A worker must not seal in what the attacker wrote.
      await sealNow()
      const there = await world.database.query('select workspace_id, name from secret')
      const tries = there.flatMap((row) =>
        forbidden(String(row['name'])).map((step) => perform(step, String(row['workspace_id']))),
      )
      expect(tries.length).toBeGreaterThan(8)
      await Promise.all(tries)
      expect(leaked()).toEqual([])
    } finally {
      await restore(rows)
    }
    // The value still reaches its own host. So the attack was on the right value, and nothing else was broken.
    const result = await perform(custom({ url: `${home.url}/v1/x`, headers: inHeader('BOUND') }))
    expect(result).toMatchObject({ status: 'SUCCEEDED' })
  })

  async function restore(rows: readonly object[]): Promise<void> {
    await world.database.query('delete from secret')
    await world.database.query(
      'insert into secret select * from jsonb_populate_recordset(null::secret, $1::jsonb)',
      [JSON.stringify(rows)],
    )
  }

  test('a value without a sealed policy goes where its row says', async () => {
    const [key] = await world.database.query(
      `select kid, public_jwk from workspace_key where workspace_id = 'acme' and retired_at is null`,
    )
    const at = { workspace: 'acme', name: 'OLD' }
    const sealedValue = await sealInNode(
      { kid: String(key?.['kid']), jwk: key?.['public_jwk'] as never },
      at,
      'sk_test_old_0123456789',
    )
    const input = { ...at, sealedValue, policy: { hosts: [home.url] } }
    await world.acme.admin.mutate(documents.createSecret, { input })
    const attempt = () => perform(custom({ url: `${away.url}/v1/x`, headers: inHeader('OLD') }))
    expect(await attempt()).toMatchObject({ status: 'FAILED' })
    await sealNow()
    await api.query(`update secret set policy = $1 where name = 'OLD'`, [anyPolicy])
    expect(await attempt()).toMatchObject({ status: 'FAILED', error: { code: 'DESTINATION_NOT_ALLOWED' } })
    expect(JSON.stringify(away.received)).not.toContain('sk_test_old')
  })
})

test('a narrower policy counts at once, is sealed in by a worker, and cannot be undone', async () => {
  const narrower = { ...boundPolicy(), paths: ['/v1/x'] }
  const { admin } = world.acme
  const at = { workspace: 'acme', name: 'BOUND' }
  const set = (policy: object) => admin.graphql(documents.setSecretPolicy, { input: { ...at, ...policy } })
  expect((await set(narrower)).data.setSecretPolicy.policy).toBeTruthy()
  const elsewhere = custom({ url: `${home.url}/v1/y`, headers: inHeader('BOUND') })
  expect(await perform(elsewhere)).toMatchObject({ status: 'FAILED' })
  // The worker may seal the row at the same moment, as it was before. Then the next look finds the rest.
  await expect
    .poll(async () => {
      await sealNow()
      const sql = `select policy = sealed_policy as sealed from secret where name = 'BOUND'`
      return (await world.database.query(sql))[0]?.['sealed']
    })
    .toBe(true)
  expect((await set(boundPolicy())).data.setSecretPolicy).toMatchObject({ code: 'POLICY_WIDENS' })
  await api.query(`update secret set policy = $1 where name = 'BOUND'`, [JSON.stringify(boundPolicy())])
  await sealNow()
  expect(await perform(elsewhere)).toMatchObject({ status: 'FAILED' })
  expect(sealerLog.filter((line) => line.includes('"BOUND"')).length).toBeGreaterThan(0)
  expect(sealerLog.join('')).not.toContain(value)
  expect(world.log.filter((line) => /permission denied|"42501"/.test(line))).toEqual([])
})
