import { AppError } from '../errors.ts'
import type { Registry } from '../steps/index.ts'
import { Automation, Run, type RunTrigger, StepRun } from '../store/entities/index.ts'
import type { RunQueue } from '../store/queue.ts'
import { type RunSignals, signalRun } from '../store/run-signals.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import type { Sealer } from '../vault/sealing.ts'
import { type Actor, recordAudit } from './audit.ts'
import { automationNotFound, checkSteps, type StepInput } from './automations.ts'
import { parsePublicId, publicId } from './ids.ts'
import { insertRun, type NewRun, sealRun } from './new-run.ts'
import { checkRunKey, claimRunKey } from './run-keys.ts'
import {
  contentsOfRuns,
  definitionsOfRuns,
  listRuns,
  newestRuns,
  type RunContent,
  type RunDefinition,
  type RunPage,
  type RunSummary,
} from './run-list.ts'

export type { Run, StepRun }

// How often a waiting reader checks by itself, in milliseconds. A notification can be lost with its connection.
const LOOK_AGAIN = 2000

export interface StartOptions {
  /** Returns the run that was started with the same key within a day, if there is one. */
  key?: string | undefined
  /** By hand by default. The input of a HOOK is a request, which must be signed if the automation says so. */
  trigger?: Exclude<RunTrigger, 'TEST'>
}

export interface Runs {
  start(actor: Actor, automation: string, input: unknown, options?: StartOptions): Promise<Run>
  /** Runs one step once, through the same executor, and waits for it at most `waitSeconds`. */
  testStep(
    actor: Actor,
    workspace: string,
    step: StepInput,
    input: unknown,
    waitSeconds: number,
  ): Promise<StepRun>
  cancel(actor: Actor, id: string): Promise<Run>
  get(id: string): Promise<Run | undefined>
  /** The steps of several runs, in the order of each run. */
  stepsOfMany(workspace: string, runs: readonly string[]): Promise<StepRun[]>
  list(workspace: string, page: RunPage): Promise<RunSummary[]>
  /** The newest runs of several automations, newest first for each. */
  newestOfMany(workspace: string, automations: readonly string[], first: number): Promise<RunSummary[]>
  contentsOfMany(workspace: string, runs: readonly string[]): Promise<RunContent[]>
  definitionsOfMany(workspace: string, runs: readonly string[]): Promise<RunDefinition[]>
  /** Yields the run after each change, for the last time when it has ended. */
  watch(id: string, signal: AbortSignal): AsyncGenerator<Run>
  /** Waits until the run has ended, for at most `seconds`. */
  settle(id: string, seconds: number): Promise<Run | undefined>
}

interface RunParts {
  store: Store
  sealer: Sealer
  queue: RunQueue
  signals: RunSignals
  registry: Registry
}

export function createRuns(parts: RunParts): Runs {
  const { store, signals, registry } = parts
  const get = async (id: string) => {
    const where = parsePublicId(id)
    return where && findRun(store.em(), where)
  }
  const watch = (id: string, signal: AbortSignal) => watchRun(get, signals, id, signal)
  const settle = async (id: string, seconds: number) => {
    let last: Run | undefined
    for await (const run of watch(id, AbortSignal.timeout(seconds * 1000))) last = run
    return last
  }
  return {
    get,
    watch,
    settle,
    start: (actor, automation, input, options) => startRun(parts, actor, automation, input, options),
    async testStep(actor, workspace, input, trigger, waitSeconds) {
      // There is no retry, because a person who tries a step out wants to see how it fails.
      const steps = checkSteps(registry, [input]).map(({ retry, ...step }) => step)
      const started = { trigger: 'TEST', startedBy: actor.label } as const
      const test = { workspace, automation: null, ...started, steps, input: trigger }
      const run = await enqueueRun(parts, test, (tx, id) =>
        recordAudit(tx, {
          workspace,
          actor,
          action: 'step.test',
          target: input.key,
          detail: { type: input.type, run: id },
        }),
      )
      await settle(publicId(workspace, run.id), waitSeconds)
      return testResult(store.em(), run, input.key)
    },
    cancel: (actor, id) => cancelRun(parts, actor, id),
    stepsOfMany: (workspace, runs) =>
      store.em().find(StepRun, { workspace, run: { $in: [...runs] } }, { orderBy: { position: 'asc' } }),
    list: (workspace, page) => listRuns(store.em(), workspace, page),
    newestOfMany: (workspace, automations, first) => newestRuns(store.em(), workspace, automations, first),
    contentsOfMany: (workspace, runs) => contentsOfRuns(store.em(), workspace, runs),
    definitionsOfMany: (workspace, runs) => definitionsOfRuns(store.em(), workspace, runs),
  }
}

