import { AppError } from '../errors.ts'
import { metaChallenge, slackChallenge } from '../hook-signature/index.ts'
import type { Registry } from '../steps/index.ts'
import { Run, type StepRun } from '../store/entities/index.ts'
import type { RunProducer } from '../store/queue.ts'
import type { RunSignals } from '../store/run-signals.ts'
import { cancelRun } from '../store/runs/cancel.ts'
import type { RunIntake } from '../store/runs/intake.ts'
import type { Em, Store } from '../store/store.ts'
import type { Sealer, sealInNode } from '../vault/sealing.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkChallenge, checkToken } from './hook-door.ts'
import { parsePublicId } from './ids.ts'
import type { WorkspaceLimits } from './limits.ts'
import { restartRun } from './restart-run.ts'
import {
  bytesOfContents,
  bytesOfLogs,
  bytesOfSteps,
  contentsOfRuns,
  definitionsOfRuns,
  findSummary,
  type HeldBytes,
  listRuns,
  logsOfSteps,
  newestRuns,
  outputsOfSteps,
  type RunContent,
  type RunDefinition,
  type RunPage,
  type RunSummary,
  type StepLog,
  type StepOutput,
  type StepSummary,
  stepsOfRuns,
} from './run-list.ts'
import {
  type Hook,
  type HookedRun,
  type HookOptions,
  type RunKey,
  startAutomation,
  startByHook,
} from './start-run.ts'
import { type StepTest, testStep } from './test-step.ts'

export type { Run, StepRun }

// How often a waiting reader checks by itself, in milliseconds. A notification can be lost with its connection.
const LOOK_AGAIN = 2000

export interface Runs {
  /**
   * Starts a run by hand.
   *
   * @param key gives back the run that was started under the same key within a day, if there is one.
   * @throws AppError NOT_FOUND, INVALID_FIELD, LIMIT_REACHED, CONFLICT (it is saved again and again meanwhile, or the key
   * was used with another input)
   */
  start(actor: Actor, automation: string, input: unknown, key?: RunKey): Promise<Run>
  /** The webhook with this token, perhaps as it was a few seconds ago: a start notices that. */
  findHook(token: string): Promise<Hook | undefined>
  /** Counts a call of it. @throws AppError LIMIT_REACHED when it, or its workspace, was called too often */
  takeHookCall(hook: Hook): void
  /**
   * Starts the run of a webhook, and waits until it has ended, at most `waitSeconds`.
   *
   * @throws AppError as {@link Runs.start}; UNAUTHENTICATED when it is not signed and has to be
   */
  startByHook(hook: Hook, request: unknown, options: HookOptions): Promise<HookedRun>
  /**
   * What a service wants to have sent back before it sends events, once it has shown who it is; undefined for any other
   * request. No run is started.
   *
   * @throws AppError UNAUTHENTICATED, CONFLICT when no worker could tell
   */
  challengeIn(hook: Hook, request: { body: unknown }): Promise<string | undefined>
  /** The same for a service that asks by GET. @throws AppError FORBIDDEN, CONFLICT */
  challengeInQuery(hook: Hook, query: URLSearchParams): Promise<string | undefined>
  /**
   * Runs one step once, through the same executor, and waits for it.
   *
   * @throws AppError as when the step is saved; NOT_FOUND, INVALID_FIELD, LIMIT_REACHED for what it begins with
   */
  testStep(actor: Actor, workspace: string, test: StepTest): Promise<StepRun>
  /**
   * Starts a run of the automation as it is now, from the step that failed in an earlier run, or from `step`.
   *
   * @throws AppError NOT_FOUND, CONFLICT, LIMIT_REACHED
   */
  restart(actor: Actor, id: string, step?: string): Promise<Run>
  cancel(actor: Actor, id: string): Promise<Run>
  get(id: string): Promise<Run | undefined>
  /** The same without what it holds. */
  summary(id: string): Promise<RunSummary | undefined>
  /** The steps of several runs, in the order of each run. */
  stepsOfMany(workspace: string, runs: readonly string[]): Promise<StepSummary[]>
  /** The outputs of all their steps, and how many bytes these hold. */
  outputsOfMany(workspace: string, runs: readonly string[]): Promise<StepOutput[]>
  outputBytesOfMany(workspace: string, runs: readonly string[]): Promise<HeldBytes[]>
  /** What their steps have written, and how many bytes that is. */
  logsOfMany(workspace: string, runs: readonly string[]): Promise<StepLog[]>
  logBytesOfMany(workspace: string, runs: readonly string[]): Promise<HeldBytes[]>
  list(workspace: string, page: RunPage): Promise<RunSummary[]>
  /** The newest runs of several automations, newest first for each. */
  newestOfMany(workspace: string, automations: readonly string[], first: number): Promise<RunSummary[]>
  contentsOfMany(workspace: string, runs: readonly string[]): Promise<RunContent[]>
  contentBytesOfMany(workspace: string, runs: readonly string[]): Promise<HeldBytes[]>
  definitionsOfMany(workspace: string, runs: readonly string[]): Promise<RunDefinition[]>
  /** Yields the run after each change, for the last time when it has ended. */
  watch(id: string, signal: AbortSignal): AsyncGenerator<Run>
  /** Waits until the run has ended, for at most `seconds`. */
  settle(id: string, seconds: number): Promise<Run | undefined>
}

