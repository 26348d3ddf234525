import { AppError } from '../errors.ts'
import { marksProtected, secretNames } from '../steps/index.ts'
import type { AutomationStep, StoredError } from '../store/entities/index.ts'
import type { ClaimedStep } from '../store/runs/claim.ts'
import type { HandedSecret } from '../store/runs/run-job.ts'
import { executeStep, type PreparedStep, prepareStep, type StepCall, timesOf } from './attempt.ts'
import type { Execution } from './execution.ts'
import { outputOfFailure, redactedFailure } from './failed-output.ts'
import { failedStatus } from './failed-status.ts'
import { readyOutput, type StepOutput } from './ready-output.ts'
import { retryDelay, waitUnlessAborted } from './retry.ts'
import type { StepWatch } from './run-watch.ts'
import { collectSecretUses } from './secret-uses.ts'
import { named, nextStep, takeNext, takeStarted } from './started-step.ts'
import { describeStepError } from './step-error.ts'

// From then on (milliseconds) a wait does not hold a place that another run could have.
const LONG_WAIT = 5000

/** The last attempt at a step that a worker made before this one took the run over. */
export type PastAttempt = Pick<ClaimedStep, 'attempt' | 'status' | 'error' | 'endedAgo' | 'startedAgo'>

/**
 * Runs a step, again when its author asks for that. What became of it is stored, or of the run's last step kept to be
 * stored with the run's end.
 *
 * @returns the error that ends the run; `postponed` when it goes on with a later job.
 */
export async function runStep(
  execution: Execution,
  position: number,
  definition: AutomationStep,
  past: PastAttempt | undefined,
): Promise<StoredError | 'postponed' | undefined> {
  // A step that waits before it works goes on where it was, also when a worker died meanwhile.
  let waited = past && waitsFirst(execution, definition, past) ? past.startedAgo : undefined
  let attempt = (past?.attempt ?? 0) + (waited === undefined ? 1 : 0)
  if (past?.error) {
    const delay = retryDelay(definition, past.attempt, past.error) ?? 0
    const ended = await waitForAttempt(execution, position, delay - (past.endedAgo ?? 0))
    if (ended) return ended
  }
  for (; ; attempt++) {
    const failure = await attemptStep(execution, { position, definition, attempt, waited })
    if (!failure || failure === 'postponed') return failure
    const { error, output } = failure
    waited = undefined
    // A run that is cancelled, or took too long, ends whatever its steps would be tried again for.
    const delay = execution.signal.aborted ? undefined : retryDelay(definition, attempt, error)
    if (delay === undefined) {
      keepFailure(execution, position, error, await redactedFailure(execution, position, output))
      return error
    }
    logRetry(execution, definition, attempt, error)
    if (await storeRetry(execution, position, error, delay)) return 'postponed'
    const ended = await waitForAttempt(execution, position, delay)
    if (ended) return ended
  }
}

function waitsFirst({ parts }: Execution, { type }: AutomationStep, { status }: PastAttempt): boolean {
  const found = parts.registry.list().find((it) => it.type === type)
  return status === 'RUNNING' && found?.delaySeconds !== undefined
}

/** @returns the error that ends the run, when it was told to end meanwhile. */
async function waitForAttempt(
  execution: Execution,
  position: number,
  milliseconds: number,
): Promise<StoredError | undefined> {
  const { signal, claim, redactor } = execution
  await waitUnlessAborted(Math.max(0, milliseconds), signal)
  if (claim.aborted) throw jobLost()
  if (!signal.aborted) return undefined
  const error = await describeStepError(signal.reason, redactor)
  keepFailure(execution, position, error)
  return error
}

interface Attempt {
  position: number
  definition: AutomationStep
  attempt: number
  waited: number | undefined
}

interface FailedAttempt {
  error: StoredError
  /** The true output (JSON) of a step that failed with one. */
  output?: string | undefined
}

/**
 * That it starts is stored once its values are in hand: trouble of the worker's own before that (the database is
 * away) leaves no trace, and the run is simply tried again. The secrets are resolved anew for each attempt.
 *
 * @returns what ends the attempt, which is not stored yet; `postponed` when it goes on with a later job.
 */
async function attemptStep(
  execution: Execution,
  it: Attempt,
): Promise<FailedAttempt | 'postponed' | undefined> {
  const watch = execution.watch.stepBegins({ ...it.definition, attempt: it.attempt })
  try {
    const failure = await makeAttempt(execution, it, watch)
    if (failure === 'postponed') watch.postponed()
    else watch.ended(failure?.error)
    return failure
  } catch (error) {
    watch.left()
    throw error
  }
}

async function makeAttempt(
  execution: Execution,
  { position, definition, attempt, waited }: Attempt,
  { trace }: StepWatch,
): Promise<FailedAttempt | 'postponed' | undefined> {
  const { parts, job, redactor, state, signal, claim } = execution
  const stepParts = { ...parts, redactor }
  const earlier = execution.definitions.slice(0, position)
  const handed = takeHanded(execution, secretNames(parts.registry, definition))
  const { share, record } = execution
  const uses = collectSecretUses({ step: { ...definition, attempt }, origin: state.origin, redactor })
  const { files } = execution
  const begun = { attempt, uses, files, ...(waited !== undefined && { waited }) }
  const call = { ...job, definition, position, earlier, ...begun, state, signal, handed, share, trace }
  if (claim.aborted) throw jobLost()
  const prepared = await startAttempt(execution, stepParts, call)
  let text: string
  try {
    if (prepared instanceof AppError) throw prepared
    signal.throwIfAborted()
    if (await postponeLongWait(execution, call, prepared)) return 'postponed'
    text = await executeReported(execution, stepParts, call, prepared)
    await share.cover(text.length, signal)
  } catch (thrown) {
    // Stopped because this worker has lost the job: to whoever takes over, the step is one that was interrupted.
    if (claim.aborted) throw jobLost()
    return { error: await describeStepError(thrown, redactor), output: outputOfFailure(thrown) }
  } finally {
    for (const use of uses.list()) record.used(use)
  }
  const output = await readyOutput(execution, position, text).catch(appErrorOnly)
  if (claim.aborted) throw jobLost()
  if (output instanceof AppError) return { error: await describeStepError(output, redactor) }
  await parts.pace.wait(text.length, signal)
  await endAttempt(execution, position, output)
  // The last output is stored with the end of the run.
  if (!execution.ending) share.keep(state.heldBytes())
  return undefined
}

