import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_refused_0123456789'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('MY_KEY', 'the value of my key')
})
afterAll(() => app.close())

const { createSecret, updateSecret, deleteSecret, setSecretPolicy } = documents
const operations = { createSecret, updateSecret, deleteSecret, setSecretPolicy }
type Operation = keyof typeof operations

/** Sends a change that must be refused, and checks that it changed nothing. */
async function refused(operation: Operation, input: object): Promise<{ code: string; message: string }> {
  const before = await readRows(app.database)
  const { data, errors } = await acme.admin.graphql(operations[operation], {
    input: { workspace: 'acme', ...input },
  })
  expect(errors).toBeUndefined()
  expect(await readRows(app.database)).toEqual(before)
  const { __typename, ...refusal } = data[operation]
  expect(__typename).not.toMatch(/Success$/)
  return refusal
}

const badNames: [string, string][] = [
  ['an empty name', ''],
  ['a name of white space', ' \t\n '],
  ['a name without a letter or digit of ASCII', '日本 –'],
  ['a name of underscores', '___'],
  ['a name over 128 characters', 'x'.repeat(129)],
  ['a name that grows over 128 characters', 'aB'.repeat(100)],
  ['a name over 1024 characters', '-'.repeat(1025)],
]

const changes: [Operation, object][] = [
  ['createSecret', { value }],
  ['updateSecret', { value }],
  ['deleteSecret', {}],
  ['setSecretPolicy', { allowedHosts: [] }],
]

describe.each(changes)('%s', (operation, rest) => {
  test.each(badNames)('refuses %s', async (_what, name) => {
    const { code, message } = await refused(operation, { name, ...rest })
    expect(code).toBe('INVALID_NAME')
    expect(message).toMatch(
      /1 to 128 letters A–Z, digits and underscores, such as STRIPE_KEY. Choose another/,
    )
  })

  test('does not repeat a value that was pasted as the name', async () => {
    const { message } = await refused(operation, { name: `${value}${'x'.repeat(130)}`, ...rest })
    expect(message).not.toContain(value)
  })
})

const badValues: [string, object, string, RegExp][] = [
  ['an empty value', { value: '' }, 'INVALID_VALUE', /empty\. Give the secret a value/],
  ['a value of 3 characters', { value: 'abc' }, 'INVALID_VALUE', /at least 4 characters/],
  ['4 spaces', { value: '    ' }, 'INVALID_VALUE', /at least 4 characters/],
  ['3 characters between spaces', { value: '  abc  ' }, 'INVALID_VALUE', /at least 4 characters/],
  ['a value over 64 KiB', { value: 'x'.repeat(65_537) }, 'VALUE_TOO_LARGE', /over 64 KiB\. Store a shorter/],
  ['a value over 64 KiB in UTF-8', { value: 'é'.repeat(32_769) }, 'VALUE_TOO_LARGE', /over 64 KiB/],
  ['half of a surrogate pair', { value: 'abcd\ud83d' }, 'INVALID_VALUE', /surrogate pair\. Paste it again/],
  ['a NUL', { value: 'ab\0cd' }, 'INVALID_VALUE', /NUL character\. Take it out/],
  ['no value at all', {}, 'INVALID_VALUE', /Give either value or sealedValue/],
  ['null for both', { value: null, sealedValue: null }, 'INVALID_VALUE', /Give either/],
  ['value and sealedValue', { value, sealedValue: 'a.b.c.d.e' }, 'INVALID_VALUE', /Give either/],
  [
    'garbage for a sealed value',
    { sealedValue: value },
    'SEALED_VALUE_REJECTED',
    /five parts of a compact JWE/,
  ],
]

describe.each(['createSecret', 'updateSecret'] as const)('%s', (operation) => {
  const name = operation === 'createSecret' ? 'NEW_KEY' : 'MY_KEY'

  test.each(badValues)('refuses %s', async (_what, input, code, says) => {
    const refusal = await refused(operation, { name, ...input })
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(says)
    expect(refusal.message).not.toContain(value)
  })
})

