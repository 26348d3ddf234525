import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { purgeWorkspaces } from '../../src/store/purge-workspaces.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'a value that ends with its workspace 6621'

let app: TestApp
let holding: HoldingServer
let store: Store
beforeAll(async () => {
  ;[app, holding] = await Promise.all([startTestApp(), startHoldingServer()])
  store = await openStore(app.database.url)
})
afterAll(async () => {
  await store.close()
  await app.close()
  await holding.close()
})

const remove = `mutation ($input: DeleteWorkspaceInput!) { deleteWorkspace(input: $input) {
  __typename ... on DeleteWorkspaceSuccess { id } ... on Error { code message at { field } } } }`
const removes = async (client: Client, workspace: string, name = workspace) =>
  (await client.graphql(remove, { input: { workspace, name } })) as {
    data: { deleteWorkspace: Record<string, unknown> | null } | null
    errors?: { extensions: { code: string } }[]
  }

const steps = (url: string) => [
  { key: 'call', type: 'custom-http', fields: { url, headers: [{ name: 'x', value: '{{ secrets.KEY }}' }] } },
]

/** A workspace with a secret, a member, a token, a schedule, a hook, and runs that ended, run and wait. */
async function furnished(id: string) {
  const workspace = await createTestWorkspace(app, id)
  await workspace.createSecret('KEY', VALUE)
  const member = await app.signUp('Member')
  const invited = { workspace: id, email: member.email, role: 'MEMBER' }
  const { url } = await workspace.admin.mutate(documents.inviteMember, { input: invited })
  await member.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  const token = await workspace.createToken('ADMIN')
  const open = { workspace: id, email: 'later@example.com', role: 'MEMBER' }
  await workspace.admin.mutate(documents.inviteMember, { input: open })
  const hooked = await workspace.createAutomation('Hooked', steps(holding.url))
  return { workspace, member, token, hooked }
}

const tables = [
  ...['secret', 'workspace_key', 'membership', 'invitation', 'api_token', 'automation', 'automation_version'],
  ...['automation_draft', 'run', 'step_run', 'run_file', 'run_file_chunk', 'run_job', 'alert_setting'],
]
async function rowsOf(workspace: string): Promise<Record<string, number>> {
  const counts = tables.map(
    (it) => `select '${it}' as name, count(*)::int as rows from ${it} where workspace_id = $1`,
  )
  const rows = await app.database.query<{ name: string; rows: number }>(counts.join(' union all '), [
    workspace,
  ])
  return Object.fromEntries(rows.filter((it) => it.rows > 0).map(({ name, rows: count }) => [name, count]))
}
const never = new AbortController().signal

/** A worker does it once a minute. */
async function untilPurged(workspace: string): Promise<void> {
  await expect
    .poll(async () => {
      await purgeWorkspaces(store, never)
      return app.database.query('select 1 from workspace where id = $1 and purged_at is not null', [
        workspace,
      ])
    })
    .toHaveLength(1)
}

