import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLoaders } from '../../src/api/loaders.ts'
import type { Domain } from '../../src/domain/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const good = [{ key: 'set', type: 'set-values', fields: { values: { a: '{{ trigger.a }}' } } }]
const bad = [{ key: 'set', type: 'set-values', fields: { values: '{{ trigger.not.there }}' } }]

let app: TestApp
let acme: TestWorkspace
let works: { id: string; hookUrl: string }
let fails: { id: string }
let ids: { worked: string[]; failed: string[] }

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  works = await acme.createAutomation('Works', good)
  fails = await acme.createAutomation('Fails', bad)
  await acme.createAutomation('Idle', good)
  ids = { worked: [], failed: [] }
  for (const a of [1, 2, 3]) {
    ids.worked.unshift((await acme.run(works.id, { a })).id)
    ids.failed.unshift((await acme.run(fails.id)).id)
  }
})
afterAll(() => app.close())

async function list(variables: object): Promise<string[]> {
  const { data, errors } = await acme.admin.graphql(documents.runs, { workspace: 'acme', ...variables })
  expect(errors).toBeUndefined()
  return data.runs.map(({ id }: { id: string }) => id)
}

const newestFirst = (runs: string[]) => runs.toSorted((a, b) => (a < b ? 1 : -1))

describe('the list of runs', () => {
  test.each([
    ['none', undefined],
    ['an empty list', []],
    ['all', ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']],
  ])('with %s as status has every run, newest first', async (_what, status) => {
    expect(await list({ status })).toEqual(newestFirst([...ids.worked, ...ids.failed]))
  })

  test('is filtered by one or several statuses, and a repeated one counts once', async () => {
    expect(await list({ status: ['FAILED'] })).toEqual(ids.failed)
    expect(await list({ status: ['SUCCEEDED', 'SUCCEEDED'] })).toEqual(ids.worked)
    expect(await list({ status: ['CANCELLED', 'FAILED'] })).toEqual(ids.failed)
    expect(await list({ status: ['RUNNING'] })).toEqual([])
  })

  test('is filtered by automation and status together, and paged', async () => {
    expect(await list({ automation: works.id })).toEqual(ids.worked)
    expect(await list({ automation: works.id, status: ['FAILED'] })).toEqual([])
    const page = { automation: works.id, status: ['SUCCEEDED', 'FAILED'], first: 2 }
    expect(await list(page)).toEqual(ids.worked.slice(0, 2))
    expect(await list({ ...page, before: ids.worked[1] })).toEqual(ids.worked.slice(2))
    expect(await list({ status: ['FAILED'], first: 1, before: ids.failed[0] })).toEqual(
      ids.failed.slice(1, 2),
    )
  })

  test('refuses an unknown status', async () => {
    const { errors } = await acme.admin.graphql(documents.runs, { workspace: 'acme', status: ['LOST'] })
    expect(errors).toHaveLength(1)
  })

  test('returns inputs, outputs and steps on request, each with its run', async () => {
    const query = `query ($automation: ID) {
      runs(workspace: "acme", automation: $automation) { input output steps { key output } error { code } }
    }`
    const { data } = await acme.admin.graphql(query, { automation: works.id })
    const expected = [3, 2, 1].map((a) => ({
      input: { a },
      output: { a },
      steps: [{ key: 'set', output: { a } }],
      error: null,
    }))
    expect(data.runs).toEqual(expected)
  })
})

describe('the runs of an automation', () => {
  const query = `query ($first: Int) {
    automations(workspace: "acme") { name runs(first: $first) { id status finishedAt output error { code } } }
  }`

  test('are returned for many automations at once, newest first for each', async () => {
    const { data } = await acme.admin.graphql(query, { first: 2 })
    const found = data.automations.map(({ name, runs }: { name: string; runs: { id: string }[] }) => [
      name,
      runs.map(({ id }) => id),
    ])
    expect(found).toEqual([
      ['Fails', ids.failed.slice(0, 2)],
      ['Idle', []],
      ['Works', ids.worked.slice(0, 2)],
    ])
    expect(data.automations[0].runs[0]).toMatchObject({
      status: 'FAILED',
      error: { code: expect.any(String) },
    })
    expect(data.automations[2].runs[0]).toMatchObject({ status: 'SUCCEEDED', output: { a: 3 } })
  })

  test.each([0, -1, 51])('are refused for a page of %i', async (first) => {
    const { errors } = await acme.admin.graphql(query, { first })
    expect(new Set(errors?.map(({ message }) => message))).toEqual(
      new Set(['first is a number from 1 to 50.']),
    )
  })

  test('are refused when nested levels multiply them', async () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'id' : `id automation { runs(first: 50) { ${nested(depth - 1)} } }`
    const ask = (depth: number) => acme.admin.graphql(`{ runs(workspace: "acme") { ${nested(depth)} } }`)
    expect((await ask(2)).errors).toBeUndefined()
    const { errors } = await ask(9)
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/The request costs/),
      extensions: { code: 'QUERY_TOO_COSTLY' },
    })
  })

  test('are refused when one request reads too many of them', async () => {
    const runs = { newestOfMany: async () => [] }
    const loaders = createLoaders({ runs } as Partial<Record<keyof Domain, unknown>> as Domain)
    const read = (id: number) => loaders.newestRuns({ workspace: 'acme', id: String(id) }, 50)
    await Promise.all(Array.from({ length: 2000 }, (_, id) => read(id)))
    await expect(read(2000)).rejects.toMatchObject({
      message: expect.stringMatching(/at most 100000 runs/),
      extensions: { code: 'BAD_REQUEST' },
    })
  })

  test('are read in one query for all automations, without inputs and outputs', async () => {
    const asked: unknown[] = []
    const runs = {
      newestOfMany: async (...args: unknown[]) => {
        asked.push(args)
        return []
      },
    }
    const loaders = createLoaders({ runs, automations: {}, members: {}, apiTokens: {} } as unknown as Domain)
    const keys = ['1', '2', '3'].map((id) => ({ workspace: 'acme', id }))
    await Promise.all(keys.map((key) => loaders.newestRuns(key, 20)))
    expect(asked).toEqual([['acme', ['1', '2', '3'], 20]])
  })
})

