import { decodeProtectedHeader } from 'jose'
import { beforeAll, expect, test, vi } from 'vitest'
import { examine } from '../../src/doctor/doctor.ts'
import type { KeyCheck } from '../../src/domain/workspace-keys.ts'
import { currentKey } from '../../src/domain/workspace-keys.ts'
import { createPolicySealer } from '../../src/keys/policy-sealer.ts'
import { rotateWorkspaces } from '../../src/keys/rotate-workspace.ts'
import { sealPolicies } from '../../src/keys/seal-policies.ts'
import { anywhere, type Policy, readPolicy } from '../../src/secret/policy.ts'
import { findSealedWorkspaceKey } from '../../src/store/workspace-key.ts'
import { createOpener } from '../../src/vault/opening.ts'
import { type GeneralJwe, sealInNode } from '../../src/vault/sealing.ts'
import { KeyWorld } from './key-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()
// The worker would seal policies by itself, once a minute.
beforeAll(() => world.app.stopWorker())

const query = (sql: string, params: unknown[] = []) => world.app.database.query(sql, params)
const bound = readPolicy({ hosts: ['127.0.0.1', 'http://127.0.0.1'], methods: ['GET', 'PUT'] })

/** Stores a value like a version without sealed policies. */
async function storeOld(workspace: string, policy: Policy, sealedIn?: Policy): Promise<void> {
  const key = await currentKey(world.store.em(), workspace)
  const sealed = await sealInNode(key, { workspace, name: 'KEY' }, world.valueIn(workspace), sealedIn)
  await query(
    `update secret set sealed = $2, policy = $3, sealed_policy = $4 where workspace_id = $1 and name = 'KEY'`,
    [workspace, sealed, JSON.stringify(policy), sealedIn ? JSON.stringify(sealedIn) : null],
  )
}

interface Row {
  sealed: string
  policy: unknown
  sealed_policy: unknown
  updated_at: Date
}

async function rowOf(workspace: string): Promise<Row & { claim: unknown }> {
  const [row] = (await query(`select * from secret where workspace_id = $1 and name = 'KEY'`, [
    workspace,
  ])) as unknown as Row[]
  if (!row) throw new Error('gone')
  return { ...row, claim: decodeProtectedHeader(row.sealed)['pol'] }
}

const openerOf = async () =>
  createOpener({
    rootKey: await world.rootKey(),
    workspaceKey: async (id, kid) =>
      (await findSealedWorkspaceKey(world.store, id, kid)) as GeneralJwe | undefined,
  })
const policyFindings = async () => (await examine(world.command())).filter((it) => it.check === 'policies')

test('a value without a policy gets its row’s policy, with an unchanged time', async () => {
  await storeOld('acme', bound)
  await storeOld('globex', anywhere)
  const before = await rowOf('acme')
  expect(before.claim).toBeUndefined()
  expect(await policyFindings()).toMatchObject([
    { status: 'warning', message: expect.stringMatching(/^2 secrets .*lockstep keys seal-policies/) },
  ])
  expect(await sealPolicies(world.command())).toBe(0)
  expect(world.said).toEqual(['2 policies were sealed in with their values; the others were already.'])
  const after = await rowOf('acme')
  expect(after).toMatchObject({ claim: { hosts: bound.hosts, methods: bound.methods }, sealed_policy: bound })
  expect(after.updated_at).toEqual(before.updated_at)
  expect((await rowOf('globex')).claim).toEqual({})
  const opened = await (await openerOf()).openWithPolicy({ workspace: 'acme', name: 'KEY' }, after.sealed)
  expect([opened.value.reveal(), opened.policy]).toEqual([world.valueIn('acme'), bound])
  expect(await policyFindings()).toMatchObject([{ status: 'ok' }])
  expect(
    await query(
      `select workspace_id, actor, detail from audit_event where action = 'policy.seal' order by 1`,
    ),
  ).toEqual(
    ['acme', 'globex'].map((it) => ({
      workspace_id: it,
      actor: 'lockstep keys (test)',
      detail: { secrets: 1 },
    })),
  )
})

test('a second run changes nothing', async () => {
  const before = await world.rows()
  expect(await sealPolicies(world.command())).toBe(0)
  expect(world.said).toEqual(['0 policies were sealed in with their values; the others were already.'])
  expect(await world.rows()).toEqual(before)
})

