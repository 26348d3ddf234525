import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createResolver, type Resolver } from '../../src/resolver/resolver.ts'
import { anywhere } from '../../src/secret/policy.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { findSealedWorkspaceKey } from '../../src/store/workspace-key.ts'
import { createOpener, loadRootKey, type Opener } from '../../src/vault/opening.ts'
import type { GeneralJwe } from '../../src/vault/workspace-key-envelope.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { lockRows, watchLockWaits } from '../support/lock-waits.ts'
import { createTestWorkspace } from '../support/workspace.ts'

const values = { ALPHA: 'the value of alpha', BETA: 'the value of beta', GAMMA: 'the value of gamma' }

let app: TestApp
let store: Store
let opener: Opener

beforeAll(async () => {
  app = await startTestApp()
  const workspace = await createTestWorkspace(app, 'acme')
  for (const [name, value] of Object.entries(values)) await workspace.createSecret(name, value)
  const other = await createTestWorkspace(app, 'other')
  await other.createSecret('ALPHA', "another workspace's alpha")
  await other.createSecret('FOREIGN', 'the value of foreign')
  // It would seal the change of the policy in within a minute.
  await app.stopWorker()
  await workspace.admin.mutate(documents.setSecretPolicy, {
    input: { workspace: 'acme', name: 'BETA', allowedHosts: ['api.example.com'] },
  })
  store = await openStore(app.database.url)
  opener = createOpener({
    rootKey: await loadRootKey(app.config.rootKeyFile),
    workspaceKey: async (id, kid) => (await findSealedWorkspaceKey(store, id, kid)) as GeneralJwe | undefined,
    cache: { seconds: 0, max: 0 },
  })
})
afterAll(async () => {
  await app.expectNoCanary(...Object.values(values))
  await store.close()
  await app.close()
})
beforeEach(async () => {
  await app.database.query('update secret set last_used_at = null')
  await app.database.query(`delete from audit_event where action = 'secret.use'`)
})

/** The resolver with an opener that records its requests, and what is recorded in the database at that moment. */
function watched(): { resolver: Resolver; opened: string[]; recorded: string[][] } {
  const opened: string[] = []
  const recorded: string[][] = []
  const watching: Opener = {
    ...opener,
    async openWithPolicy(at, sealed) {
      opened.push(`${at.workspace}.${at.name}`)
      recorded.push(await onRecord())
      return opener.openWithPolicy(at, sealed)
    },
  }
  return { resolver: createResolver({ store, opener: watching }), opened, recorded }
}

/** The names whose use is committed in both places: in the audit log and at the secret. */
async function onRecord(): Promise<string[]> {
  const rows = await app.database.query<{ name: string }>(
    `select name from secret join audit_event on target = name and action = 'secret.use'
      where secret.workspace_id = 'acme' and last_used_at is not null order by name`,
  )
  return rows.map(({ name }) => name)
}

const ask = (...names: string[]) => ({ workspace: 'acme', run: 'run-1', step: 'call', names })

describe('a step gets the values of its secrets', () => {
  test('with their policies, and no others', async () => {
    const { resolver } = watched()
    const resolved = await resolver.resolve(ask('BETA', 'ALPHA'))
    const found = [...resolved].map(([name, it]) => [name, it.value.reveal()] as const)
    expect(new Map(found.map(([name, value]) => [name, value]))).toEqual(
      new Map([
        ['ALPHA', values.ALPHA],
        ['BETA', values.BETA],
      ]),
    )
    const bound = { ...anywhere, hosts: ['api.example.com', 'http://api.example.com'] }
    // The row's policy and the sealed one, because no worker has sealed the change yet.
    expect(resolved.get('BETA')?.policies).toEqual([bound, anywhere])
    expect(resolved.get('ALPHA')?.policies).toEqual([anywhere, anywhere])
  })

  test('with one query for all of them', async () => {
    const query = vi.spyOn(pg.Client.prototype, 'query')
    try {
      await watched().resolver.resolve(ask('ALPHA', 'BETA', 'GAMMA'))
      const sql = query.mock.calls.map(([it]: unknown[]) =>
        typeof it === 'string' ? it : (it as { text: string }).text,
      )
      expect(sql.filter((it) => /\bsealed\b/.test(it) && /\bsecret\b/.test(it))).toHaveLength(1)
      expect(sql.filter((it) => /audit_event/.test(it) && /^insert/i.test(it))).toHaveLength(1)
    } finally {
      query.mockRestore()
    }
  })

  test('and a step without secrets sends no query', async () => {
    const query = vi.spyOn(pg.Client.prototype, 'query')
    try {
      expect((await watched().resolver.resolve(ask())).size).toBe(0)
      expect(query).not.toHaveBeenCalled()
    } finally {
      query.mockRestore()
    }
  })
})

