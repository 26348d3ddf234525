import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', 'value-with-notes-1')
})
afterAll(() => app.close())

const describing = async (notes: object) =>
  (
    await acme.admin.graphql(documents.describeSecret, {
      input: { workspace: 'acme', name: 'key', ...notes },
    })
  ).data.describeSecret
const policy = async () =>
  (
    await acme.admin.graphql(
      'query { secretPolicy(workspace: "acme", name: "KEY") { owner description hosts } }',
      {},
    )
  ).data.secretPolicy

describe('the owner and the description of a secret', () => {
  test('are kept beside its policy, changed as a whole, and on record without their texts', async () => {
    expect(await policy()).toMatchObject({ owner: null, description: null })
    const { policy: written } = await describing({ owner: ' Ada ', description: 'For the\nshop.' })
    expect(written).toEqual({ name: 'KEY', owner: 'Ada', description: 'For the\nshop.' })
    const set = { workspace: 'acme', name: 'KEY', hosts: ['api.example.com'] }
    await acme.admin.mutate(documents.setSecretPolicy, { input: set })
    expect(await policy()).toMatchObject({ owner: 'Ada', description: 'For the\nshop.' })
    await describing({ owner: '' })
    expect(await policy()).toMatchObject({ owner: null, description: null })
    const log = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 1 })
    expect(log.data.auditLog[0]).toMatchObject({ action: 'secret.describe', target: 'KEY', detail: null })
  })

  test.each([
    ['an owner that is too long', { owner: 'x'.repeat(201) }, 'The owner is over 200 characters.'],
    ['a description with a NUL', { description: 'a\0b' }, 'The description holds a NUL character.'],
  ])('refuse %s', async (_name, notes, message) => {
    expect(await describing(notes)).toMatchObject({
      code: 'INVALID_FIELD',
      message: expect.stringContaining(message),
    })
  })

  test('are for admins alone, as the counts of uses are', async () => {
    const member = await acme.createToken('MEMBER')
    const query = `query { secretPolicy(workspace: "acme", name: "KEY") { owner } }`
    expect((await member.graphql(query, {})).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    const counts = `query { secretUseCounts(workspace: "acme") { name automations } }`
    expect((await member.graphql(counts, {})).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  })
})

test('the uses of secrets are counted by automation, in steps and in signatures of hooks', async () => {
  const step = (key: string) => ({
    key,
    type: 'custom-http',
    fields: {
      url: 'https://example.com/',
      headers: [{ name: 'x', value: '{{ secrets.KEY }}{{ secrets.OTHER }}' }],
    },
  })
  await acme.createAutomation('Twice', [step('a'), step('b')])
  const input = {
    workspace: 'acme',
    name: 'Signed',
    steps: [],
    hookSignature: { secret: 'KEY', style: 'GITHUB' },
  }
  await acme.admin.mutate(documents.createAutomation, { input })
  const answer = await acme.admin.graphql(
    'query { secretUseCounts(workspace: "acme") { name automations } }',
    {},
  )
  expect(answer.data.secretUseCounts).toEqual([
    { name: 'KEY', automations: 2 },
    { name: 'OTHER', automations: 1 },
  ])
})
