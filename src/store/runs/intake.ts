import type { HookVerdict } from '../entities/index.ts'
import type { RunSignals } from '../run-signals.ts'
import { createEnqueue, type EnqueuedRun, findKeyedRun, type KeyedRun } from './enqueue.ts'
import { type AskedHook, createHookDoor, hasWorkers } from './hook-checks.ts'
import { type HookTokens, hashOldHook } from './hook-token.ts'
import type { HotPool } from './hot-pool.ts'
import { type KnownHook, KnownHooks } from './known-hooks.ts'
import { readAutomationById, readAutomationByOldHook, type StartableAutomation } from './read-automation.ts'

/** What starts runs: what it reads for that, and how it writes them. */
export interface RunIntake {
  /**
   * The automation that a webhook's token starts, as it is or was a few seconds ago. {@link add} tells whether it was
   * changed or deleted since.
   */
  knownAutomationByHook(token: string): Promise<KnownHook | undefined>
  /** The same, as it is. */
  automationByHook(token: string): Promise<StartableAutomation | undefined>
  automationById(workspace: string, id: string): Promise<StartableAutomation | undefined>
  /**
   * Adds a run with its job and its audit event, unless its automation is no longer what was read, or its key stands
   * for another run.
   *
   * @returns whether it was added.
   */
  add(run: EnqueuedRun): Promise<boolean>
  /** Asks a worker whether a request to a webhook is signed. Undefined: none has answered. */
  askDoor(hook: AskedHook): Promise<HookVerdict | undefined>
  /** Whether there is a worker that could have answered. */
  hasWorkers(): Promise<boolean>
  /** The run that a key stands for. */
  findKeyedRun(where: {
    workspace: string
    automation: string
    keyHash: string
  }): Promise<KeyedRun | undefined>
}

export function createRunIntake(pool: HotPool, signals: RunSignals, hooks: HookTokens): RunIntake {
  const known = new KnownHooks()
  const automationByHook = async (token: string) => {
    const askedAt = performance.now()
    return known.set(token, await readAutomationByHook(pool, hooks, token), askedAt)
  }
  return {
    automationByHook: async (token) => (await automationByHook(token))?.automation,
    knownAutomationByHook: async (token) => known.get(token) ?? automationByHook(token),
    automationById: (workspace, id) => readAutomationById(pool, workspace, id),
    add: createEnqueue(pool),
    askDoor: createHookDoor(pool, signals),
    hasWorkers: () => hasWorkers(pool),
    findKeyedRun: (where) => findKeyedRun(pool, where),
  }
}

// Before tokens were derived.
const OLD_TOKEN = /^[\w-]{32}$/

/** @param text what stands behind `/hooks/`: the workspace and the token. */
async function readAutomationByHook(
  pool: HotPool,
  hooks: HookTokens,
  text: string,
): Promise<StartableAutomation | undefined> {
  const [workspace = '', token = '', ...more] = text.split('.')
  if (more.length > 0) return undefined
  const id = hooks.idIn(token)
  if (id !== undefined) {
    const found = await readAutomationById(pool, workspace, id)
    return found && hooks.isOf(token, { workspace, id, generation: found.hookGeneration }) ? found : undefined
  }
  if (!OLD_TOKEN.test(token)) return undefined
  return (
    (await readAutomationByOldHook(pool, workspace, hashOldHook(token))) ??
    (await readAutomationByOldHook(pool, workspace, token))
  )
}
