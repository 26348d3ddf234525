import { randomUUID } from 'node:crypto'
import type { Egress } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { createRedactor, type Redactor } from '../redactor/index.ts'
import type { Resolver } from '../resolver/resolver.ts'
import type { Registry } from '../steps/index.ts'
import type { RunStatus, StepDefinition, StepRun, StoredError } from '../store/entities/index.ts'
import type { RunJob } from '../store/queue.ts'
import type { Store } from '../store/store.ts'
import type { Opener } from '../vault/opening.ts'
import type { Sealer } from '../vault/sealing.ts'
import { executeStep, prepareStep, secretNames } from './execute-step.ts'
import { type ClaimedRun, createRunRecord, type RunRecord } from './run-record.ts'
import { openRunState, type RunState } from './run-state.ts'
import { describeStepError } from './step-error.ts'
import { watchCancel } from './watch-cancel.ts'

export interface ExecutorParts {
  store: Store
  resolver: Resolver
  egress: Egress
  registry: Registry
  sealer: Sealer
  opener: Opener
  log: Logger
}

interface Execution {
  parts: ExecutorParts
  job: RunJob
  record: RunRecord
  redactor: Redactor
  state: RunState
  /** Redacted outputs as they are stored, by position. */
  stored: Map<number, unknown>
  signal: AbortSignal
}

interface Outcome {
  status: RunStatus
  error: StoredError | null
  output: unknown
}

/** Executes a run from wherever it stands. @param claim aborts when this worker has lost the job. */
export async function executeRun(parts: ExecutorParts, job: RunJob, claim: AbortSignal): Promise<void> {
  const record = createRunRecord(parts.store, { ...job, claim: randomUUID() })
  const claimed = await record.begin()
  if (!claimed) return
  const cancel = watchCancel(record, cancelled())
  const redactor = createRedactor()
  const signal = AbortSignal.any([claim, cancel.signal])
  try {
    const finished = claimed.steps.filter((step) => step.status === 'SUCCEEDED')
    const { sealer, opener } = parts
    const state = await openRunState(
      { ...job, redactor, sealer, opener },
      claimed.run.sealedInput ?? null,
      finished,
    )
    const stored = new Map(finished.map((step) => [step.position, step.output]))
    const execution = { parts, job, record, redactor, state, stored, signal }
    const outcome = await runSteps(execution, claimed)
    // Without the job, another worker decides what becomes of the run.
    if (!claim.aborted) await finish(execution, outcome)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'SECRET_UNREADABLE')) throw error
    await record.finishRun({ ...failed(describeStepError(error, redactor)), input: null, outputs: new Map() })
  } finally {
    cancel.stop()
  }
}

async function runSteps(execution: Execution, { run, steps }: ClaimedRun): Promise<Outcome> {
  const last = steps.at(-1)
  if (last?.status === 'RUNNING') {
    const interrupted = await interruptedOutcome(execution, run.steps, last)
    if (interrupted) return interrupted
  }
  const done = steps.filter((step) => step.status === 'SUCCEEDED').length
  for (const [position, definition] of run.steps.entries()) {
    if (position < done) continue
    const attempt = last?.position === position ? last.attempt + 1 : 1
    const error = await runStep(execution, position, definition, attempt)
    if (error) return failed({ ...error, message: `Step ${definition.key}: ${error.message}` })
  }
  const output = execution.stored.get(run.steps.length - 1) ?? null
  return { status: 'SUCCEEDED', error: null, output }
}

/**
 * Runs a step and stores what became of it. That it starts is stored once its values are in hand: trouble of the
 * worker's own before that (the database is away) leaves no trace, and the run is simply tried again.
 *
 * @returns the error that ends the run.
 */
async function runStep(
  execution: Execution,
  position: number,
  definition: StepDefinition,
  attempt: number,
): Promise<StoredError | undefined> {
  const { parts, job, record, redactor, state, signal } = execution
  const { key } = definition
  const stepParts = { ...parts, redactor }
  const call = { ...job, definition, position, attempt, state, signal }
  const prepared = await prepareStep(stepParts, call).catch(appErrorOnly)
  await record.startStep({ position, key, attempt, secrets: secretNames(parts.registry, definition) })
  let output: unknown
  try {
    if (prepared instanceof AppError) throw prepared
    signal.throwIfAborted()
    output = await executeStep(stepParts, call, prepared)
  } catch (thrown) {
    const error = describeStepError(thrown, redactor)
    const status = error.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED'
    await record.finishStep(position, { status, output: null, sealedOutput: null, error })
    return error
  }
  await keepOutput(execution, position, key, output)
  return undefined
}

function appErrorOnly(error: unknown): AppError {
  if (error instanceof AppError) return error
  throw error
}

async function keepOutput(
  { record, redactor, state, stored }: Execution,
  position: number,
  key: string,
  output: unknown,
): Promise<void> {
  const sealedOutput = await state.addOutput(position, key, output)
  const redacted = redactor.data(output)
  stored.set(position, redacted)
  await record.finishStep(position, { status: 'SUCCEEDED', output: redacted, sealedOutput, error: null })
}

/**
 * A worker died while the step ran: what the step did is unknown. One that says it is repeatable runs again;
 * any other ends the run, for a payment must not be made twice.
 */
async function interruptedOutcome(
  { parts, job, record, state }: Execution,
  definitions: readonly StepDefinition[],
  step: StepRun,
): Promise<Outcome | undefined> {
  const definition = definitions[step.position]
  const type = parts.registry.list().find((it) => it.type === definition?.type)
  if (type?.repeatable) return undefined
  // Learned again, so that the input is redacted of the values that the step had in hand.
  const request = { ...job, step: step.key, names: step.secrets }
  for (const [name, { value }] of await parts.resolver.resolve(request)) state.learn([name], value)
  const advice = 'Whether it had its effect is unknown: look at the other side before you run it again.'
  const error = {
    code: 'INTERRUPTED',
    message: `The worker stopped while the step ${step.key} ran. ${advice}`,
  }
  await record.finishStep(step.position, { status: 'FAILED', output: null, sealedOutput: null, error })
  return failed(error)
}

async function finish(
  { record, redactor, state, stored, parts, job }: Execution,
  outcome: Outcome,
): Promise<void> {
  const outputs = state.changedOutputs(stored)
  const input = redactor.data(state.trigger)
  const output = outcome.status === 'SUCCEEDED' ? redactor.data(outcome.output) : null
  const { status, error } = outcome
  await record.finishRun({ status, error, input, output, outputs })
  parts.log.info({ run: `${job.workspace}.${job.run}`, status, code: error?.code }, 'run ended')
}

function failed(error: StoredError): Outcome {
  return { status: error.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED', error, output: null }
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The run was cancelled.')
}