describe('the trigger of a run', () => {
  const query = `query ($id: ID!) { run(id: $id) { trigger startedBy } }`
  const origin = async (id: string) => (await acme.admin.graphql(query, { id })).data.run

  test('names the person or token that started it', async () => {
    expect(await origin(ids.worked[0] ?? '')).toEqual({ trigger: 'MANUAL', startedBy: acme.admin.email })
    const token = await acme.createToken('MEMBER')
    const { run } = await token.mutate(documents.runAutomation, { input: { automation: works.id } })
    expect(await origin(run.id)).toEqual({ trigger: 'MANUAL', startedBy: 'API token MEMBER token' })
  })

  test('is HOOK without a name for a hook', async () => {
    const path = new URL(works.hookUrl).pathname
    const { text } = await app.anonymous.request(path, { method: 'POST', body: '{}' })
    expect(await origin(JSON.parse(text).runId)).toEqual({ trigger: 'HOOK', startedBy: null })
  })

  test('is TEST for the test of a step', async () => {
    const step = { key: 'set', type: 'set-values', fields: { values: 1 } }
    await acme.admin.mutate(documents.testStep, { input: { workspace: 'acme', step } })
    const rows = await app.database.query<{ id: string }>('select id from run where automation is null')
    expect(await origin(`acme.${rows[0]?.id}`)).toEqual({ trigger: 'TEST', startedBy: acme.admin.email })
    expect(await list({ first: 500 })).not.toContain(`acme.${rows[0]?.id}`)
  })

  test('is null for an older run', async () => {
    const [id = ''] = ids.worked
    const where = `where id = '${id.slice('acme.'.length)}'`
    await app.database.query(`update run set trigger = null, started_by = null ${where}`)
    expect(await origin(id)).toEqual({ trigger: null, startedBy: null })
  })
})
