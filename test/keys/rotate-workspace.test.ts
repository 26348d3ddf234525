import { describe, expect, test, vi } from 'vitest'
import { rotateWorkspaces } from '../../src/keys/rotate-workspace.ts'
import { pruneWorkspaceKeys } from '../../src/store/prune-workspace-keys.ts'
import { replaceSealedSecrets } from '../../src/store/sealed-secrets.ts'
import * as documents from '../support/documents.ts'
import { KeyWorld } from './key-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()

const query = (sql: string, params: unknown[] = []) => world.app.database.query(sql, params)
const keysOf = (workspace: string) =>
  query('select kid, retired_at from workspace_key where workspace_id = $1 order by created_at', [workspace])
const age = (workspace: string) =>
  query(
    `update workspace_key set created_at = created_at - interval '2 hours', retired_at = retired_at - interval '2 hours'
      where workspace_id = $1`,
    [workspace],
  )

const uses = (index: number) =>
  Promise.all(world.workspaces.slice(index, index + 1).map((it) => world.use(it)))

test('every secret is sealed with the new key, with an unchanged time; the old key is deleted when nothing needs it', async () => {
  const times = () => query('select name, updated_at, last_used_at from secret order by workspace_id')
  const [before, [first]] = [await times(), await keysOf('acme')]
  expect(await rotateWorkspaces(world.command(), 'acme')).toBe(0)
  expect(await times()).toEqual(before)
  const [old, current] = await keysOf('acme')
  expect(old).toMatchObject({ kid: first?.['kid'], retired_at: expect.anything() })
  expect(await query(`select distinct kid from secret where workspace_id = 'acme'`)).toEqual([
    { kid: current?.['kid'] },
  ])
  expect(await keysOf('globex')).toHaveLength(1)
  expect(await uses(0)).toEqual(['SUCCEEDED'])
  const audit = await query(`select actor, target, detail from audit_event where action = 'key.rotate'`)
  const detail = { replaced: first?.['kid'] }
  expect(audit).toEqual([{ actor: 'lockstep keys (test)', target: current?.['kid'], detail }])

  // A value that was just sealed may not be stored yet.
  expect(await pruneWorkspaceKeys(world.store, 'worker')).toBe(0)
  await age('acme')
  // The run has a job, because a worker would end a run that has lost its job.
  await query(
    `with held as (
       insert into run (workspace_id, id, steps, status, created_at)
       values ('acme', gen_random_uuid(), '[]', 'QUEUED', now() - interval '3 hours') returning id)
     insert into run_job (workspace_id, run, due_at) select 'acme', id, now() + interval '1 hour' from held`,
  )
  expect(await pruneWorkspaceKeys(world.store, 'worker')).toBe(0)
  await query(`delete from run where status = 'QUEUED'`)
  expect(await pruneWorkspaceKeys(world.store, 'worker')).toBe(1)
  expect(await keysOf('acme')).toEqual([{ kid: current?.['kid'], retired_at: null }])
  expect(await query(`select actor, target from audit_event where action = 'key.delete'`)).toEqual([
    { actor: 'worker', target: first?.['kid'] },
  ])
})

test('a replaced key that still seals a secret is never deleted', async () => {
  await query(
    `update workspace_key set retired_at = now() - interval '9 hours' where workspace_id = 'globex'`,
  )
  expect(await pruneWorkspaceKeys(world.store, 'worker')).toBe(0)
  await query(`update workspace_key set retired_at = null where workspace_id = 'globex'`)
})

test('a value that is changed meanwhile wins', async () => {
  const [row] = await query(`select name, sealed, kid from secret where workspace_id = 'acme'`)
  const [, , updated] = ['acme', 'KEY', world.valueIn('acme')]
  const input = { workspace: 'acme', name: 'KEY', value: updated }
  await world.workspaces[0]?.admin.mutate(documents.updateSecret, { input })
  const [newer] = await query(`select sealed from secret where workspace_id = 'acme'`)
  const stale = {
    name: 'KEY',
    was: String(row?.['sealed']),
    sealed: 'sealed from what was read before',
    policy: null,
  }
  const kid = String(row?.['kid'])
  expect(await world.store.inTransaction((tx) => replaceSealedSecrets(tx, 'acme', kid, [stale]))).toBe(0)
  expect(await query(`select sealed from secret where workspace_id = 'acme'`)).toEqual([newer])
})

test('an interrupted rotation continues with the same key when it is run again, for one workspace and for all', async () => {
  await age('acme')
  const stopped = world.command({}, { stopping: AbortSignal.abort() })
  await expect(rotateWorkspaces(stopped, 'acme')).rejects.toThrow()
  const [, made] = await keysOf('acme')
  expect(await query(`select 1 from secret where kid = $1`, [made?.['kid']])).toEqual([])
  expect(await rotateWorkspaces(world.command(), 'acme')).toBe(0)
  expect((await keysOf('acme')).at(-1)).toEqual(made)
  expect(await query(`select name from secret where kid = $1`, [made?.['kid']])).toEqual([{ name: 'KEY' }])
  // With --all, the workspace that was just done is left alone.
  await age('globex')
  expect(await rotateWorkspaces(world.command(), undefined)).toBe(0)
  expect((await keysOf('acme')).at(-1)).toEqual(made)
  expect(await keysOf('globex')).toHaveLength(2)
  expect([await uses(0), await uses(1)]).toEqual([['SUCCEEDED'], ['SUCCEEDED']])
})

describe('refused or left alone', () => {
  test('a missing workspace', async () => {
    const before = await world.rows()
    await expect(rotateWorkspaces(world.command(), 'nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await world.rows()).toEqual(before)
  })

  test('without the root key', async () => {
    const command = world.command({ LOCKSTEP_ROOT_KEY_FILE: world.file('missing.pem') })
    const before = await world.rows()
    await expect(rotateWorkspaces(command, 'acme')).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
    expect(await world.rows()).toEqual(before)
  })

  test('a secret that does not open is named and keeps its key and its bytes', async () => {
    await world.workspaces[1]?.createSecret('BROKEN', 'a value that is damaged')
    await query(
      `update secret set sealed = overlay(sealed placing 'AAAA' from length(sealed) - 3) where name = 'BROKEN'`,
    )
    const broken = await query(`select sealed, kid from secret where name = 'BROKEN'`)
    await age('globex')
    expect(await rotateWorkspaces(world.command(), 'globex')).toBe(1)
    expect(world.said.join('\n')).toContain('BROKEN')
    expect(await query(`select sealed, kid from secret where name = 'BROKEN'`)).toEqual(broken)
    await age('globex')
    await pruneWorkspaceKeys(world.store, 'worker')
    expect((await keysOf('globex')).map((it) => it['kid'])).toContain(broken[0]?.['kid'])
    expect(await uses(1)).toEqual(['SUCCEEDED'])
  })
})
