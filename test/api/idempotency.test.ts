import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { atOnce } from '../support/at-once.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'sk_test_once_0123456789'
const IN_ACME = { workspace: 'acme' }
const STEP = { key: 'set', type: 'set-values', fields: { values: 1 } }

let app: TestApp
let acme: TestWorkspace
let automation: string

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  ;({ id: automation } = await acme.createAutomation('Once', [STEP]))
})
afterAll(() => app.close())

interface Making {
  mutation: string
  query: string
  /** The input of the n-th thing, another one for each n. */
  input(n: number): object
  /** The rows that there are of such things. */
  rows: string
}

const refusal = '... on Error { code message }'
const MAKINGS: Making[] = [
  {
    mutation: 'createWorkspace',
    query: documents.createWorkspace,
    input: (n) => ({ id: `once-${n}`, name: 'Once' }),
    rows: `select 1 from workspace where id like 'once-%'`,
  },
  {
    mutation: 'createSecret',
    query: documents.createSecret,
    input: (n) => ({ ...IN_ACME, name: `ONCE_${n}`, value: VALUE }),
    rows: `select 1 from secret where name like 'ONCE\\_%'`,
  },
  {
    mutation: 'createAutomation',
    query: documents.createAutomation,
    input: (n) => ({ ...IN_ACME, name: `Once ${n}`, steps: [STEP] }),
    rows: `select 1 from automation where name like 'Once %'`,
  },
  {
    mutation: 'runAutomation',
    query: `mutation ($input: RunAutomationInput!) { runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } ${refusal} } }`,
    input: (n) => ({ automation, input: { n } }),
    rows: `select 1 from run where trigger = 'MANUAL'`,
  },
  {
    mutation: 'testStep',
    query: `mutation ($input: TestStepInput!) { testStep(input: $input) { ... on TestStepSuccess { result { id status } } ${refusal} } }`,
    input: (n) => ({ ...IN_ACME, step: STEP, input: { n } }),
    rows: `select 1 from run where trigger = 'TEST'`,
  },
  {
    mutation: 'inviteMember',
    query: documents.inviteMember,
    input: (n) => ({ ...IN_ACME, email: `once${n}@example.com`, role: 'MEMBER' }),
    rows: 'select 1 from invitation',
  },
  {
    mutation: 'createApiToken',
    query: documents.createApiToken,
    input: (n) => ({ ...IN_ACME, name: `once ${n}`, role: 'MEMBER' }),
    rows: `select 1 from api_token where name like 'once %'`,
  },
]

const count = async ({ rows }: Making) => (await app.database.query(rows)).length

async function make(
  { query, mutation }: Making,
  input: object,
  idempotencyKey: string,
  client: Client = acme.admin,
) {
  const { data, errors } = await client.graphql(query, { input: { ...input, idempotencyKey } })
  expect(errors).toBeUndefined()
  return data[mutation]
}

describe.each(MAKINGS)('$mutation', (making) => {
  test('makes one thing of two requests with a key, and gives it back to both', async () => {
    const [key, before] = [randomUUID(), await count(making)]
    const made = await make(making, making.input(1), key)
    expect(made).not.toHaveProperty('code')
    expect(await make(making, making.input(1), key)).toEqual(made)
    expect((await count(making)) - before).toBe(1)
  })

  test('makes one thing of requests at once', async () => {
    const [key, before] = [randomUUID(), await count(making)]
    const made = await Promise.all([1, 2, 3].map(() => make(making, making.input(2), key)))
    expect(new Set(made.map((it) => JSON.stringify(it))).size).toBe(1)
    expect(made[0]).not.toHaveProperty('code')
    expect((await count(making)) - before).toBe(1)
  })

  test('refuses a key that was used with another input, and makes nothing', async () => {
    const key = randomUUID()
    await make(making, making.input(3), key)
    const before = await count(making)
    expect(await make(making, making.input(4), key)).toMatchObject({ code: 'CONFLICT' })
    expect(await count(making)).toBe(before)
  })

  test.each(['', 'k'.repeat(256)])('refuses the key %j', async (key) => {
    expect(await make(making, making.input(5), key)).toMatchObject({ code: 'INVALID_FIELD' })
  })
})

const making = (mutation: string) => MAKINGS.find((it) => it.mutation === mutation) as Making

