import { AppError } from '../errors.ts'
import { createRunRedactor } from '../redactor/index.ts'
import { configuredSecrets, migrateSteps, type Registry } from '../steps/index.ts'
import type { AutomationStep, RunStatus, StoredError } from '../store/entities/index.ts'
import type { ClaimedRun } from '../store/runs/claim.ts'
import type { ClaimSignals } from '../store/runs/dispatcher.ts'
import type { HandedSecret } from '../store/runs/run-job.ts'
import type { Sealer } from '../vault/sealing.ts'
import { goesOn, goOnAfter, type PastAttempt, runStep } from './attempts.ts'
import { checkHook } from './check-hook.ts'
import type { Execution, ExecutorParts } from './execution.ts'
import { failedStatus } from './failed-status.ts'
import { RunFiles } from './files/run-files.ts'
import { isNamedLater } from './later-use.ts'
import { createPatience } from './patience.ts'
import { catchUp } from './render-step.ts'
import { watchRunLimit } from './run-limit.ts'
import { type ClaimedStep, createRunRecord, type EndedStep } from './run-record.ts'
import { openRunState } from './run-state.ts'
import { watchRun } from './run-watch.ts'
import { describeStepError } from './step-error.ts'
import { StepReports } from './step-reports.ts'

// What would only happen again, in whichever worker.
const endings: ReadonlySet<string> = new Set(['SECRET_UNREADABLE', 'RESPONSE_TOO_LARGE'])

// What is redacted at the end in no time (characters): the last step's end is then stored with the run's.
const SHORT = 256 * 1024

interface Outcome {
  status: RunStatus
  error: StoredError | null
}

/** Executes a run from wherever it stands. */
export async function executeRun(
  parts: ExecutorParts,
  run: ClaimedRun,
  signals: ClaimSignals,
): Promise<void> {
  const { lost: claim, cancel } = signals
  const job = { workspace: run.workspace, run: run.run }
  const log = parts.log.child({ run: `${job.workspace}.${job.run}` })
  const patiently = createPatience(log, signals)
  const record = createRunRecord(parts.writes, run, patiently)
  const limit = watchRunLimit(run.startedAt, () => parts.refused?.('run_time'))
  const { threads, redacted: note, metrics } = parts
  const refused = () => parts.refused?.('redaction')
  const redactor = createRunRedactor({ ...job, threads, note, refused, masked: metrics?.masked })
  const watch = watchRun({ ...parts, redactor }, run)
  const signal = AbortSignal.any([claim, cancel, limit.signal])
  const share = parts.memory.open()
  const files = new RunFiles({ ...job, store: parts.files, redactor, patiently })
  const reports = new StepReports(record, redactor)
  try {
    const steps = run.begun ? await record.readSteps() : []
    if (run.begun) await files.load()
    reports.load(steps)
    await share.cover(sealedLength(steps), signal)
    const execution = await openExecution(
      { parts, job, claimed: run, record, watch, patiently, share, redactor, files, reports, signal, claim },
      run,
      steps,
    )
    const outcome = await runSteps(execution, steps)
    if (outcome) await finish(execution, outcome)
    else watch.left()
  } catch (error) {
    if (!(error instanceof AppError && endings.has(error.code))) {
      watch.left()
      throw error
    }
    const outcome = { status: 'FAILED' as const, error: await describeStepError(error, redactor) }
    await files.settle(false, claim)
    await record.finishRun({ ...outcome, output: null, input: null }, endOfUntouched(run, outcome))
    watch.ended(outcome.status, outcome.error)
  } finally {
    share.close()
    redactor.close()
    limit.stop()
  }
}

/** The end of a step that has started with the last write, and has done nothing. */
function endOfUntouched({ started }: ClaimedRun, { error }: { error: StoredError }): EndedStep | undefined {
  return started
    ? { position: started.position, result: { status: 'FAILED', output: null, error } }
    : undefined
}

type Surroundings = Pick<
  Execution,
  | 'parts'
  | 'job'
  | 'claimed'
  | 'record'
  | 'watch'
  | 'patiently'
  | 'share'
  | 'redactor'
  | 'files'
  | 'reports'
  | 'signal'
  | 'claim'
>

/** Opens what the run is given, and what it knew before another worker lost it. */
async function openExecution(
  around: Surroundings,
  run: ClaimedRun,
  steps: readonly ClaimedStep[],
): Promise<Execution> {
  const { parts, job, patiently, redactor } = around
  const { opener, refused } = parts
  // The key that it seals with is read from the database.
  const sealer: Sealer = { seal: (at, value) => patiently(() => parts.sealer.seal(at, value)) }
  const { hook, createdAt, secrets: handed } = run
  const definitions = await migrateSteps(parts.registry, run.steps)
  const named = (position: number) => isNamedLater(definitions, position)
  const configured = secretsOfOperator(parts.registry, definitions)
  const openHanded = (handed: readonly HandedSecret[]) => parts.resolver.open(job.workspace, handed)
  const stateParts = {
    ...job,
    redactor,
    sealer,
    opener,
    openHanded,
    isNamedLater: named,
    configured,
    refused,
  }
  const state = await patiently(() => openRunState(stateParts, run.input, steps))
  const inputLength = run.input?.length ?? 0
  run.input = null
  around.watch.origin = state.origin
  // The sealed form alone was read; the redacted one is about as long.
  const storedBytes = 2 * sealedLength(steps)
  const known = { state, stored: new Map(), storedBytes, inputLength, definitions, hook, createdAt }
  return { ...around, ...known, handed, ending: undefined }
}