/** Runs a step, and stores what it tells of its work. */
async function executeReported(
  { reports, claim }: Execution,
  ...[parts, call, prepared]: Parameters<typeof executeStep>
): Promise<string> {
  // What the output marks as protected is known only when the step has ended.
  const told = reports.open(call.position, call.attempt, marksProtected(prepared.type.output))
  try {
    return await executeStep(parts, { ...call, report: told.report }, prepared)
  } finally {
    if (!claim.aborted) await told.end()
  }
}

/** @returns whether the job is given back until the step has waited. */
async function postponeLongWait(
  { record }: Execution,
  call: StepCall,
  prepared: PreparedStep,
): Promise<boolean> {
  const { pause, limit } = timesOf(call, prepared)
  const wait = Math.min(pause, limit)
  return wait >= LONG_WAIT && record.postpone(call.position, null, wait / 1000)
}

/**
 * Prepares an attempt and stores that it starts, with new values if the ones that were handed out were replaced since.
 *
 * @returns the error that keeps the step from running; that it was to run is stored in any case.
 */
async function startAttempt(
  execution: Execution,
  stepParts: Parameters<typeof prepareStep>[0],
  call: StepCall,
): Promise<PreparedStep | AppError> {
  const { parts, record, patiently, state } = execution
  const { definition, position, attempt, handed } = call
  const prepared = await patiently(() => prepareStep(stepParts, call)).catch(appErrorOnly)
  const isReady = !(prepared instanceof AppError)
  if (execution.claim.aborted) throw jobLost()
  if (isReady && takeStarted(execution, call, prepared)) return prepared
  const started = await record.startStep({
    position,
    key: definition.key,
    attempt,
    secrets: isReady ? named(prepared.inHand) : secretNames(parts.registry, definition),
    sealedOutput: await state.sealLearned(position),
    handed: handed ?? [],
    byOutput: isReady ? named(prepared.byOutput) : [],
  })
  execution.claimed.started = null
  if (started === 'stale') return startAttempt(execution, stepParts, { ...call, handed: undefined })
  return started === 'cancelled' ? new AppError('CANCELLED', 'The run was cancelled.') : prepared
}

/** What was handed out for this step, if it is all that it names. It is for one attempt. */
export function takeHanded(execution: Execution, names: readonly string[]): HandedSecret[] | undefined {
  const { handed } = execution
  execution.handed = []
  const found = handed.filter(({ name }) => names.includes(name))
  return found.length === names.length ? found : undefined
}

/** Stores that a step has succeeded, and gets what the next one names; the last one's end goes with the run's. */
async function endAttempt(execution: Execution, position: number, output: StepOutput): Promise<void> {
  const { record, stored, definitions, signal } = execution
  const step = { position, result: { status: 'SUCCEEDED' as const, ...output.texts, error: null } }
  const next = definitions[position + 1]
  if (next) {
    const handed = await record.finishStep(step, signal.aborted ? undefined : nextStep(execution, next))
    takeNext(execution, handed)
  } else execution.ending = step
  stored.set(position, output.knowledge)
}

/**
 * Whether the run goes on after a step that has failed for good. Nothing goes on in a run that is cancelled, or has taken too
 * long.
 */
export function goesOn(
  { definitions }: Pick<Execution, 'definitions'>,
  position: number,
  { code }: StoredError,
) {
  return definitions[position]?.onError === 'continue' && code !== 'CANCELLED'
}

/** Stores that a step has failed, and gets what the next one names; the last one's end goes with the run's. */
export async function goOnAfter(execution: Execution, position: number, error: StoredError): Promise<void> {
  const { record, definitions, state, ending } = execution
  state.addError(definitions[position]?.key ?? '', error)
  const next = definitions[position + 1]
  if (!next || !ending) return
  execution.ending = undefined
  takeNext(execution, await record.finishStep(ending, nextStep(execution, next)))
}

function keepFailure(
  execution: Execution,
  position: number,
  error: StoredError,
  output: string | null = null,
): void {
  execution.ending = { position, result: { status: failedStatus(error), output, error } }
}

/** @returns whether the job is given back until the next attempt. */
async function storeRetry(
  { record }: Execution,
  position: number,
  error: StoredError,
  delay: number,
): Promise<boolean> {
  if (delay >= LONG_WAIT) return record.postpone(position, error, delay / 1000)
  await record.finishStep({ position, result: { status: 'QUEUED', output: null, error } })
  return false
}

function logRetry(
  { parts, job }: Execution,
  { key }: AutomationStep,
  attempt: number,
  { code }: StoredError,
): void {
  const data = { run: `${job.workspace}.${job.run}`, step: key, attempt, code }
  parts.log.info(data, 'step failed, it will be tried again')
}

function appErrorOnly(error: unknown): AppError {
  if (error instanceof AppError) return error
  throw error
}

function jobLost(): AppError {
  return new AppError('INTERRUPTED', 'This worker has lost the run, and another one takes it over.')
}