const findRun = async (em: Em, where: { workspace: string; id: string }): Promise<Run | undefined> =>
  (await em.findOne(Run, where)) ?? undefined

async function startRun(
  parts: RunParts,
  actor: Actor,
  automation: string,
  input: unknown,
  { key, trigger = 'MANUAL' }: StartOptions = {},
): Promise<Run> {
  if (key !== undefined) checkRunKey(key)
  const where = parsePublicId(automation)
  const found = where && (await parts.store.em().findOne(Automation, { ...where, deletedAt: null }))
  if (!found) throw automationNotFound()
  const { workspace, id, name, steps, version } = found
  const hookSignature = trigger === 'HOOK' ? (found.hookSignature ?? null) : null
  // The signature cannot be checked here. An unsigned request must not use up the key of a signed one.
  const keyed = hookSignature ? undefined : key
  const startedBy = trigger === 'MANUAL' ? actor.label : null
  const started = { workspace, automation: id, trigger, startedBy, steps, input, key: keyed, hookSignature }
  return enqueueRun(parts, started, (tx, run) =>
    recordAudit(tx, { workspace, actor, action: 'run.start', target: name, detail: { run, version } }),
  )
}

/** Writes the run and its job in one transaction, unless its key belongs to a run already. */
async function enqueueRun(
  { store, sealer, queue }: RunParts,
  { key, ...started }: NewRun & { key?: string | undefined },
  audit: (tx: Tx, run: string) => Promise<void>,
): Promise<Run> {
  const sealed = await sealRun(sealer, started)
  const { workspace, automation, id } = sealed
  return store.inTransaction(async (tx) => {
    if (automation !== null && key !== undefined) {
      const createdAt = new Date()
      const first = await claimRunKey(tx, { workspace, automation, key, run: id, createdAt })
      const earlier = first === undefined ? null : await tx.findOne(Run, { workspace, id: first })
      // A worker whose clock is ahead may just have removed the run because of its age.
      if (earlier) return earlier
    }
    return insertRun(tx, queue, sealed, audit)
  })
}

async function testResult(em: Em, run: Run, key: string): Promise<StepRun> {
  const { workspace, id } = run
  const step = await em.findOne(StepRun, { workspace, run: id, position: 0 })
  if (step) return step
  // No worker has started it, or the queue is full. The caller gets the current state, and the run goes on.
  const now = await em.findOneOrFail(Run, { workspace, id })
  const defaults = { attempt: 0, output: null, sealedOutput: null, secrets: [] as string[] }
  const { status, error, startedAt, finishedAt } = now
  return {
    ...defaults,
    workspace,
    run: id,
    position: 0,
    key,
    status,
    error,
    startedAt,
    finishedAt,
  } as StepRun
}

async function cancelRun({ store, queue }: RunParts, actor: Actor, publicRunId: string): Promise<Run> {
  const where = parsePublicId(publicRunId)
  if (!where) throw runNotFound()
  return store.inTransaction(async (tx) => {
    const run = await findRun(tx, where)
    if (!run) throw runNotFound()
    // A run that has ended stays as it is. Cancelling twice, or too late, is no error.
    const now = new Date()
    const ended = { status: 'CANCELLED' as const, error: cancelled, sealedInput: null, finishedAt: now }
    const count =
      (await tx.nativeUpdate(Run, { ...where, status: 'QUEUED' }, ended)) ||
      (await tx.nativeUpdate(
        Run,
        { ...where, status: 'RUNNING', cancelRequestedAt: null },
        { cancelRequestedAt: now },
      ))
    if (count === 0) return run
    const { workspace } = where
    // The run may wait for its next attempt without a worker. A worker has to end it now.
    await queue.wake(tx, { workspace, run: where.id })
    await recordAudit(tx, { workspace, actor, action: 'run.cancel', target: publicRunId })
    await signalRun(tx, workspace, where.id)
    return tx.findOneOrFail(Run, where, { refresh: true })
  })
}

const cancelled = { code: 'CANCELLED', message: 'The run was cancelled before it began.' }

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