interface RunParts {
  store: Store
  sealer: Sealer
  seal: typeof sealInNode
  queue: RunProducer
  intake: RunIntake
  signals: RunSignals
  registry: Registry
  limits: WorkspaceLimits
}

export function createRuns(parts: RunParts): Runs {
  const { store, signals } = parts
  const get = async (id: string) => {
    const where = parsePublicId(id)
    return where && findRun(store.em(), where)
  }
  const watch = (id: string, signal: AbortSignal) => watchRun(get, signals, id, signal)
  const settle = (id: string, seconds: number) => settleRun(watch, id, seconds)
  return {
    get,
    async summary(id) {
      const where = parsePublicId(id)
      return where && findSummary(store.em(), where)
    },
    watch,
    settle,
    async start(actor, automation, input, key) {
      const { workspace, run } = await startAutomation(parts, actor, automation, input, key)
      return store.em().findOneOrFail(Run, { workspace, id: run })
    },
    async restart(actor, id, step) {
      const { workspace, run } = await restartRun(parts, actor, id, step)
      return store.em().findOneOrFail(Run, { workspace, id: run })
    },
    async findHook(token) {
      const known = await parts.intake.knownAutomationByHook(token)
      return known && { token, ...known }
    },
    takeHookCall: ({ automation: { workspace, id } }) =>
      parts.limits.takeHookCall({ workspace, automation: id }),
    startByHook: (hook, request, options) => startByHook({ ...parts, settle }, hook, request, options),
    async challengeIn({ automation }, request) {
      const { hookSignature } = automation
      const challenge = hookSignature && slackChallenge(request.body, hookSignature)
      if (!challenge) return undefined
      await checkChallenge(parts, automation, hookSignature, request)
      return challenge
    },
    async challengeInQuery({ automation }, query) {
      const { hookSignature } = automation
      const asked = hookSignature?.verifyToken ? metaChallenge(query) : undefined
      if (!hookSignature || !asked) return undefined
      await checkToken(parts, automation, hookSignature, asked.token)
      return asked.challenge
    },
    testStep: (actor, workspace, test) => testStep({ ...parts, settle }, actor, workspace, test),
    cancel: (actor, id) => cancelById(parts, actor, id),
    stepsOfMany: (workspace, runs) => stepsOfRuns(store.em(), workspace, runs),
    outputsOfMany: (workspace, runs) => outputsOfSteps(store.em(), workspace, runs),
    logsOfMany: (workspace, runs) => logsOfSteps(store.em(), workspace, runs),
    logBytesOfMany: (workspace, runs) => bytesOfLogs(store.em(), workspace, runs),
    outputBytesOfMany: (workspace, runs) => bytesOfSteps(store.em(), workspace, runs),
    contentBytesOfMany: (workspace, runs) => bytesOfContents(store.em(), workspace, runs),
    list: (workspace, page) => listRuns(store.em(), workspace, page),
    newestOfMany: (workspace, automations, first) => newestRuns(store.em(), workspace, automations, first),
    contentsOfMany: (workspace, runs) => contentsOfRuns(store.em(), workspace, runs),
    definitionsOfMany: (workspace, runs) => definitionsOfRuns(store.em(), workspace, runs),
  }
}

const findRun = async (em: Em, where: { workspace: string; id: string }): Promise<Run | undefined> =>
  (await em.findOne(Run, where)) ?? undefined

/** @param seconds what is left of them, so any fraction: a signal takes whole milliseconds alone. */
async function settleRun(watch: Runs['watch'], id: string, seconds: number): Promise<Run | undefined> {
  let last: Run | undefined
  for await (const run of watch(id, AbortSignal.timeout(Math.ceil(seconds * 1000)))) last = run
  return last
}

async function cancelById({ store, queue }: RunParts, actor: Actor, publicRunId: string): Promise<Run> {
  const where = parsePublicId(publicRunId)
  if (!where) throw runNotFound()
  return store.inTransaction(async (tx) => {
    const run = await findRun(tx, where)
    if (!run) throw runNotFound()
    // A run that has ended stays as it is: cancelling twice, or too late, is no error.
    const { workspace, id } = where
    if (!(await cancelRun(tx, { workspace, run: id }))) return run
    // It may wait for an attempt with no worker watching: one has to end it now.
    await queue.wake(tx, { workspace, run: id })
    await recordAudit(tx, { workspace, actor, action: 'run.cancel', target: publicRunId })
    return tx.findOneOrFail(Run, where, { refresh: true })
  })
}

async function* watchRun(
  get: (id: string) => Promise<Run | undefined>,
  signals: RunSignals,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Run> {
  const where = parsePublicId(id)
  if (!where) return
  while (!signal.aborted) {
    // The listener is registered before the run is read, so that no change in between is missed.
    const changed = new AbortController()
    const stop = AbortSignal.any([signal, changed.signal])
    const change = signals.wait(where.workspace, where.id, LOOK_AGAIN, stop)
    const run = await get(id)
    if (run) yield run
    if (run && !run.finishedAt) await change
    changed.abort()
    if (!run || run.finishedAt) return
  }
}

function runNotFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such run. It may have been removed with age.')
}