function secretsOfOperator(registry: Registry, steps: readonly AutomationStep[]) {
  const used = new Set(steps.map(({ type }) => type))
  return registry.list().flatMap((it) => (used.has(it.type) ? configuredSecrets(it) : []))
}

const sealedLength = (steps: readonly ClaimedStep[]): number =>
  steps.reduce((sum, it) => sum + (it.sealedOutput?.length ?? 0), 0)

/** @returns undefined when the run goes on later, with whichever worker takes it then. */
async function runSteps(execution: Execution, steps: readonly ClaimedStep[]): Promise<Outcome | undefined> {
  const { definitions } = execution
  const last = steps.at(-1)
  // A step that has begun shows that the request was signed.
  const refused = last ? undefined : await execution.patiently(() => checkHook(execution))
  if (refused) return { status: failedStatus(refused), error: refused }
  // A worker died, or lost the job, before the run's end was stored: a step that failed is not done again.
  if (last?.error && last.status !== 'QUEUED' && !goesOn(execution, last.position, last.error)) {
    return failed(last.key, last.error)
  }
  if (last?.status === 'RUNNING' && !isRepeatable(execution, last.position)) {
    const error = interrupt(execution, last)
    if (!goesOn(execution, last.position, error)) return failed(last.key, error)
    await goOnAfter(execution, last.position, error)
    last.error = error
    last.status = 'FAILED'
  }
  for (const { key, error, status } of steps)
    if (error && status === 'FAILED') execution.state.addError(key, error)
  const done = steps.filter(({ status }) => status === 'SUCCEEDED' || status === 'FAILED').length
  for (const [position, definition] of definitions.entries()) {
    if (position < done) continue
    const past: PastAttempt | undefined = last?.position === position ? last : undefined
    const error = await runStep(execution, position, definition, past)
    if (error === 'postponed') return undefined
    if (!error) continue
    if (execution.signal.aborted || !goesOn(execution, position, error)) return failed(definition.key, error)
    await goOnAfter(execution, position, error)
  }
  return { status: 'SUCCEEDED', error: null }
}

/** Whether a step during which a worker died may run again; any other ends the run: nobody is to pay twice. */
function isRepeatable({ parts, definitions }: Execution, position: number): boolean {
  return parts.registry.list().find((it) => it.type === definitions[position]?.type)?.repeatable === true
}

function interrupt(execution: Execution, { position }: ClaimedStep): StoredError {
  const advice = 'Whether it had its effect is unknown: look at the other side before you run it again.'
  const message = `The worker stopped while this step ran. ${advice}`
  const error = { code: 'INTERRUPTED', message }
  execution.ending = { position, result: { status: 'FAILED', output: null, error } }
  return error
}

async function finish(execution: Execution, outcome: Outcome): Promise<void> {
  const { record, definitions, parts, job, watch } = execution
  // What a step did cannot be undone: what takes long is not waited for with its end.
  if (execution.storedBytes + execution.inputLength > SHORT) await storeEnding(execution)
  const { input, failure } = await redactAtEnd(execution)
  await execution.files.settle(!failure, execution.claim)
  await execution.reports.settle(failure !== undefined)
  const { status, error } = failure ?? outcome
  const last = definitions.length - 1
  const isGiven = status === 'SUCCEEDED' && last >= 0 && execution.ending?.result.error == null
  const output = isGiven ? last : null
  await record.finishRun({ status, error, input, output }, execution.ending)
  const told = watch.ended(status, error)
  const ids = { run: `${job.workspace}.${job.run}`, automation: watch.origin.automation }
  parts.log.info({ ...ids, ...told, status, code: error?.code }, 'run ended')
}

/** Stores the end of the last step before that of the run, with what a worker that takes over needs to know. */
async function storeEnding(execution: Execution): Promise<void> {
  const { ending, record, state, stored } = execution
  if (!ending) return
  const { position, result } = ending
  if (result.status === 'SUCCEEDED') {
    const sealedOutput = await state.sealLearned(position)
    await record.finishStep({ position, result: { ...result, sealedOutput } })
  } else {
    // A worker that takes over cannot redact it with what is learned in the end: it is stored after that.
    await record.finishStep({ position, result: { ...result, output: null } })
    stored.set(position, undefined)
  }
  execution.ending = undefined
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
    await storeEnding(execution)
    await record.storeOutput(position, output)
    stored.set(position, redactor.knowledge)
  }
  return { input: await redact((signal) => state.redactedInput(signal)), failure }
}

function failed(key: string, { code, message, at }: StoredError): Outcome {
  const error = { code, message: `Step ${key}: ${message}`, at: { ...at, step: key } }
  return { status: failedStatus(error), error }
}
