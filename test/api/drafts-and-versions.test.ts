import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace
let globex: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  globex = await createTestWorkspace(app, 'globex')
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

const says = (text: string) => [{ key: 'say', type: 'set-values', fields: { values: { text } } }]
// What saving refuses: an unknown type, a wrong key, a template that is not closed.
const incomplete = [
  { key: 'half', type: 'custom-http', fields: { url: '{{ secrets.' } },
  { key: 'half', type: 'no-such-type', fields: {} },
]

async function saveDraft(input: object) {
  const { data } = await acme.admin.graphql(documents.saveAutomationDraft, {
    input: { workspace: 'acme', name: 'Draft', steps: incomplete, ...input },
  })
  return data.saveAutomationDraft
}

async function update(input: object) {
  return (await acme.admin.graphql(documents.updateAutomation, { input })).data.updateAutomation
}

async function restore(id: string, version: number, earlier: number) {
  const input = { id, version, restore: earlier }
  return (await acme.admin.graphql(documents.restoreAutomationVersion, { input })).data
    .restoreAutomationVersion
}

async function read(id: string) {
  const { automation } = (await acme.admin.graphql(documents.versions, { id })).data
  return { ...automation, versions: automation.versions.edges.map(({ node }: { node: object }) => node) }
}

describe('a draft', () => {
  test('may be incomplete, and runs and hooks go on with the published version', async () => {
    const { id, hookUrl } = await acme.createAutomation('Published', says('published'))
    const saved = await saveDraft({ automation: id })
    expect(saved.automation).toMatchObject({
      name: 'Published',
      version: 1,
      draft: { revision: 1, basedOn: 1, content: { name: 'Draft', steps: incomplete } },
    })
    expect(await acme.run(id)).toMatchObject({ status: 'SUCCEEDED', output: { text: 'published' } })
    const { text } = await app.anonymous.request(new URL(hookUrl).pathname, {
      ...post({}),
      headers: { ...post({}).headers, prefer: 'wait=25' },
    })
    expect(JSON.parse(text)).toMatchObject({ status: 'SUCCEEDED', output: { text: 'published' } })
  })

  test('that was never published does not run: by hand, by its hook or by its schedule', async () => {
    const schedule = { cron: '* * * * *', timeZone: 'UTC' }
    const { automation } = await saveDraft({ steps: says('draft'), schedule })
    const { id } = automation
    expect(automation).toMatchObject({ version: 0, name: 'Draft', draft: { revision: 1, basedOn: 0 } })
    const { data } = await acme.admin.graphql(documents.runAutomation, { input: { automation: id } })
    expect(data.runAutomation).toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/draft/) })
    const { hookUrl } = (await acme.admin.graphql(documents.automation, { id })).data.automation
    const { status } = await app.anonymous.request(new URL(hookUrl).pathname, post({}))
    expect(status).toBe(404)
    const [row] = await app.database.query<{ next_run_at: Date | null }>(
      `select next_run_at from automation where name = 'Draft' and version = 0`,
    )
    expect(row).toEqual({ next_run_at: null })
  })

  test('is published by a save that names its revision, and is gone then', async () => {
    const { id } = (await saveDraft({})).automation
    const refused = await update({ id, version: 0, draft: 1, name: 'Draft', steps: incomplete })
    expect(refused.code).toBe('INVALID_TEMPLATE')
    const published = await update({ id, version: 0, draft: 1, name: 'Whole', steps: says('whole') })
    expect(published.automation).toMatchObject({ name: 'Whole', version: 1 })
    expect(await read(id)).toMatchObject({ draft: null, versions: [{ version: 1 }] })
    expect(await acme.run(id)).toMatchObject({ output: { text: 'whole' } })
  })

  test('stays when something else is saved', async () => {
    const { id } = await acme.createAutomation('Two hands', says('1'))
    await saveDraft({ automation: id })
    await update({ id, version: 1, name: 'Two hands', steps: says('2') })
    expect((await read(id)).draft).toMatchObject({ revision: 1, basedOn: 1 })
  })

  test('of another revision than the one that was read is not overwritten, published or thrown away', async () => {
    const { id } = await acme.createAutomation('Stale', says('1'))
    await saveDraft({ automation: id })
    await saveDraft({ automation: id, revision: 1, name: 'Second' })
    const before = await readRows(app.database)
    const refusals = [
      await saveDraft({ automation: id }),
      await saveDraft({ automation: id, revision: 1 }),
      await update({ id, version: 1, draft: 1, name: 'x', steps: [] }),
      (await acme.admin.graphql(documents.discardAutomationDraft, { id, revision: 1 })).data
        .discardAutomationDraft,
    ]
    expect(refusals.map(({ code }) => code)).toEqual(Array(4).fill('CONFLICT'))
    expect(await readRows(app.database)).toEqual(before)
    const { automation } = await acme.admin.mutate(documents.discardAutomationDraft, { id, revision: 2 })
    expect(automation).toMatchObject({ version: 1, draft: null })
  })

  test('that is all there is of an automation is not thrown away alone', async () => {
    const { id } = (await saveDraft({})).automation
    const { data } = await acme.admin.graphql(documents.discardAutomationDraft, { id, revision: 1 })
    expect(data.discardAutomationDraft).toMatchObject({ code: 'CONFLICT' })
  })

  test('has a bound', async () => {
    const steps = Array.from({ length: 101 }, (_, n) => ({ key: `a${n}`, type: 'wait', fields: {} }))
    const large = [{ key: 'a', type: 'set-values', fields: { values: 'x'.repeat(1024 * 1024) } }]
    expect([(await saveDraft({ steps })).code, (await saveDraft({ steps: large })).code]).toEqual([
      'LIMIT_REACHED',
      'LIMIT_REACHED',
    ])
  })

  test('is made once with one idempotency key', async () => {
    const input = { name: 'Once', idempotencyKey: 'draft-1' }
    const [one, two] = [await saveDraft(input), await saveDraft(input)]
    expect(one.automation.id).toBe(two.automation.id)
    expect(two.automation.draft).toMatchObject({ revision: 1 })
  })

  test('belongs to its workspace: nobody else saves over it or names another workspace', async () => {
    const { id } = await acme.createAutomation('Mine', says('1'))
    const input = { workspace: 'globex', automation: id, name: 'x', steps: [] }
    const theirs = await globex.admin.graphql(documents.saveAutomationDraft, { input })
    expect(theirs.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    expect((await saveDraft({ workspace: 'globex', automation: id })).code).toBe('NOT_FOUND')
  })
})