describe('a key', () => {
  test('stands for a day', async () => {
    const [key, it] = [randomUUID(), making('createAutomation')]
    const { automation: first } = await make(it, it.input(10), key)
    const age = (interval: string) =>
      app.database.query(`update idempotency_key set created_at = now() - interval '${interval}'`)
    await age('23 hours')
    expect((await make(it, it.input(10), key)).automation.id).toBe(first.id)
    await age('25 hours')
    expect((await make(it, it.input(10), key)).automation.id).not.toBe(first.id)
  })

  test('is one of its caller: another one makes another thing with it', async () => {
    const [key, it] = [randomUUID(), making('createAutomation')]
    const token = await acme.createToken('ADMIN')
    const [mine, theirs] = [await make(it, it.input(11), key), await make(it, it.input(11), key, token)]
    expect(theirs.automation.id).not.toBe(mine.automation.id)
  })

  test('of one mutation is refused by another one', async () => {
    const key = randomUUID()
    await make(making('createAutomation'), making('createAutomation').input(12), key)
    expect(await make(making('createSecret'), making('createSecret').input(12), key)).toMatchObject({
      code: 'CONFLICT',
    })
  })

  test('of a refused change is free again', async () => {
    const key = randomUUID()
    const it = making('createSecret')
    expect(await make(it, { ...IN_ACME, name: 'ONCE_13', value: 'x' }, key)).toMatchObject({
      code: 'INVALID_VALUE',
    })
    await acme.createSecret('ONCE_13', VALUE)
    expect(await make(it, it.input(13), key)).toMatchObject({ code: 'NAME_TAKEN' })
    expect(await make(it, it.input(14), key)).not.toHaveProperty('code')
  })

  test('makes nothing anew when what it has made is gone', async () => {
    const [key, it] = [randomUUID(), making('createSecret')]
    await make(it, it.input(15), key)
    await acme.admin.mutate(documents.deleteSecret, { input: { ...IN_ACME, name: 'ONCE_15' } })
    expect(await make(it, it.input(15), key)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching('gone'),
    })
  })

  test('gives the same API token again, which works', async () => {
    const [key, it] = [randomUUID(), making('createApiToken')]
    const { token } = await make(it, it.input(16), key)
    expect((await make(it, it.input(16), key)).token).toBe(token)
    expect((await app.withToken(token).graphql('{ viewer { kind } }')).data.viewer.kind).toBe('API_TOKEN')
  })

  test('is no right: with it, a member gets nothing of what an admin has made', async () => {
    const [key, it] = [randomUUID(), making('createApiToken')]
    await make(it, it.input(17), key)
    const member = await acme.createToken('MEMBER')
    const { data, errors } = await member.graphql(it.query, {
      input: { ...it.input(17), idempotencyKey: key },
    })
    expect(data?.createApiToken ?? null).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })

  test('and its input are not in the database, nor is a plain hash of them', async () => {
    const key = `key-${randomUUID()}`
    await make(making('createSecret'), making('createSecret').input(18), key)
    const rows = await app.database.query<{ text: string }>(
      'select to_json(k)::text as text from idempotency_key k',
    )
    const all = rows.map(({ text }) => text).join('\n')
    expect(all).not.toContain(key)
    expect(all).not.toContain(VALUE)
    const again = making('createAutomation')
    for (let i = 0; i < 2; i++) await make(again, again.input(19), randomUUID())
    const [first, second] = await app.database.query<{ hash: string }>(
      'select input_hash as hash from idempotency_key order by created_at desc limit 2',
    )
    expect(first?.hash).not.toBe(second?.hash)
  })
})

describe('updateSecret', () => {
  const UPDATE = `mutation ($input: SecretInput!, $since: DateTime) { updateSecret(input: $input, ifUpdatedAt: $since) {
    ... on UpdateSecretSuccess { secret { updatedAt } } ${refusal} } }`
  const update = async (since?: string, more: object = {}) => {
    const input = { ...IN_ACME, name: 'SHARED', value: VALUE, ...more }
    return (await acme.admin.graphql(UPDATE, { input, since })).data.updateSecret
  }

  test('is refused when the value was replaced since the client read it', async () => {
    const { updatedAt } = await acme.createSecret('SHARED', VALUE)
    const { secret } = await update(updatedAt)
    expect(secret.updatedAt).not.toBe(updatedAt)
    expect(await update(updatedAt)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching('SHARED'),
    })
    expect(await update(secret.updatedAt)).not.toHaveProperty('code')
    expect(await update()).not.toHaveProperty('code')
  })

  test('of two people at once is done for one', async () => {
    const { secret } = await update()
    const answers = await atOnce(
      app.database,
      `select 1 from secret where name = 'SHARED'`,
      [1, 2, 3].map(() => () => update(secret.updatedAt)),
    )
    expect(answers.filter((it) => it.code === 'CONFLICT')).toHaveLength(2)
  })

  test('is done once with a key', async () => {
    const idempotencyKey = randomUUID()
    const done = await update(undefined, { idempotencyKey })
    expect(await update(undefined, { idempotencyKey })).toEqual(done)
    expect(await update(undefined, { idempotencyKey, value: `${VALUE}2` })).toMatchObject({
      code: 'CONFLICT',
    })
  })
})
