import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_canary/+=<&>"0123456789'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

/** A new workspace of the same admin, empty. */
async function emptyWorkspace(id: string): Promise<string> {
  await acme.admin.mutate(documents.createWorkspace, { input: { id, name: id } })
  return id
}

async function create(workspace: string, name: string, secret = value) {
  const result = await acme.admin.mutate(documents.createSecret, {
    input: { workspace, name, value: secret },
  })
  return result.secret
}

async function names(workspace: string, page: object = {}): Promise<string[]> {
  const { data, errors } = await acme.admin.graphql(documents.secrets, { workspace, ...page })
  expect(errors).toBeUndefined()
  return data.secrets.map(({ name }: { name: string }) => name)
}

test.each([
  ['my api key', 'MY_API_KEY'],
  ['my-key', 'MY_KEY'],
  ['myOtherAPIKey', 'MY_OTHER_API_KEY'],
  [' ünï cödé ', 'UNI_CODE'],
  ['2nd factor', '2ND_FACTOR'],
  ['__already_NORMAL__', 'ALREADY_NORMAL'],
  ['ﬁle.path/№1', 'FILE_PATH_NO1'],
  ['x'.repeat(128), 'X'.repeat(128)],
])('a secret named %j is stored as %s', async (name, normal) => {
  expect(await create('acme', name)).toEqual({ name: normal, updatedAt: expect.any(String) })
  // The normalised name is the same name.
  const again = { workspace: 'acme', name: normal, value: 'another value' }
  const { secret } = await acme.admin.mutate(documents.updateSecret, { input: again })
  expect(secret.name).toBe(normal)
})

test('a saved secret returns its name and the time of its last change', async () => {
  const workspace = await emptyWorkspace('fields')
  const before = Date.now()
  const created = await create(workspace, 'a key')
  const { data } = await acme.admin.graphql(documents.secrets, { workspace })
  expect(data.secrets).toEqual([created])
  expect(new Date(created.updatedAt).toISOString()).toBe(created.updatedAt)
  expect(Date.parse(created.updatedAt)).toBeGreaterThanOrEqual(before)
})

test('an update replaces the value that runs send, and changes updatedAt', async () => {
  const workspace = await emptyWorkspace('update')
  const created = await create(workspace, 'rotated', 'the first value')
  const [before] = await app.database.query<{ sealed: string }>(
    `select sealed from secret where workspace_id = 'update'`,
  )
  const input = { workspace, name: 'Rotated', value }
  const { secret } = await acme.admin.mutate(documents.updateSecret, { input })
  expect(Date.parse(secret.updatedAt)).toBeGreaterThan(Date.parse(created.updatedAt))
  const rows = await app.database.query<{ sealed: string }>(
    `select sealed from secret where workspace_id = 'update'`,
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.sealed).not.toBe(before?.sealed)

  expect(await sentBy(workspace, 'ROTATED')).toBe(value)
})

/** The value that a step of the workspace sends for the secret. */
async function sentBy(workspace: string, name: string): Promise<string | undefined> {
  const headers = [{ name: 'x-key', value: `{{ secrets.${name} }}` }]
  const step = { key: 'call', type: 'custom-http', fields: { url: echo.url, headers } }
  const { result } = await acme.admin.mutate(documents.testStep, { input: { workspace, step } })
  expect(result).toMatchObject({ status: 'SUCCEEDED', error: null, secrets: [name] })
  return String(echo.received.at(-1)?.headers['x-key'])
}

test('a deleted secret is gone, and a new one with its name inherits nothing', async () => {
  const workspace = await emptyWorkspace('delete')
  await create(workspace, 'old')
  await acme.admin.mutate(documents.setSecretPolicy, {
    input: { workspace, name: 'OLD', allowedHosts: ['api.example.com'] },
  })
  const { secret } = await acme.admin.mutate(documents.deleteSecret, { input: { workspace, name: 'old' } })
  expect(secret.name).toBe('OLD')
  expect(await names(workspace)).toEqual([])
  expect(await app.database.query(`select * from secret where workspace_id = 'delete'`)).toEqual([])
  await create(workspace, 'OLD')
  const { data } = await acme.admin.graphql(documents.secretPolicy, { workspace, name: 'OLD' })
  expect(data.secretPolicy).toEqual({ allowedHosts: [], lastUsedAt: null })
})

describe('the list', () => {
  beforeAll(async () => {
    const workspace = await emptyWorkspace('list')
    for (const name of ['stripe key', 'GITHUB_TOKEN', 'stripeSecret', 'a', 'STRIPE2', '0_first']) {
      await create(workspace, name)
    }
  })

  test('is sorted by name', async () => {
    const all = ['0_FIRST', 'A', 'GITHUB_TOKEN', 'STRIPE2', 'STRIPE_KEY', 'STRIPE_SECRET']
    expect(await names('list')).toEqual(all)
  })

  test('pages by the last name seen, and contains every name once', async () => {
    const pages: string[][] = []
    for (let after: string | undefined; ; after = pages.at(-1)?.at(-1)) {
      const page = await names('list', { first: 2, after })
      if (page.length === 0) break
      pages.push(page)
    }
    expect(pages).toEqual([
      ['0_FIRST', 'A'],
      ['GITHUB_TOKEN', 'STRIPE2'],
      ['STRIPE_KEY', 'STRIPE_SECRET'],
    ])
  })

  test.each([
    ['stripe', ['STRIPE2', 'STRIPE_KEY', 'STRIPE_SECRET']],
    ['STRIPE_', ['STRIPE_KEY', 'STRIPE_SECRET']],
    ['stripe-key', ['STRIPE_KEY']],
    ['stripeKey', ['STRIPE_KEY']],
    ['strípe key', ['STRIPE_KEY']],
    ['IPE2', ['STRIPE2']],
    ['_', ['0_FIRST', 'GITHUB_TOKEN', 'STRIPE_KEY', 'STRIPE_SECRET']],
    ['%', []],
    ['日本', []],
    ['nothing like it', []],
    ['  ', ['0_FIRST', 'A', 'GITHUB_TOKEN', 'STRIPE2', 'STRIPE_KEY', 'STRIPE_SECRET']],
  ])('searched for %j finds %j', async (search, found) => {
    expect(await names('list', { search })).toEqual(found)
  })

  test('searches and pages at once, and continues after the last name', async () => {
    expect(await names('list', { search: 'stripe', first: 1, after: 'STRIPE2' })).toEqual(['STRIPE_KEY'])
  })

  test.each([0, -1, 5001])('refuses a page of %i', async (first) => {
    const { data, errors } = await acme.admin.graphql(documents.secrets, { workspace: 'list', first })
    expect(data).toEqual({ secrets: null })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' }, path: ['secrets'] }])
  })
})

