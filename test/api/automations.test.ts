import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const call = (key: string, fields: object) => ({ key, type: 'custom-http', fields })
const url = 'https://api.example.com'
const simple = [call('call', { url })]

async function read(id: string) {
  return (await acme.admin.graphql(documents.automation, { id })).data.automation
}

test('a new automation has the saved content and version 1', async () => {
  const steps = [
    call('first', { url, method: 'POST' }),
    call('second', { url: '{{ steps.first.output.url }}' }),
  ]
  const { id } = await acme.createAutomation('  My automation ', steps)
  expect(await read(id)).toEqual({
    id: expect.stringMatching(/^acme\.[0-9a-f-]{36}$/),
    name: 'My automation',
    version: 1,
    hookUrl: expect.stringMatching(/\/hooks\/acme\.[\w-]{43}$/),
    updatedAt: expect.any(String),
    steps,
  })
})

test('the list of automations is sorted by name, and has none of another workspace and no deleted ones', async () => {
  await acme.admin.mutate(documents.createWorkspace, { input: { id: 'list', name: 'List' } })
  const made: Record<string, string> = {}
  for (const name of ['b', 'c', 'a']) {
    const input = { workspace: 'list', name, steps: [] }
    made[name] = (await acme.admin.mutate(documents.createAutomation, { input })).automation.id
  }
  expect(await acme.admin.mutate(documents.deleteAutomation, { id: made['c'] })).toMatchObject({
    id: made['c'],
  })
  const { data } = await acme.admin.graphql(documents.automations, { workspace: 'list' })
  expect(data.automations.map(({ name }: { name: string }) => name)).toEqual(['a', 'b'])
  expect((await acme.admin.graphql(documents.automation, { id: made['c'] })).data).toEqual({
    automation: null,
  })
})

test('a deleted automation cannot be changed, run or deleted again, and its runs stay readable', async () => {
  const { id } = await acme.createAutomation('Gone', [
    { key: 'a', type: 'set-values', fields: { values: 1 } },
  ])
  const run = await acme.run(id)
  await acme.admin.mutate(documents.deleteAutomation, { id })
  const before = await readRows(app.database)
  const changes: [string, string, object][] = [
    ['updateAutomation', documents.updateAutomation, { input: { id, version: 1, name: 'x', steps: [] } }],
    ['runAutomation', documents.runAutomation, { input: { automation: id } }],
    ['deleteAutomation', documents.deleteAutomation, { id }],
  ]
  for (const [name, query, variables] of changes) {
    const { data } = await acme.admin.graphql(query, variables)
    expect(data[name]).toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/deleted/) })
  }
  expect(await readRows(app.database)).toEqual(before)
  const { data } = await acme.admin.graphql(documents.run, { id: run.id })
  expect(data.run).toMatchObject({ status: 'SUCCEEDED', automation: { id, name: 'Gone' } })
})

describe('versions', () => {
  const update = (id: string, version: number, name: string) =>
    acme.admin.graphql(documents.updateAutomation, { input: { id, version, name, steps: simple } })

  test('go up by one with each save', async () => {
    const { id } = await acme.createAutomation('Versions', [])
    expect((await update(id, 1, 'Second')).data.updateAutomation.automation.version).toBe(2)
    expect((await update(id, 2, 'Third')).data.updateAutomation.automation.version).toBe(3)
    expect(await read(id)).toMatchObject({ name: 'Third', version: 3, steps: simple })
  })

  test.each([1, 3, 0, -1, 2_147_483_647])('refuse a save based on %i when 2 is current', async (version) => {
    const { id } = await acme.createAutomation('Stale', [])
    await update(id, 1, 'At two')
    const before = await readRows(app.database)
    const { data } = await update(id, version, 'Stale')
    expect(data.updateAutomation).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(`it is at version 2, you changed version ${version}. Load it again`),
    })
    expect(await readRows(app.database)).toEqual(before)
  })

  test('let only one save succeed when several are based on the same version', async () => {
    const { id } = await acme.createAutomation('Race', [])
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => update(id, 1, name)))
    const types = answers.map(({ data }) => data.updateAutomation.__typename)
    expect(types.filter((it) => it === 'UpdateAutomationSuccess')).toHaveLength(1)
    expect(types.filter((it) => it === 'ConflictError')).toHaveLength(3)
    expect((await read(id)).version).toBe(2)
    const audit = await app.database.query(
      `select * from audit_event where action = 'automation.update' and detail->>'id' = $1`,
      [id],
    )
    expect(audit).toHaveLength(1)
  })
})

test('a run keeps the steps that it started with', async () => {
  const steps = (value: string) => [{ key: 'a', type: 'set-values', fields: { values: { value } } }]
  const { id } = await acme.createAutomation('Kept', steps('old'))
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const input = { id, version: 1, name: 'Kept', steps: steps('new') }
  await acme.admin.mutate(documents.updateAutomation, { input })
  expect((await acme.waitForRun(run.id)).output).toEqual({ value: 'old' })
  expect((await acme.run(id)).output).toEqual({ value: 'new' })
})

describe('usages of a secret', () => {
  const usages = async (name: string) => {
    const { data } = await acme.admin.graphql(documents.secretUsages, { workspace: 'acme', name })
    return data.secretUsages.map((it: { automation: { name: string }; step: string; field: string }) => [
      it.automation.name,
      it.step,
      it.field,
    ])
  }
  const headers = [{ name: 'authorization', value: 'Bearer {{ secrets.USED_KEY | trim }}' }]

  test('list every field that names the secret, once, in any spelling', async () => {
    const steps = [
      call('one', { url: `${url}/{{ secrets.USED_KEY }}/{{ secrets.USED_KEY }}`, headers }),
      call('two', {
        url,
        bodyKind: 'text',
        method: 'POST',
        body: '{{ trigger.x | hmac_sha256: secrets.USED_KEY }}',
      }),
      call('three', { url: `${url}/{{ secrets.USED_KEY_2 }}` }),
    ]
    const { id } = await acme.createAutomation('Uses', steps)
    const expected = [
      ['Uses', 'one', 'url'],
      ['Uses', 'one', 'headers'],
      ['Uses', 'two', 'body'],
    ]
    expect(await usages('USED_KEY')).toEqual(expected)
    expect(await usages('used key')).toEqual(expected)

    const input = { id, version: 1, name: 'Uses less', steps: [call('two', { url, headers })] }
    await acme.admin.mutate(documents.updateAutomation, { input })
    expect(await usages('USED_KEY')).toEqual([['Uses less', 'two', 'headers']])
    await acme.admin.mutate(documents.deleteAutomation, { id })
    expect(await usages('USED_KEY')).toEqual([])
  })

  test('are found before the secret exists and after it is deleted', async () => {
    await acme.createAutomation('Early', [call('a', { url: `${url}/{{ secrets.NOT_YET }}` })])
    expect(await usages('NOT_YET')).toEqual([['Early', 'a', 'url']])
  })
})