describe('the use of a value is on record before it is opened', () => {
  test('in the audit log and at the secret, once for each name', async () => {
    const { resolver, recorded } = watched()
    await resolver.resolve(ask('GAMMA', 'ALPHA'))
    expect(recorded).toEqual([
      ['ALPHA', 'GAMMA'],
      ['ALPHA', 'GAMMA'],
    ])
    const events = await app.database.query(
      `select workspace_id, actor, target, detail from audit_event where action = 'secret.use' order by target`,
    )
    const event = { workspace_id: 'acme', actor: 'run acme.run-1', detail: { step: 'call' } }
    expect(events).toEqual([
      { ...event, target: 'ALPHA' },
      { ...event, target: 'GAMMA' },
    ])
  })

  test.each([
    ['the audit log', 'before insert on audit_event'],
    ['the secret', 'before update on secret'],
  ])('and if %s cannot be written, nothing is opened and nothing recorded', async (_what, when) => {
    await app.database.query(
      `create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`,
    )
    await app.database.query(`create trigger refuse ${when} for each row execute function refuse()`)
    const { resolver, opened } = watched()
    try {
      await expect(resolver.resolve(ask('ALPHA', 'BETA'))).rejects.toThrow()
    } finally {
      await app.database.query('drop function refuse cascade')
    }
    expect(opened).toEqual([])
    const used = await app.database.query(`select 1 from secret where last_used_at is not null`)
    const events = await app.database.query(`select 1 from audit_event where action = 'secret.use'`)
    expect([used, events]).toEqual([[], []])
    // The same resolver works as soon as the database does.
    await resolver.resolve(ask('ALPHA'))
    expect(opened).toEqual(['acme.ALPHA'])
  })
})

test('a step does not wait for the row of a secret that somebody else holds, and its use is on record', async () => {
  const unlock = await lockRows(app.database, `select 1 from secret where name = 'ALPHA'`, [])
  onTestFinished(unlock)
  const waits = watchLockWaits(app.database)
  const { resolver } = watched()
  expect((await resolver.resolve(ask('ALPHA', 'BETA'))).size).toBe(2)
  expect(await waits()).toEqual([])
  const events = `select target from audit_event where action = 'secret.use' order by target`
  expect(await app.database.query(events)).toEqual([{ target: 'ALPHA' }, { target: 'BETA' }])
  const used = 'select name from secret where last_used_at is not null'
  expect(await app.database.query(used)).toEqual([{ name: 'BETA' }])
})

describe('a step gets no value', () => {
  test('when names are missing: the error names all of them, and nothing is opened or recorded', async () => {
    const { resolver, opened } = watched()
    await expect(resolver.resolve(ask('NO_A', 'ALPHA', 'NO_B'))).rejects.toMatchObject({
      code: 'SECRET_NOT_FOUND',
      message: expect.stringMatching(/^The secrets NO_A, NO_B do not exist/),
    })
    expect(opened).toEqual([])
    expect(await onRecord()).toEqual([])
    expect(await app.database.query('select 1 from secret where last_used_at is not null')).toEqual([])
  })

  test('of another workspace, even with a name that its own workspace has', async () => {
    const { resolver } = watched()
    await expect(resolver.resolve(ask('FOREIGN'))).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' })
    expect((await resolver.resolve(ask('ALPHA'))).get('ALPHA')?.value.reveal()).toBe(values.ALPHA)
    const foreign = await app.database.query(
      `select name from secret where workspace_id = 'other' and last_used_at is not null`,
    )
    expect(foreign).toEqual([])
  })

  test.each([
    ['of another secret', `(select sealed from secret where workspace_id = 'acme' and name = 'BETA')`],
    [
      'of the same name in another workspace',
      `(select sealed from secret where workspace_id = 'other' and name = 'ALPHA')`,
    ],
    ['that was altered', `left(sealed, -2) || case right(sealed, 2) when 'AA' then 'BB' else 'AA' end`],
    ['that is none', `'nonsense'`],
  ])('when a ciphertext %s is in its place: SECRET_UNREADABLE names it', async (_what, expression) => {
    const where = `where workspace_id = 'acme' and name = 'ALPHA'`
    const [before] = await app.database.query<{ sealed: string }>(`select sealed from secret ${where}`)
    await app.database.query(`update secret set sealed = ${expression} ${where}`)
    try {
      await expect(watched().resolver.resolve(ask('GAMMA', 'ALPHA'))).rejects.toMatchObject({
        code: 'SECRET_UNREADABLE',
        message: expect.stringContaining('ALPHA'),
      })
    } finally {
      await app.database.query(`update secret set sealed = $1 ${where}`, [before?.sealed])
    }
  })
})

test('steps that name the same secrets in different orders do not deadlock', async () => {
  const { resolver } = watched()
  const orders = [
    ['ALPHA', 'BETA', 'GAMMA'],
    ['GAMMA', 'BETA', 'ALPHA'],
  ]
  const all = Array.from({ length: 20 }, (_, index) => resolver.resolve(ask(...(orders[index % 2] ?? []))))
  expect((await Promise.all(all)).map(({ size }) => size)).toEqual(Array.from({ length: 20 }, () => 3))
})
