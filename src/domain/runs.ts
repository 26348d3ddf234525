import { AppError } from '../errors.ts'
import type { Registry } from '../steps/index.ts'
import { Automation, Run, type RunTrigger, StepRun } from '../store/entities/index.ts'
import type { RunProducer } from '../store/queue.ts'
import type { RunSignals } from '../store/run-signals.ts'
import { cancelRun } from '../store/runs/cancel.ts'
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

// Notifications can be lost with a connection, so a waiting reader looks by itself this often (milliseconds).
const LOOK_AGAIN = 2000

export interface StartOptions {
  /** Gives back the run that was started under the same key within a day, if there is one. */
  key?: string | undefined
  /** By hand unless told. The input of a HOOK is a request, which has to be signed if the automation says so. */
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
  /** The steps of several runs, each run's in their order. */
  stepsOfMany(workspace: string, runs: readonly string[]): Promise<StepRun[]>
  list(workspace: string, page: RunPage): Promise<RunSummary[]>
  /** The newest runs of several automations, each one's newest first. */
  newestOfMany(workspace: string, automations: readonly string[], first: number): Promise<RunSummary[]>
  contentsOfMany(workspace: string, runs: readonly string[]): Promise<RunContent[]>
  definitionsOfMany(workspace: string, runs: readonly string[]): Promise<RunDefinition[]>
  /** The run whenever it changed, the last time when it has ended. */
  watch(id: string, signal: AbortSignal): AsyncGenerator<Run>
  /** Waits until the run has ended, at most `seconds`. */
  settle(id: string, seconds: number): Promise<Run | undefined>
}

interface RunParts {
  store: Store
  sealer: Sealer
  queue: RunProducer
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
      // Once is once: whoever tries a step out wants to see how it fails.
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
    cancel: (actor, id) => cancelById(parts, actor, id),
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
  // Who signs cannot be checked here: an unsigned request must not take the key from the one that is signed.
  const keyed = hookSignature ? undefined : key
  const startedBy = trigger === 'MANUAL' ? actor.label : null
  const started = { workspace, automation: id, trigger, startedBy, steps, input, key: keyed, hookSignature }
  return enqueueRun(parts, started, (tx, run) =>
    recordAudit(tx, { workspace, actor, action: 'run.start', target: name, detail: { run, version } }),
  )
}

/** Writes the run and its job in one transaction, unless its key stands for a run already. */
async function enqueueRun(
  { store, sealer, ...parts }: RunParts,
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
      // It may just have been removed with age, by a worker whose clock is ahead.
      if (earlier) return earlier
    }
    return insertRun(tx, parts, sealed, audit)
  })
}

async function testResult(em: Em, run: Run, key: string): Promise<StepRun> {
  const { workspace, id } = run
  const step = await em.findOne(StepRun, { workspace, run: id, position: 0 })
  if (step) return step
  // Nothing has started it (no worker, or a queue that is full): what is known is told, and the run goes on.
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
    // Registered before the run is read, so that a change in between is not missed.
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
