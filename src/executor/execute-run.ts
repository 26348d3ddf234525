import { randomUUID } from 'node:crypto'
import type { Egress } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { createRedactor, type Redactor } from '../redactor/index.ts'
import type { Resolver } from '../resolver/resolver.ts'
import type { Registry } from '../steps/index.ts'
import type {
  HookSignature,
  RunStatus,
  StepDefinition,
  StepRun,
  StoredError,
} from '../store/entities/index.ts'
import type { RunJob, RunQueue } from '../store/queue.ts'
import type { Store } from '../store/store.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'
import { checkHook } from './check-hook.ts'
import { failedStatus } from './failed-status.ts'
import { createPatience, type Patiently } from './patience.ts'
import { catchUp } from './render-step.ts'
import { watchRunLimit } from './run-limit.ts'
import { createRunRecord, type RunRecord } from './run-record.ts'
import { openRunState, type RunState } from './run-state.ts'
import { type PastAttempt, runStep } from './run-step.ts'
import { describeStepError } from './step-error.ts'
import { watchCancel } from './watch-cancel.ts'

export interface ExecutorParts {
  store: Store
  queue: Pick<RunQueue, 'postpone'>
  resolver: Resolver
  egress: Egress
  registry: Registry
  sealer: Sealer
  opener: Opener
  log: Logger
}

export interface Execution {
  parts: ExecutorParts
  job: RunJob
  record: RunRecord
  patiently: Patiently
  redactor: Redactor
  state: RunState
  /** Redacted outputs as they are stored, by position. */
  stored: Map<number, unknown>
  /** The steps of the automation as they were when the run began. */
  definitions: readonly StepDefinition[]
  /** How the request that started the run has to be signed. */
  hook: HookSignature | null
  createdAt: Date
  /** Aborts when the run is cancelled or takes too long, and with `claim`. */
  signal: AbortSignal
  /** Aborts when this worker has lost the job. */
  claim: AbortSignal
}

interface Outcome {
  status: RunStatus
  error: StoredError | null
}

/** Executes a run from wherever it stands. @param claim aborts when this worker has lost the job. */
export async function executeRun(parts: ExecutorParts, job: RunJob, claim: AbortSignal): Promise<void> {
  const log = parts.log.child({ run: `${job.workspace}.${job.run}` })
  const patiently = createPatience(log, claim)
  const record = createRunRecord(parts, { ...job, claim: randomUUID() }, patiently)
  const claimed = await record.begin()
  if (!claimed) return
  const cancel = watchCancel(record, cancelled())
  const limit = watchRunLimit(claimed.run.startedAt ?? new Date())
  const redactor = createRedactor()
  const signal = AbortSignal.any([claim, cancel.signal, limit.signal])
  try {
    const { opener } = parts
    // The key that it seals with is read from the database.
    const sealer: Sealer = { seal: (at, value) => patiently(() => parts.sealer.seal(at, value)) }
    const stateParts = { ...job, redactor, sealer, opener }
    const { sealedInput = null } = claimed.run
    const state = await patiently(() => openRunState(stateParts, sealedInput, claimed.steps))
    const finished = claimed.steps.filter((step) => step.status === 'SUCCEEDED')
    const stored = new Map(finished.map((step) => [step.position, step.output]))
    const { steps: definitions, hookSignature: hook = null, createdAt } = claimed.run
    const known = { redactor, state, stored, definitions, hook, createdAt }
    const execution = { parts, job, record, patiently, ...known, signal, claim }
    const outcome = await runSteps(execution, claimed.steps)
    if (outcome) await finish(execution, outcome)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'SECRET_UNREADABLE')) throw error
    const outcome = { status: 'FAILED' as const, error: describeStepError(error, redactor), output: null }
    await record.finishRun({ ...outcome, input: null, outputs: new Map() })
  } finally {
    cancel.stop()
    limit.stop()
  }
}

/** @returns undefined when the run goes on later, with whichever worker takes it then. */
async function runSteps(execution: Execution, steps: readonly StepRun[]): Promise<Outcome | undefined> {
  const { definitions } = execution
  const last = steps.at(-1)
  // A step that has begun shows that the request was signed.
  const refused = last ? undefined : await execution.patiently(() => checkHook(execution))
  if (refused) return { status: failedStatus(refused), error: refused }
  // A worker died, or lost the job, before the run's end was stored: a step that failed is not done again.
  if (last?.error && last.status !== 'QUEUED') return failed(last.key, last.error)
  if (last?.status === 'RUNNING' && !isRepeatable(execution, last.position)) {
    return failed(last.key, await interrupt(execution, last))
  }
  const done = steps.filter((step) => step.status === 'SUCCEEDED').length
  for (const [position, definition] of definitions.entries()) {
    if (position < done) continue
    const past: PastAttempt | undefined = last?.position === position ? last : undefined
    const error = await runStep(execution, position, definition, past)
    if (error === 'postponed') return undefined
    if (error) return failed(definition.key, error)
  }
  return { status: 'SUCCEEDED', error: null }
}

/** Whether a step during which a worker died may run again; any other ends the run: nobody is to pay twice. */
function isRepeatable({ parts, definitions }: Execution, position: number): boolean {
  return parts.registry.list().find((it) => it.type === definitions[position]?.type)?.repeatable === true
}

async function interrupt({ record }: Execution, { position }: StepRun): Promise<StoredError> {
  const advice = 'Whether it had its effect is unknown: look at the other side before you run it again.'
  const message = `The worker stopped while this step ran. ${advice}`
  const error = { code: 'INTERRUPTED', message }
  await record.finishStep(position, { status: 'FAILED', output: null, error })
  return error
}

async function finish(
  { record, redactor, state, stored, definitions, parts, job }: Execution,
  outcome: Outcome,
): Promise<void> {
  catchUp(parts.registry, { state, redactor }, definitions)
  const outputs = state.changedOutputs(stored)
  const input = redactor.data(state.trigger)
  const { status, error } = outcome
  const last = definitions.length - 1
  const output = status === 'SUCCEEDED' && last >= 0 ? state.redacted(last) : null
  await record.finishRun({ status, error, input, output, outputs })
  parts.log.info({ run: `${job.workspace}.${job.run}`, status, code: error?.code }, 'run ended')
}

function failed(key: string, { code, message }: StoredError): Outcome {
  const error = { code, message: `Step ${key}: ${message}` }
  return { status: failedStatus(error), error }
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The run was cancelled.')
}
