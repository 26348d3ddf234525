import type { StoredError } from '../store/entities/index.ts'
import { LOOK_SECONDS } from '../store/queue.ts'
import type { ClaimedStep } from '../store/runs/claim.ts'
import type { HandedStep, NextStep, RunResult, StepResult, StoredOutput } from '../store/runs/end-step.ts'
import type { RunClaim } from '../store/runs/run-job.ts'
import type { RunWrites } from '../store/runs/run-writes.ts'
import type { SecretUse } from '../store/runs/secret-use.ts'
import type { Started, StepStart } from '../store/runs/start-step.ts'
import type { StepReported } from '../store/runs/store-report.ts'
import type { Patiently } from './patience.ts'

export type { ClaimedStep, RunResult, StepResult }

/** A step that has ended, which is not on disk yet. */
export interface EndedStep {
  position: number
  result: StepResult
}

/**
 * Everything that one execution writes. Each call may be made twice, for the answer to a commit can be lost, and throws
 * INTERRUPTED when another worker has the run.
 */
export interface RunRecord {
  /** Puts what a step did with a secret on record, with the next write that follows. */
  used(use: SecretUse): void
  /** The steps that have begun before. */
  readSteps(): Promise<ClaimedStep[]>
  /** On disk before the step does anything. */
  startStep(step: Omit<StepStart, keyof RunClaim>): Promise<Started>
  /** @returns what there is for the next step. */
  finishStep(step: EndedStep, next?: NextStep): Promise<HandedStep>
  /**
   * Gives the job back while a step waits: it is handed out when it is time, or a little earlier.
   *
   * @param error that the step failed with, which waits for its next attempt. Null: the step has begun, and goes on.
   * @returns false when somebody wants the run to end, so that the job stays.
   */
  postpone(position: number, error: StoredError | null, seconds: number): Promise<boolean>
  /** Stores the output of a finished step anew; null hides it. */
  storeOutput(position: number, output: StoredOutput): Promise<void>
  /** Stores what a step that has ended has told of its work. */
  storeReport(told: Omit<StepReported, keyof RunClaim>): Promise<void>
  /** The same of a step at work. Never throws: what could not be stored is in what is told next. */
  tryReport(told: Omit<StepReported, keyof RunClaim>): Promise<void>
  /** @param step the last one, if its end is not on disk yet. */
  finishRun(result: RunResult, step?: EndedStep): Promise<void>
}

export function createRunRecord(
  writes: RunWrites,
  { workspace, run, claim }: RunClaim,
  patiently: Patiently,
): RunRecord {
  const at = { workspace, run, claim }
  let used: SecretUse[] = []
  // A write that is made again writes the same uses.
  const takeUses = () => {
    const uses = used
    used = []
    return uses
  }
  return {
    used: (use) => void used.push(use),
    readSteps: () => patiently(() => writes.readSteps(at)),
    startStep: (step) => patiently(() => writes.startStep({ ...step, ...at })),
    finishStep: (step, next) => {
      const uses = takeUses()
      return patiently(() => writes.endStep({ ...at, step, next, uses }))
    },
    postpone: (position, error, delay) => {
      const seconds = Math.max(0, delay - LOOK_SECONDS)
      const uses = takeUses()
      return patiently(() => writes.postpone(at, { position, error, seconds, uses }))
    },
    storeOutput: (position, output) => patiently(() => writes.storeOutput(at, position, output)),
    storeReport: (told) => patiently(() => writes.storeReport({ ...at, ...told })),
    tryReport: (told) => writes.storeReport({ ...at, ...told }).catch(() => undefined),
    finishRun: async (ended, step) => {
      const uses = takeUses()
      await patiently(() => writes.endStep({ ...at, step, ended, uses }))
    },
  }
}
