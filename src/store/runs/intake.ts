import type { HookVerdict } from '../entities/index.ts'
import type { RunSignals } from '../run-signals.ts'
import { createEnqueue, type EnqueuedRun, findKeyedRun } from './enqueue.ts'
import { type AskedHook, createHookDoor, hasWorkers } from './hook-checks.ts'
import type { HotPool } from './hot-pool.ts'
import { KnownHooks } from './known-hooks.ts'
import { readAutomationByHook, readAutomationById, type StartableAutomation } from './read-automation.ts'

/** What starts runs: what it reads for that, and how it writes them. */
export interface RunIntake {
  /**
   * The automation that a webhook's token starts, as it is or was a few seconds ago. {@link add} tells whether it was
   * changed or deleted since.
   */
  knownAutomationByHook(token: string): Promise<StartableAutomation | undefined>
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
  findKeyedRun(where: { workspace: string; automation: string; keyHash: string }): Promise<string | undefined>
}

export function createRunIntake(pool: HotPool, signals: RunSignals): RunIntake {
  const known = new KnownHooks()
  const automationByHook = async (token: string) => {
    const [workspace = '', hookToken = '', ...more] = token.split('.')
    const found = more.length > 0 ? undefined : await readAutomationByHook(pool, workspace, hookToken)
    known.set(token, found)
    return found
  }
  return {
    automationByHook,
    knownAutomationByHook: async (token) => known.get(token) ?? automationByHook(token),
    automationById: (workspace, id) => readAutomationById(pool, workspace, id),
    add: createEnqueue(pool),
    askDoor: createHookDoor(pool, signals),
    hasWorkers: () => hasWorkers(pool),
    findKeyedRun: (where) => findKeyedRun(pool, where),
  }
}
