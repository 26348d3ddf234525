import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace } from '../support/workspace.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('what the runs hold that one request reads is bounded: what is above it is refused at its place, and the rest is answered', async () => {
  const globex = await createTestWorkspace(app, 'initech')
  const step = { key: 'set', type: 'set-values', fields: { values: 1 } }
  const { id } = await globex.createAutomation('Large', [step])
  const [small, large] = [await globex.run(id), await globex.run(id)]
  const [, run] = large.id.split('.')
  const output = `(select ('"' || repeat('x', 70 * 1024 * 1024) || '"')::json)`
  await app.database.query(`update run set output = ${output} where id = $1`, [run])
  await app.database.query(`update step_run set output = ${output} where run = $1`, [run])
  const query = '{ runs(workspace: "initech") { id status steps { key } } }'
  expect((await globex.admin.graphql(query)).data.runs).toHaveLength(2)
  const both = await globex.admin.graphql('{ runs(workspace: "initech") { id output steps { output } } }')
  const places = both.errors?.map(({ path }) => path?.join('.')).sort()
  expect(places).toEqual(['runs.0.output', 'runs.0.steps.0.output'])
  expect(both.errors?.[0]?.message).toMatch(/at most 64 MiB/)
  expect(both.data.runs).toMatchObject([
    { id: large.id, output: null },
    { id: small.id, output: 1 },
  ])
  const one = await globex.admin.graphql(`{ run(id: "${large.id}") { id output } }`)
  expect(one).toMatchObject({ data: { run: { id: large.id, output: null } } })
})