test.each([
  ['4 characters', 'abcd'],
  ['64 KiB', 'x'.repeat(65_536)],
  ['64 KiB in UTF-8', 'é'.repeat(32_768)],
])('a value exactly at the limit is accepted: %s', async (what, text) => {
  const name = `bound of ${what}`
  await expect(acme.createSecret(name, text)).resolves.toMatchObject({ name: expect.any(String) })
})

test.each(['MY_KEY', 'my-key', 'myKey', ' My  Key '])('a name is taken in the spelling %j', async (name) => {
  const { code, message } = await refused('createSecret', { name, value })
  expect(code).toBe('NAME_TAKEN')
  expect(message).toBe('A secret named MY_KEY exists already. Update that secret, or choose another name.')
})

test('if two people create the same name at once, one gets NAME_TAKEN', async () => {
  const create = (name: string) =>
    acme.admin.graphql(documents.createSecret, { input: { workspace: 'acme', name, value } })
  const answers = await Promise.all([create('same name'), create('SAME_NAME'), create('sameName')])
  const types = answers.map(({ data }) => data.createSecret.__typename)
  expect(types.filter((it) => it === 'CreateSecretSuccess')).toHaveLength(1)
  expect(types.filter((it) => it === 'NameTakenError')).toHaveLength(2)
})

test('a name that another workspace uses is free here', async () => {
  await acme.admin.mutate(documents.createWorkspace, { input: { id: 'other', name: 'Other' } })
  const input = { workspace: 'other', name: 'MY_KEY', value }
  expect((await acme.admin.mutate(documents.createSecret, { input })).secret.name).toBe('MY_KEY')
  await acme.admin.mutate(documents.deleteSecret, { input: { workspace: 'other', name: 'MY_KEY' } })
  const { data } = await acme.admin.graphql(documents.secrets, { workspace: 'acme', search: 'MY_KEY' })
  expect(data.secrets).toHaveLength(1)
})

test.each([
  ['updateSecret', { value }],
  ['deleteSecret', {}],
  ['setSecretPolicy', { allowedHosts: [] }],
] as const)('%s of a missing secret is NOT_FOUND with its name', async (operation, rest) => {
  const { code, message } = await refused(operation, { name: 'not there', ...rest })
  expect(code).toBe('NOT_FOUND')
  expect(message).toBe('There is no secret named NOT_THERE in this workspace.')
})

test.each([
  ['a scheme', 'https://api.example.com'],
  ['a path', 'api.example.com/v1'],
  ['nothing', ''],
  ['a lone star', '*'],
  ['a star in the middle', 'api.*.com'],
  ['user info', 'user:pass@example.com'],
  ['a port that is none', 'example.com:99999'],
  ['a NUL', 'exa\0mple.com'],
])('setSecretPolicy refuses a host with %s', async (_what, host) => {
  const { code, message } = await refused('setSecretPolicy', {
    name: 'MY_KEY',
    allowedHosts: ['a.com', host],
  })
  expect(code).toBe('INVALID_VALUE')
  expect(message.length).toBeGreaterThan(20)
})

test('setSecretPolicy refuses more than 100 hosts', async () => {
  const allowedHosts = Array.from({ length: 101 }, (_, index) => `h${index}.example.com`)
  const { code, message } = await refused('setSecretPolicy', { name: 'MY_KEY', allowedHosts })
  expect([code, message]).toEqual(['LIMIT_REACHED', 'A secret can be bound to at most 100 hosts.'])
})

test('a secret beyond the limit of the workspace is refused', async () => {
  await acme.admin.mutate(documents.createWorkspace, { input: { id: 'full', name: 'Full' } })
  await app.database.query(
    `insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
      select 'full', 'N' || n, '', '', '{}', now(), now() from generate_series(1, 20000) n`,
  )
  const input = { workspace: 'full', name: 'ONE_MORE', value }
  const { data } = await acme.admin.graphql(documents.createSecret, { input })
  expect(data.createSecret).toMatchObject({ code: 'LIMIT_REACHED', message: expect.stringMatching(/20000/) })
  const [row] = await app.database.query(`select count(*)::int from secret where workspace_id = 'full'`)
  expect(row).toEqual({ count: 20_000 })
})

test('a refused value is not in the database, the log or an answer', () => app.expectNoCanary(value))