test('an interrupted run has lost nothing, and continues', async () => {
  await storeOld('acme', bound)
  const stopped = world.command({}, { stopping: AbortSignal.abort() })
  await expect(sealPolicies(stopped)).rejects.toThrow()
  expect((await rowOf('acme')).claim).toBeUndefined()
  expect(await sealPolicies(world.command())).toBe(0)
  expect((await rowOf('acme')).claim).toBeTruthy()
})

test('a forged copy of the policy in a row does not hide a value without a policy', async () => {
  await storeOld('acme', bound)
  await query(`update secret set sealed_policy = policy`)
  expect(await sealPolicies(world.command())).toBe(0)
  expect((await rowOf('acme')).claim).toEqual({ hosts: bound.hosts, methods: bound.methods })
})

test('a row that allows more than the sealed policy is left, named, and never sealed in', async () => {
  await storeOld('acme', anywhere, bound)
  const before = await rowOf('acme')
  expect(await sealPolicies(world.command())).toBe(1)
  expect(world.said.join('\n')).toMatch(
    /The policy of the secret KEY allows more than the one that is sealed in/,
  )
  expect(await rowOf('acme')).toEqual(before)
  expect(await policyFindings()).toMatchObject([
    {
      status: 'warning',
      items: [{ workspace: 'acme', name: 'KEY', reason: expect.stringContaining('allows more') }],
    },
  ])
})

test('an existing wildcard below a public suffix gets a warning', async () => {
  const shared = readPolicy({ hosts: ['*.github.io'] })
  await storeOld('acme', shared, shared)
  expect(await policyFindings()).toMatchObject([
    { status: 'warning', items: [{ workspace: 'acme', name: 'KEY', reason: 'It may go to *.github.io.' }] },
  ])
})

test('rotating a workspace key keeps the sealed policy, and adds nothing', async () => {
  const narrower = readPolicy({ ...bound, methods: ['GET'] })
  await storeOld('acme', narrower, bound)
  await storeOld('globex', bound)
  expect(await rotateWorkspaces(world.command(), 'acme')).toBe(0)
  expect(await rotateWorkspaces(world.command(), 'globex')).toBe(0)
  const { claim, policy, sealed_policy } = await rowOf('acme')
  expect(claim).toEqual({ hosts: bound.hosts, methods: bound.methods })
  expect([policy, sealed_policy]).toEqual([narrower, bound])
  expect(await rowOf('globex')).toMatchObject({ claim: undefined, sealed_policy: null })
})

/** Here a key that a worker has signed counts as vouched for. */
const isVouched: KeyCheck = async (_workspace, { signature }) => signature !== null

test('a worker seals in a narrowed policy once, and logs once what it skips', async () => {
  const opener = await openerOf()
  const warn = vi.fn()
  const sealer = createPolicySealer({ store: world.store, opener, isVouched, log: { warn } as never })
  const narrower = readPolicy({ ...bound, methods: ['GET'] })
  await storeOld('acme', narrower, bound)
  await storeOld('globex', anywhere, bound)
  const signal = new AbortController().signal
  await sealer.sealChanged(signal)
  expect(await rowOf('acme')).toMatchObject({ claim: { methods: ['GET'] }, sealed_policy: narrower })
  expect(await rowOf('globex')).toMatchObject({ claim: { methods: bound.methods } })
  const [first] = [await world.rows()]
  await sealer.sealChanged(signal)
  expect(await world.rows()).toEqual(first)
  expect(warn.mock.calls.map(([it]) => it)).toEqual([
    { workspace: 'globex', secret: 'KEY', reason: expect.stringContaining('allows more') },
  ])
})

test('a value that is changed while it is sealed again wins', async () => {
  const narrower = readPolicy({ ...bound, methods: ['GET'] })
  await storeOld('acme', narrower, bound)
  const real = await openerOf()
  const opener = {
    ...real,
    openWithPolicy: async (...args: Parameters<typeof real.openWithPolicy>) => {
      const opened = await real.openWithPolicy(...args)
      await storeOld('acme', anywhere, anywhere)
      return opened
    },
  }
  const sealer = createPolicySealer({ store: world.store, opener, isVouched, log: world.app.logger })
  await query(`delete from secret where workspace_id = 'globex'`)
  await sealer.sealChanged(new AbortController().signal)
  expect(await rowOf('acme')).toMatchObject({ claim: {}, policy: anywhere, sealed_policy: anywhere })
})