describe('versions', () => {
  test('say who saved them and when, and a run says which it was of', async () => {
    const { id } = await acme.createAutomation('Versions', says('1'))
    await update({ id, version: 1, name: 'Versions, later', steps: says('2') })
    const { versions } = await read(id)
    const savedBy = expect.stringContaining('@')
    expect(versions).toEqual([
      { version: 2, name: 'Versions, later', savedAt: expect.any(String), savedBy, restoredFrom: null },
      { version: 1, name: 'Versions', savedAt: expect.any(String), savedBy, restoredFrom: null },
    ])
    const run = await acme.run(id)
    const answer = await acme.admin.graphql('query ($id: ID!) { run(id: $id) { version } }', { id: run.id })
    expect(answer.data.run.version).toBe(2)
  })

  test('have what was saved in them', async () => {
    const { id } = await acme.createAutomation('Content', says('old'))
    await update({ id, version: 1, name: 'Content', steps: says('new') })
    const query = `query ($id: ID!) { automation(id: $id) { versions { edges { node { content { steps { fields } } } } } } }`
    const { data } = await acme.admin.graphql(query, { id })
    const texts = data.automation.versions.edges.map(
      ({ node }: { node: { content: { steps: { fields: { values: { text: string } } }[] } } }) =>
        node.content.steps[0]?.fields.values.text,
    )
    expect(texts).toEqual(['new', 'old'])
  })

  test('are brought back as a new version, which runs from then on', async () => {
    const { id } = await acme.createAutomation('Back', says('good'))
    await update({ id, version: 1, name: 'Back', steps: says('bad') })
    expect((await restore(id, 2, 1)).automation).toMatchObject({
      version: 3,
      steps: says('good').map(({ key, fields }) => ({ key, fields })),
    })
    expect((await read(id)).versions[0]).toMatchObject({ version: 3, restoredFrom: 1 })
    expect(await acme.run(id)).toMatchObject({ output: { text: 'good' } })
    const log = await app.database.query<{ detail: object }>(
      `select detail from audit_event where action = 'automation.restore' and target = 'Back'`,
    )
    expect(log).toEqual([{ detail: { id, version: 3, restored: 1 } }])
  })

  test('are checked when they are brought back, as anything that is saved', async () => {
    const { id } = await acme.createAutomation('Checked', says('1'))
    await update({ id, version: 1, name: 'Checked', steps: says('2') })
    // As if the step type had gone, or the rules had become stricter, since.
    const old = [{ key: 'gone', type: 'no-such-type', fields: {} }]
    await app.database.query(
      `update automation_version set steps = $1 where version = 1 and name = 'Checked'`,
      [JSON.stringify(old)],
    )
    expect((await restore(id, 2, 1)).code).toBe('UNKNOWN_STEP_TYPE')
    expect((await acme.admin.graphql(documents.automation, { id })).data.automation.version).toBe(2)
  })

  test('take no signature check away when they are brought back', async () => {
    const { id } = await acme.createAutomation('Signed', says('1'))
    const hookSignature = { secret: 'HOOK', style: 'GITHUB' }
    await update({ id, version: 1, name: 'Signed', steps: says('2'), hookSignature })
    expect((await restore(id, 2, 1)).automation).toMatchObject({
      version: 3,
      hookSignature: { secret: 'HOOK' },
    })
  })

  test('give a secret no other destination: its policy still decides', async () => {
    await acme.createSecret('BOUND', 'a value that is bound')
    const steps = [{ key: 'call', type: 'custom-http', fields: { url: `${echo.url}/{{ secrets.BOUND }}` } }]
    const { id } = await acme.createAutomation('Bound', steps)
    await update({ id, version: 1, name: 'Bound', steps: says('2') })
    const policy = { workspace: 'acme', name: 'BOUND', allowedHosts: ['api.example.com'] }
    await acme.admin.mutate(documents.setSecretPolicy, { input: policy })
    await restore(id, 2, 1)
    const asked = echo.received.length
    expect((await acme.run(id)).error?.code).toBe('DESTINATION_NOT_ALLOWED')
    expect(echo.received.length).toBe(asked)
  })

  test('that are not kept, or not what was read, are refused', async () => {
    const { id } = await acme.createAutomation('Refused', says('1'))
    expect((await restore(id, 1, 7)).code).toBe('NOT_FOUND')
    expect((await restore(id, 9, 1)).code).toBe('CONFLICT')
  })

  test('of an automation that is older than their list begin with the one that was there', async () => {
    const { id } = await acme.createAutomation('Old', says('1'))
    await app.database.query(`delete from automation_version where name = 'Old'`)
    await update({ id, version: 1, name: 'Old', steps: says('2') })
    expect((await read(id)).versions).toMatchObject([{ version: 2 }, { version: 1, savedBy: null }])
  })

  test('are kept up to fifty', async () => {
    const { id } = await acme.createAutomation('Many', says('1'))
    await app.database.query(
      `insert into automation_version (workspace_id, automation, version, name, steps, saved_at)
       select workspace_id, automation, n, name, steps, saved_at
         from automation_version, generate_series(2, 52) as n where name = 'Many'`,
    )
    await app.database.query(`update automation set version = 52 where name = 'Many'`)
    await update({ id, version: 52, name: 'Many', steps: [] })
    const numbers = (await read(id)).versions.map(({ version }: { version: number }) => version)
    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([50, 53, 4])
  })

  test('and the draft go with a deleted automation', async () => {
    const { id } = await acme.createAutomation('Gone', says('1'))
    await saveDraft({ automation: id })
    await acme.admin.mutate(documents.deleteAutomation, { id })
    const bare = id.split('.')[1] ?? ''
    const left = await app.database.query(
      'select 1 from automation_version where automation = $1 union all select 1 from automation_draft where automation = $1',
      [bare],
    )
    expect(left).toEqual([])
  })
})
