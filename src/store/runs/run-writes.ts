import { AppError } from '../../errors.ts'
import type { StoredError } from '../entities/index.ts'
import { createBatch } from './batch.ts'
import { type ClaimedStep, readSteps } from './claim.ts'
import { endSteps, type StepEnd, type StoredOutput } from './end-step.ts'
import type { HotPool } from './hot-pool.ts'
import { postponeRun, storeOutput } from './postpone.ts'
import type { HandedSecret, RunClaim } from './run-job.ts'
import { type Started, type StepStart, startSteps } from './start-step.ts'
import type { Progress } from './tell-progress.ts'

/**
 * All that is written of the runs of one worker. Each call resolves once it is on disk, may be made twice (the answer to
 * a commit can be lost), and throws INTERRUPTED when the run is another worker's. Calls of one moment share a commit.
 */
export interface RunWrites {
  readSteps(claim: RunClaim): Promise<ClaimedStep[]>
  startStep(start: StepStart): Promise<Started>
  /** @returns the secrets of the next step, all or none, with their use on record. */
  endStep(end: StepEnd): Promise<HandedSecret[]>
  /** @returns false when somebody wants the run to end, so that the job stays. */
  postpone(
    claim: RunClaim,
    failed: { position: number; error: StoredError; seconds: number },
  ): Promise<boolean>
  storeOutput(claim: RunClaim, position: number, output: StoredOutput): Promise<void>
}

export function createRunWrites(pool: HotPool, progress: Progress): RunWrites {
  const start = createBatch<StepStart, Started>(
    async (items) => lostAsErrors(items, await startSteps(pool, items)),
    ({ sealedOutput }) => sealedOutput?.length ?? 0,
  )
  const end = createBatch<StepEnd, HandedSecret[]>(
    async (items) => lostAsErrors(items, await endSteps(pool, items)),
    lengthOf,
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
    async postpone(claim, failed) {
      const isFree = await postponeRun(pool, claim, failed)
      if (isFree === undefined) throw runLost(claim)
      progress.changed(claim)
      return isFree
    },
    async storeOutput(claim, position, output) {
      if (!(await storeOutput(pool, claim, position, output))) throw runLost(claim)
    },
  }
}

function lengthOf({ step, ended }: StepEnd): number {
  const { output = null } = step?.result ?? {}
  const sealed = step && 'sealedOutput' in step.result ? step.result.sealedOutput : null
  return [output, sealed, ended?.input].reduce((sum, it) => sum + (typeof it === 'string' ? it.length : 0), 0)
}

const lostAsErrors = <Result>(
  items: readonly RunClaim[],
  results: readonly (Result | undefined)[],
): (Result | AppError)[] => items.map((item, index) => results[index] ?? runLost(item))

function runLost({ workspace, run }: RunClaim): AppError {
  return new AppError('INTERRUPTED', `Another worker has taken over the run ${workspace}.${run}.`)
}
