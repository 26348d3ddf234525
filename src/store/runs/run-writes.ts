import { AppError } from '../../errors.ts'
import { lockedByOther } from '../outage.ts'
import { createBatch } from './batch.ts'
import { type ClaimedStep, readSteps } from './claim.ts'
import { endSteps, type HandedStep, type StepEnd, type StoredOutput } from './end-step.ts'
import type { HotPool } from './hot-pool.ts'
import { postponeRun, storeOutput, type WaitingStep } from './postpone.ts'
import type { RunClaim } from './run-job.ts'
import { type Started, type StepStart, startSteps } from './start-step.ts'
import { type StepReported, storeReports } from './store-report.ts'
import type { Progress } from './tell-progress.ts'

/**
 * All that is written of the runs of one worker. Each call resolves once it is on disk, may be made twice (the answer to
 * a commit can be lost), and throws INTERRUPTED when the run is another worker's. Calls of one moment share a commit. One
 * whose row somebody else holds fails as in an outage, to be made again: it keeps no connection that others need.
 */
export interface RunWrites {
  readSteps(claim: RunClaim): Promise<ClaimedStep[]>
  startStep(start: StepStart): Promise<Started>
  /** @returns what there is for the next step: the use of its secrets is on record. */
  endStep(end: StepEnd): Promise<HandedStep>
  /** @returns false when somebody wants the run to end, so that the job stays. */
  postpone(claim: RunClaim, wait: WaitingStep): Promise<boolean>
  storeOutput(claim: RunClaim, position: number, output: StoredOutput): Promise<void>
  /** Stores what a step tells of its work. That of an attempt which is not at work any more is left out. */
  storeReport(report: StepReported): Promise<void>
}

// Commits that notify wait for each other in the database anyway. A start notifies nobody.
const STARTS_AT_ONCE = 2

const workspaceOf = ({ workspace }: RunClaim): string => workspace

/** @param isSplit whether rows of several workspaces are never locked by one statement. */
export function createRunWrites(pool: HotPool, progress: Progress, isSplit = () => false): RunWrites {
  const start = createBatch<StepStart, Started>(
    async (items, of) => unwrittenAsErrors(pool, items, await startSteps(pool, items, of)),
    {
      lengthOf: ({ sealedOutput }) => sealedOutput?.length ?? 0,
      atOnce: STARTS_AT_ONCE,
      workspaceOf,
      isSplit,
    },
  )
  const end = createBatch<StepEnd, HandedStep>(
    async (items, of) => unwrittenAsErrors(pool, items, await endSteps(pool, items, of)),
    { lengthOf: lengthOfEnd, workspaceOf, isSplit },
  )
  const report = createBatch<StepReported, true>(
    async (items, of) => unwrittenAsErrors(pool, items, await storeReports(pool, items, of)),
    {
      lengthOf: ({ report: { log } }) => log?.lines.reduce((sum, it) => sum + it.text.length, 0) ?? 0,
      workspaceOf,
      isSplit,
    },
  )
  return {
    readSteps: (claim) => readSteps(pool, claim),
    async startStep(step) {
      const started = await start(step)
      progress.changed(step)
      return started
    },
    async endStep(step) {
      if (step.ended) progress.ended(step)
      const handed = await end(step)
      if (!step.ended) progress.changed(step)
      return handed
    },
    async postpone(claim, wait) {
      const isFree = await postponeRun(pool, claim, wait)
      if (isFree === undefined) throw await whyUnwritten(pool, claim)
      progress.changed(claim)
      return isFree
    },
    async storeOutput(claim, position, output) {
      if (!(await storeOutput(pool, claim, position, output))) throw await whyUnwritten(pool, claim)
    },
    async storeReport(told) {
      await report(told)
      progress.changed(told)
    },
  }
}

function lengthOfEnd({ step, ended }: StepEnd): number {
  const { output = null } = step?.result ?? {}
  const sealed = step && 'sealedOutput' in step.result ? step.result.sealedOutput : null
  return [output, sealed, ended?.input].reduce((sum, it) => sum + (typeof it === 'string' ? it.length : 0), 0)
}

const unwrittenAsErrors = <Result>(
  pool: HotPool,
  items: readonly RunClaim[],
  results: readonly (Result | undefined)[],
): Promise<(Result | Error)[]> =>
  Promise.all(items.map((item, index) => results[index] ?? whyUnwritten(pool, item)))

/** Nothing was written of a run: it is another worker's, or its row was locked. */
async function whyUnwritten(pool: HotPool, { workspace, run, claim }: RunClaim): Promise<Error> {
  const mine = await pool.query<unknown>(
    'still-mine',
    'select 1 from run where workspace_id = $1 and id = $2 and claim = $3',
    [workspace, run, claim],
  )
  if (mine.length > 0) return lockedByOther(`The row of the run ${workspace}.${run} is locked.`)
  return new AppError('INTERRUPTED', `Another worker has taken over the run ${workspace}.${run}.`)
}
