import { hostname } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { openRootKey } from '../../src/keys/root-key.ts'
import { keepRootKey } from '../../src/keys/root-key-keeper.ts'
import { createResolver } from '../../src/resolver/resolver.ts'
import { openStore } from '../../src/store/store.ts'
import { findSealedWorkspaceKey } from '../../src/store/workspace-key.ts'
import { createOpener } from '../../src/vault/opening.ts'
import type { GeneralJwe } from '../../src/vault/sealing.ts'
import type { TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace } from '../support/workspace.ts'
import { type Seed, secretPolicy, secretValue } from './seed.ts'

export interface Use {
  count: number
  /** The reported failures. */
  failures: string[]
  stop(): Promise<void>
}

/** Besides the uses, the machine should only run the rotation. */
const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Repeats the work until it is stopped, and collects the failures. */
export function keepDoing(work: (round: number) => Promise<void>): Use {
  let stopped = false
  const use: Use = {
    count: 0,
    failures: [],
    stop: async () => {
      stopped = true
      await running
    },
  }
  const running = (async () => {
    while (!stopped) {
      await work(use.count).catch((error: unknown) => use.failures.push(String(error)))
      use.count++
    }
  })()
  return use
}

/**
 * Resolves as a worker does, with the cache switched off: every round unwraps a workspace key. A worker does that
 * once in minutes.
 */
export async function resolveContinuously(app: TestApp, { workspaces, names }: Seed): Promise<Use> {
  const store = await openStore(app.database.url, 4)
  const parts = { store, config: app.config, log: app.logger }
  const rootKey = await openRootKey(store, app.config, app.logger)
  const keeper = await keepRootKey(parts, rootKey)
  const opener = createOpener({
    rootKey,
    renewRootKey: () => keeper.renew(),
    workspaceKey: async (id, kid) => (await findSealedWorkspaceKey(store, id, kid)) as GeneralJwe | undefined,
    cache: { seconds: 0, max: 0 },
    keyCache: { seconds: 0, max: 0 },
  })
  const resolver = createResolver({ store, opener })
  const use = keepDoing(async (round) => {
    await rest(20)
    const workspace = workspaces[round % workspaces.length] ?? ''
    const name = names[round % names.length] ?? ''
    const values = await resolver.resolve({ workspace, run: hostname(), step: 'drill', names: [name] })
    if (values.get(name)?.value.reveal() !== secretValue(workspace, name))
      throw new Error(`${workspace} ${name}: wrong`)
    const policy = secretPolicy(name)
    if (!isDeepStrictEqual(values.get(name)?.policies, [policy, policy]))
      throw new Error(`${workspace} ${name}: not the policy`)
  })
  const stop = use.stop
  use.stop = async () => {
    await stop()
    await keeper.stop()
    await store.close()
  }
  return use
}

/** Runs automations whose step sends secrets to a service, through the API and any running worker. */
export async function runContinuously({ admin, workspaces, names }: Seed, url: string): Promise<Use> {
  const automations = new Map<string, string>()
  for (const workspace of workspaces)
    automations.set(workspace, await addAutomation(admin.admin, workspace, names, url))
  return keepDoing(async (round) => {
    await rest(100)
    const workspace = workspaces[round % workspaces.length] ?? ''
    await expectSuccess(admin, automations.get(workspace) ?? '', workspace)
  })
}

// One account may have a hundred workspaces.
const MAX_FRESH = 90

/** New workspaces, each with a secret that a run uses at once. */
export async function createContinuously(app: TestApp, url: string): Promise<Use> {
  const owner = await createTestWorkspace(app, 'fresh')
  return keepDoing(async (round) => {
    await rest(1000)
    if (round >= MAX_FRESH) return
    const id = `fresh-${round}`
    await owner.admin.mutate(documents.createWorkspace, { input: { id, name: id } })
    const secret = { workspace: id, name: 'SECRET_0', value: secretValue(id, 'SECRET_0') }
    await owner.admin.mutate(documents.createSecret, { input: secret })
    await expectSuccess(owner, await addAutomation(owner.admin, id, ['SECRET_0'], url), id)
  })
}

async function addAutomation(
  admin: Seed['admin']['admin'],
  workspace: string,
  names: readonly string[],
  url: string,
): Promise<string> {
  const values = names.slice(0, 3).map((name) => ({ name: `x-${name}`, value: `{{ secrets.${name} }}` }))
  const steps = [{ key: 'send', type: 'custom-http', fields: { method: 'GET', url, headers: values } }]
  const { automation } = await admin.mutate(documents.createAutomation, {
    input: { workspace, name: 'Use', steps },
  })
  return automation.id
}

async function expectSuccess(admin: Seed['admin'], automation: string, workspace: string): Promise<void> {
  const ended = await admin.run(automation)
  if (ended.status !== 'SUCCEEDED') throw new Error(`${workspace}: ${JSON.stringify(ended.error)}`)
}