const named = ({ name }: { name: string }) => name

describe('a policy', () => {
  test('normalises its hosts and keeps each once', async () => {
    await create('acme', 'bound')
    const allowedHosts = ['API.example.com', 'api.example.com', '*.Example.org:8443']
    const { policy } = await acme.admin.mutate(documents.setSecretPolicy, {
      input: { workspace: 'acme', name: 'bound', allowedHosts },
    })
    const expected = { allowedHosts: ['api.example.com', '*.example.org:8443'], lastUsedAt: null }
    expect(policy).toEqual(expected)
    const { data } = await acme.admin.graphql(documents.secretPolicy, { workspace: 'acme', name: 'Bound' })
    expect(data.secretPolicy).toEqual(expected)
  })

  test('is kept when the value is updated, and shows when the value was last used', async () => {
    await create('acme', 'used')
    const allowedHosts = ['127.0.0.1']
    await acme.admin.mutate(documents.setSecretPolicy, {
      input: { workspace: 'acme', name: 'USED', allowedHosts },
    })
    await acme.admin.mutate(documents.updateSecret, { input: { workspace: 'acme', name: 'USED', value } })
    expect(await sentBy('acme', 'USED')).toBe(value)
    const { data } = await acme.admin.graphql(documents.secretPolicy, { workspace: 'acme', name: 'USED' })
    expect(data.secretPolicy).toEqual({ allowedHosts, lastUsedAt: expect.any(String) })
  })

  test('can be set together with the value, so that no step can ever send it elsewhere', async () => {
    const input = { workspace: 'acme', name: 'BORN_BOUND', value, allowedHosts: ['API.example.com'] }
    await acme.admin.mutate(documents.createSecret, { input })
    const policy = async () => {
      const { data } = await acme.admin.graphql(documents.secretPolicy, {
        workspace: 'acme',
        name: 'BORN_BOUND',
      })
      return data.secretPolicy.allowedHosts
    }
    expect(await policy()).toEqual(['api.example.com'])
    await acme.admin.mutate(documents.updateSecret, {
      input: { ...input, allowedHosts: ['b.example.com', 'B.example.com'] },
    })
    expect(await policy()).toEqual(['b.example.com'])
    await acme.admin.mutate(documents.updateSecret, { input: { ...input, allowedHosts: [] } })
    expect(await policy()).toEqual([])
  })

  test.each([
    [['https://api.example.com'], 'INVALID_VALUE'],
    [Array.from({ length: 101 }, (_, i) => `h${i}.example.com`), 'LIMIT_REACHED'],
  ])('that is invalid refuses the value too', async (allowedHosts, code) => {
    const input = { workspace: 'acme', name: 'NEVER_BORN', value, allowedHosts }
    const { data } = await acme.admin.graphql(documents.createSecret, { input })
    expect(data.createSecret.code).toBe(code)
    const read = await acme.admin.graphql(documents.secretPolicy, { workspace: 'acme', name: 'NEVER_BORN' })
    expect(read.data.secretPolicy).toBeNull()
  })

  test('can be read for a whole page, with the same names as the list of secrets', async () => {
    const secrets = ['LISTED_A', 'LISTED_B', 'LISTED_C']
    for (const name of secrets) {
      const policy = name === 'LISTED_B' ? {} : { hosts: [`${name.at(-1)}.example.com`], places: ['body'] }
      await acme.admin.mutate(documents.createSecret, { input: { workspace: 'acme', name, value, policy } })
    }
    const policies = async (page: object) => {
      const variables = { workspace: 'acme', search: 'listed', ...page }
      const { data } = await acme.admin.graphql(documents.secretPolicies, variables)
      const names = await acme.admin.graphql(documents.secrets, variables)
      expect(data.secretPolicies.map(named)).toEqual(names.data.secrets.map(named))
      return data.secretPolicies
    }
    const all = [
      { name: 'LISTED_A', hosts: ['a.example.com'], places: ['body'] },
      { name: 'LISTED_B', hosts: [], places: [] },
      { name: 'LISTED_C', hosts: ['c.example.com'], places: ['body'] },
    ]
    expect(await policies({})).toEqual(all)
    expect(await policies({ first: 1, after: 'LISTED_A' })).toEqual(all.slice(1, 2))
    expect(await policies({ search: '…' })).toEqual([])
  })

  test('of a missing secret is null', async () => {
    const { data } = await acme.admin.graphql(documents.secretPolicy, { workspace: 'acme', name: 'NOBODY' })
    expect(data).toEqual({ secretPolicy: null })
  })
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
