import { AppError } from '../errors.ts'
import { Run, type RunStatus, StepRun, type StoredError } from '../store/entities/index.ts'
import type { RunQueue } from '../store/queue.ts'
import { signalRun } from '../store/run-signals.ts'
import { type StoredOutput, writeRunTexts, writeStepTexts } from '../store/run-texts.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Patiently } from './patience.ts'

/** A run as one worker holds it. Every write checks the claim, so a worker that lost the run writes nothing. */
export interface RunClaim {
  workspace: string
  run: string
  claim: string
}

/** A step as the one who takes its run over needs it. */
export type ClaimedStep = Pick<
  StepRun,
  'position' | 'key' | 'status' | 'attempt' | 'error' | 'sealedOutput' | 'finishedAt'
>

export interface ClaimedRun {
  run: Run
  /** Megabytes, perhaps: to be let go of once it is open. */
  sealedInput: string | null
  steps: ClaimedStep[]
}

/**
 * Everything that one execution writes: each call is a transaction that also tells whoever watches the run, and may
 * be made twice, for the answer to a commit can be lost.
 */
export interface RunRecord {
  /** Takes the run over; `undefined` when there is nothing left to do. */
  begin(): Promise<ClaimedRun | undefined>
  /** On disk before the step does anything. */
  startStep(step: StartedStep): Promise<void>
  finishStep(position: number, result: StepResult): Promise<void>
  /**
   * Stores that a step failed and waits for its next attempt, and gives the job back meanwhile.
   *
   * @returns false when somebody wants the run to end, so that the job stays.
   */
  postpone(position: number, error: StoredError, seconds: number): Promise<boolean>
  /** Stores the output of a finished step anew; null hides it. */
  storeOutput(position: number, output: StoredOutput): Promise<void>
  finishRun(result: RunResult): Promise<void>
  isCancelRequested(): Promise<boolean>
}

export interface StartedStep {
  position: number
  key: string
  attempt: number
  secrets: string[]
  /** What the step has in hand, for a worker that takes over. */
  sealedOutput: string | null
}

/**
 * The outputs are there only of a step that gave one, redacted as JSON and sealed; of any other, what it had in hand
 * stays sealed. A step that failed and waits for its next attempt is QUEUED, with the error of the last one.
 */
export type StepResult =
  | { status: 'SUCCEEDED'; output: StoredOutput; sealedOutput: string | null; error: null }
  | { status: 'FAILED' | 'CANCELLED' | 'QUEUED'; output: null; error: StoredError }

export interface RunResult {
  status: RunStatus
  /** Redacted, as JSON. */
  input: string | null
  /** Which step's stored output is the run's. */
  output: number | null
  error: StoredError | null
}

export function createRunRecord(
  { store, queue }: { store: Store; queue: Pick<RunQueue, 'postpone'> },
  { workspace, run, claim }: RunClaim,
  patiently: Patiently,
): RunRecord {
  const where = { workspace, id: run }
  const transaction = <T>(work: (tx: Tx) => Promise<T>) => patiently(() => store.inTransaction(work))
  const write = <T>(work: (tx: Tx) => Promise<T>) =>
    transaction(async (tx) => {
      await holdClaim(tx, { workspace, run, claim })
      const result = await work(tx)
      await signalRun(tx, workspace, run)
      return result
    })
  return {
    begin: () => transaction((tx) => begin(tx, { workspace, run, claim })),
    startStep: (step) =>
      write(async (tx) => {
        const { sealedOutput, ...row } = { ...step, workspace, run, status: 'RUNNING' as const }
        await tx.upsert(StepRun, { ...row, error: null, startedAt: new Date(), finishedAt: null })
        await writeStepTexts(tx, row, { sealedOutput })
      }),
    finishStep: (position, result) =>
      write(async (tx) => {
        const { status, error } = result
        const at = { workspace, run, position }
        await tx.nativeUpdate(StepRun, at, { status, error, finishedAt: new Date() })
        await writeStepTexts(tx, at, textsOf(result))
      }),
    postpone: (position, error, seconds) =>
      write(async (tx) => {
        const failed = { status: 'QUEUED' as const, output: null, error, finishedAt: new Date() }
        await tx.nativeUpdate(StepRun, { workspace, run, position }, failed)
        const free = (await tx.count(Run, { ...where, cancelRequestedAt: null })) > 0
        if (free) await queue.postpone(tx, { workspace, run }, seconds)
        return free
      }),
    storeOutput: (position, output) =>
      write((tx) => writeStepTexts(tx, { workspace, run, position }, { output })),
    finishRun: ({ status, error, ...texts }) =>
      write(async (tx) => {
        const ended = { sealedInput: null, finishedAt: new Date() }
        await tx.nativeUpdate(Run, where, { status, error, ...ended })
        await writeRunTexts(tx, { workspace, run }, texts)
        await tx.nativeUpdate(StepRun, { workspace, run }, { sealedOutput: null })
      }),
    async isCancelRequested() {
      const found = await store.em().findOne(Run, where, { fields: ['cancelRequestedAt'] })
      return Boolean(found?.cancelRequestedAt)
    },
  }
}

/** A failed step keeps what it had sealed. */
function textsOf({ status, ...result }: StepResult): { output: StoredOutput; sealedOutput?: string | null } {
  return 'sealedOutput' in result ? result : { output: null }
}

async function begin(tx: Tx, { workspace, run, claim }: RunClaim): Promise<ClaimedRun | undefined> {
  const open = { workspace, id: run, status: { $in: ['QUEUED' as const, 'RUNNING' as const] } }
  const count = await tx.nativeUpdate(Run, open, { status: 'RUNNING', claim })
  if (count === 0) return undefined
  await tx.nativeUpdate(Run, { workspace, id: run, startedAt: null }, { startedAt: new Date() })
  await signalRun(tx, workspace, run)
  const found = await tx.findOneOrFail(Run, { workspace, id: run }, { populate: ['steps'] })
  const [input] = await tx.execute<{ sealed_input: string | null }[]>(
    'select sealed_input from run where workspace_id = ? and id = ?',
    [workspace, run],
  )
  // The redacted outputs stay where they are: to read megabytes of JSON would only keep the event loop.
  const order = {
    orderBy: { position: 'asc' as const },
    populate: ['sealedOutput'] as const,
    exclude: ['output'] as const,
  }
  const steps = await tx.find(StepRun, { workspace, run }, order)
  return { run: found, sealedInput: input?.sealed_input ?? null, steps }
}

/** Locks the run's row, so that a worker that takes the run over waits for a write in progress. */
async function holdClaim(tx: Tx, { workspace, run, claim }: RunClaim): Promise<void> {
  const rows = await tx.execute<unknown[]>(
    'select 1 from run where workspace_id = ? and id = ? and claim = ? for update',
    [workspace, run, claim],
  )
  if (rows.length === 0)
    throw new AppError('INTERRUPTED', `Another worker has taken over the run ${workspace}.${run}.`)
}
