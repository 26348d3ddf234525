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
import { createRunRecord, type RunRecord } from './run-record.ts'
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
  /** The steps of the automation as they were when the run began. */
  definitions: readonly StepDefinition[]
  /** Aborts when the run is cancelled, and with `claim`. */
  signal: AbortSignal
  /** Aborts when this worker has lost the job. */
  claim: AbortSignal
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
    const { sealer, opener } = parts
    const stateParts = { ...job, redactor, sealer, opener }
    const state = await openRunState(stateParts, claimed.run.sealedInput ?? null, claimed.steps)
    const finished = claimed.steps.filter((step) => step.status === 'SUCCEEDED')
    const stored = new Map(finished.map((step) => [step.position, step.output]))
    const definitions = claimed.run.steps
    const execution = { parts, job, record, redactor, state, stored, definitions, signal, claim }
    const outcome = await runSteps(execution, claimed.steps)
    await finish(execution, outcome)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'SECRET_UNREADABLE')) throw error
    const outcome = { status: 'FAILED' as const, error: describeStepError(error, redactor), output: null }
    await record.finishRun({ ...outcome, input: null, outputs: new Map() })
  } finally {
    cancel.stop()
  }
}

async function runSteps(execution: Execution, steps: readonly StepRun[]): Promise<Outcome> {
  const { definitions } = execution
  const last = steps.at(-1)
  // A worker died, or lost the job, before the run's end was stored: a step that failed is not done again.
  if (last?.error) return failed(last.key, last.error)
  if (last?.status === 'RUNNING' && !isRepeatable(execution, last.position)) {
    return failed(last.key, await interrupt(execution, last))
  }
  const done = steps.filter((step) => step.status === 'SUCCEEDED').length
  for (const [position, definition] of definitions.entries()) {
    if (position < done) continue
    const attempt = last?.position === position ? last.attempt + 1 : 1
    const error = await runStep(execution, position, definition, attempt)
    if (error) return failed(definition.key, error)
  }
  const output = execution.stored.get(definitions.length - 1) ?? null
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
  const { parts, job, record, redactor, state, signal, claim } = execution
  const { key } = definition
  const stepParts = { ...parts, redactor }
  const call = { ...job, definition, position, attempt, state, signal }
  if (claim.aborted) throw jobLost()
  const prepared = await prepareStep(stepParts, call).catch(appErrorOnly)
  const secrets = secretNames(parts.registry, definition)
  await record.startStep({ position, key, attempt, secrets, sealedOutput: await state.sealLearned(position) })
  let output: unknown
  try {
    if (prepared instanceof AppError) throw prepared
    signal.throwIfAborted()
    output = await executeStep(stepParts, call, prepared)
  } catch (thrown) {
    // Stopped because this worker has lost the job: to whoever takes over, the step is one that was interrupted.
    if (claim.aborted) throw jobLost()
    const error = describeStepError(thrown, redactor)
    await record.finishStep(position, { status: failedStatus(error), output: null, error })
    return error
  }
  await keepOutput(execution, position, output)
  return undefined
}

function appErrorOnly(error: unknown): AppError {
  if (error instanceof AppError) return error
  throw error
}

/**
 * What may hold the value of a secret that only a later step resolves cannot be redacted yet: it is stored, and
 * can be read, when the run has ended. Until then it is there for later steps alone.
 */
async function keepOutput(execution: Execution, position: number, output: unknown): Promise<void> {
  const { parts, definitions, record, redactor, state, stored } = execution
  const key = definitions[position]?.key ?? ''
  const sealedOutput = await state.addOutput(position, key, output)
  const later = definitions.slice(position + 1).flatMap((it) => secretNames(parts.registry, it))
  const redacted = later.every((name) => state.boundHosts.has(name)) ? redactor.data(output) : null
  stored.set(position, redacted)
  await record.finishStep(position, { status: 'SUCCEEDED', output: redacted, sealedOutput, error: null })
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

function failed(key: string, { code, message }: StoredError): Outcome {
  const error = { code, message: `Step ${key}: ${message}` }
  return { status: failedStatus(error), error, output: null }
}

function failedStatus({ code }: StoredError): 'FAILED' | 'CANCELLED' {
  return code === 'CANCELLED' ? 'CANCELLED' : 'FAILED'
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The run was cancelled.')
}

function jobLost(): AppError {
  return new AppError('INTERRUPTED', 'This worker has lost the run, and another one takes it over.')
}
