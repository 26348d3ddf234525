import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.ts'
import { createRunRedactor } from '../redactor/index.ts'
import type { RunStatus, StoredError } from '../store/entities/index.ts'
import type { RunJob } from '../store/queue.ts'
import type { Sealer } from '../vault/sealing.ts'
import { type PastAttempt, runStep } from './attempts.ts'
import { checkHook } from './check-hook.ts'
import type { Execution, ExecutorParts } from './execution.ts'
import { failedStatus } from './failed-status.ts'
import { isNamedLater } from './later-use.ts'
import { createPatience } from './patience.ts'
import { catchUp } from './render-step.ts'
import { watchRunLimit } from './run-limit.ts'
import { type ClaimedStep, createRunRecord } from './run-record.ts'
import { openRunState } from './run-state.ts'
import { describeStepError } from './step-error.ts'
import { watchCancel } from './watch-cancel.ts'

// What would only happen again, in whichever worker.
const endings: ReadonlySet<string> = new Set(['SECRET_UNREADABLE', 'RESPONSE_TOO_LARGE'])

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
  const { threads, redacted: note } = parts
  const redactor = createRunRedactor({ ...job, threads, note, refused: () => parts.refused?.('redaction') })
  const signal = AbortSignal.any([claim, cancel.signal, limit.signal])
  try {
    const { opener } = parts
    // The key that it seals with is read from the database.
    const sealer: Sealer = { seal: (at, value) => patiently(() => parts.sealer.seal(at, value)) }
    const { steps: definitions, hookSignature: hook = null, createdAt } = claimed.run
    const named = (position: number) => isNamedLater(definitions, position)
    const stateParts = { ...job, redactor, sealer, opener, isNamedLater: named, refused: parts.refused }
    const state = await patiently(() => openRunState(stateParts, claimed.sealedInput, claimed.steps))
    claimed.sealedInput = null
    // The sealed form alone was read; the redacted one is about as long.
    const storedBytes = claimed.steps.reduce((sum, it) => sum + 2 * (it.sealedOutput?.length ?? 0), 0)
    const known = { redactor, state, stored: new Map(), storedBytes, definitions, hook, createdAt }
    const execution = { parts, job, record, patiently, ...known, signal, claim }
    const outcome = await runSteps(execution, claimed.steps)
    if (outcome) await finish(execution, outcome)
  } catch (error) {
    if (!(error instanceof AppError && endings.has(error.code))) throw error
    const outcome = { status: 'FAILED' as const, error: await describeStepError(error, redactor) }
    await record.finishRun({ ...outcome, output: null, input: null })
  } finally {
    redactor.close()
    cancel.stop()
    limit.stop()
  }
}

/** @returns undefined when the run goes on later, with whichever worker takes it then. */
async function runSteps(execution: Execution, steps: readonly ClaimedStep[]): Promise<Outcome | undefined> {
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

async function interrupt({ record }: Execution, { position }: ClaimedStep): Promise<StoredError> {
  const advice = 'Whether it had its effect is unknown: look at the other side before you run it again.'
  const message = `The worker stopped while this step ran. ${advice}`
  const error = { code: 'INTERRUPTED', message }
  await record.finishStep(position, { status: 'FAILED', output: null, error })
  return error
}

async function finish(execution: Execution, outcome: Outcome): Promise<void> {
  const { record, definitions, parts, job } = execution
  const { input, failure } = await redactAtEnd(execution)
  const { status, error } = failure ?? outcome
  const last = definitions.length - 1
  await record.finishRun({ status, error, input, output: status === 'SUCCEEDED' && last >= 0 ? last : null })
  parts.log.info({ run: `${job.workspace}.${job.run}`, status, code: error?.code }, 'run ended')
}

/**
 * Redacts the input, and the outputs for which the run has learned more since they were stored. When one of them cannot
 * be redacted within the run's budget, nobody can say what the rest holds: it is hidden, and the run fails.
 */
async function redactAtEnd(
  execution: Execution,
): Promise<{ input: string | null; failure: Outcome | undefined }> {
  const { parts, definitions, record, redactor, state, stored, claim } = execution
  let failure: Outcome | undefined
  const redact = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> => {
    if (failure) return null
    try {
      return await work(claim)
    } catch (error) {
      if (claim.aborted || !(error instanceof AppError)) throw error
      failure = { status: 'FAILED', error: await describeStepError(error, redactor) }
      return null
    }
  }
  await redact((signal) => catchUp(parts.registry, { state, redactor, signal }, definitions))
  for (const position of state.positions()) {
    if (!failure && stored.get(position) === redactor.knowledge) continue
    const same = state.firstLikeStep(position) ?? position
    const isStored = !failure && stored.get(same) === redactor.knowledge
    const output = isStored ? { ofStep: same } : await redact((signal) => state.redacted(position, signal))
    await record.storeOutput(position, output)
    stored.set(position, redactor.knowledge)
  }
  return { input: await redact((signal) => state.redactedInput(signal)), failure }
}

function failed(key: string, { code, message, at }: StoredError): Outcome {
  const error = { code, message: `Step ${key}: ${message}`, at: { ...at, step: key } }
  return { status: failedStatus(error), error }
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The run was cancelled.')
}