describe('a workspace that is deleted', () => {
  test('is gone at once for everybody, ends its runs, and has no key left in the database', async () => {
    const other: TestWorkspace = await createTestWorkspace(app, 'globex')
    await other.createSecret('KEY', VALUE)
    const { workspace, member, token, hooked } = await furnished('acme')
    const { run } = await workspace.admin.mutate(documents.runAutomation, {
      input: { automation: hooked.id },
    })
    await holding.untilReceived(1)
    const sealed = await app.database.query<{ sealed: string }>(
      'select sealed from secret where workspace_id = $1',
      ['acme'],
    )
    expect(sealed).toHaveLength(1)

    expect((await removes(workspace.admin, 'acme')).data?.deleteWorkspace).toEqual({
      ...{ __typename: 'DeleteWorkspaceSuccess', id: 'acme' },
    })
    for (const client of [workspace.admin, member, token]) {
      const { data, errors } = await client.graphql(documents.secrets, { workspace: 'acme' })
      expect(data?.secrets ?? errors?.[0]?.extensions['code']).toMatch(/FORBIDDEN|UNAUTHENTICATED/)
    }
    const hook = await app.anonymous.request(new URL(hooked.hookUrl).pathname, { method: 'POST', body: '{}' })
    expect([404, 503]).toContain(hook.status)
    await untilPurged('acme')
    expect(await rowsOf('acme')).toEqual({})
    const [ended] = await app.database.query('select 1 from run where id = $1', [run.id.split('.')[1]])
    expect(ended).toBeUndefined()
    // The other workspace has all of its own.
    expect(await other.run((await other.createAutomation('Keep', keep)).id)).toMatchObject({
      status: 'SUCCEEDED',
    })
    expect(await rowsOf('globex')).toMatchObject({ secret: 1, workspace_key: 1, membership: 1 })
  })

  test('keeps its audit log, and that of the instance says who deleted it', async () => {
    const logged = await app.database.query<{ workspace_id: string; actor: string }>(
      `select workspace_id, actor from audit_event where action = 'workspace.delete' and target = 'acme' order by 1`,
    )
    expect(logged.map((it) => it.workspace_id)).toEqual(['@instance', 'acme'])
    const [created] = await app.database.query(
      `select 1 from audit_event where workspace_id = 'acme' and action = 'secret.create'`,
    )
    expect(created).toBeDefined()
  })

  test('leaves its id to nobody', async () => {
    const person = await app.signUp('Next')
    const { data } = await person.graphql(documents.createWorkspace, { input: { id: 'acme', name: 'Mine' } })
    expect(data.createWorkspace).toMatchObject({ code: 'NAME_TAKEN' })
  })

  test('is removed further by the next worker when one died in between', async () => {
    const { workspace } = await furnished('halfway')
    for (const _ of [1, 2, 3]) await workspace.run((await workspace.createAutomation('Keep', keep)).id)
    await removes(workspace.admin, 'halfway')
    // One batch, and then the worker is gone.
    await app.database.query(`select purge_workspace('halfway', 1)`)
    expect(await rowsOf('halfway')).not.toHaveProperty('workspace_key')
    expect(await rowsOf('halfway')).toHaveProperty('run')
    await untilPurged('halfway')
    expect(await rowsOf('halfway')).toEqual({})
  })
})

const keep = [{ key: 'keep', type: 'set-values', fields: { values: '{"a":1}' } }]

describe('a workspace is not deleted', () => {
  let acme: Awaited<ReturnType<typeof furnished>>
  beforeAll(async () => {
    acme = await furnished('initech')
  })

  test('by another name than its own', async () => {
    const answer = await removes(acme.workspace.admin, 'initech', 'Initech')
    expect(answer.data?.deleteWorkspace).toMatchObject({ code: 'INVALID_FIELD', at: { field: 'name' } })
  })

  test('by a member, by a token of an admin or by a stranger', async () => {
    const stranger = await app.signUp('Stranger')
    for (const client of [acme.member, acme.token, stranger]) {
      expect((await removes(client, 'initech')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
    expect((await rowsOf('initech'))['secret']).toBe(1)
  })

  test('by the function of the workers, as long as nobody has deleted it', async () => {
    const [row] = await app.database.query<{ left: string }>(`select purge_workspace('initech', 100) as left`)
    expect(row?.left).toBe('waits')
    expect((await rowsOf('initech'))['workspace_key']).toBe(1)
  })

  test('twice, when two admins do so at once', async () => {
    const second = await app.signUp('Second')
    const { url } = await acme.workspace.admin.mutate(documents.inviteMember, {
      input: { workspace: 'initech', email: second.email, role: 'ADMIN' },
    })
    await second.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
    const both = await Promise.all([acme.workspace.admin, second].map((it) => removes(it, 'initech')))
    const successes = both.filter(
      (it) => it.data?.deleteWorkspace?.['__typename'] === 'DeleteWorkspaceSuccess',
    )
    expect(successes).toHaveLength(1)
  })
})
