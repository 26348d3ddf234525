import type { Policy } from '../../secret/policy.ts'

/** Which run to execute. */
export interface RunJob {
  workspace: string
  run: string
}

/** A run as one worker holds it. Every write checks the claim, so a worker that lost the run writes nothing. */
export interface RunClaim extends RunJob {
  claim: string
}

/** A secret whose use by a step is on record already: its value may be opened for that step. */
export interface HandedSecret {
  name: string
  sealed: string
  policy: Policy | null
  /** As PostgreSQL writes it, to the microsecond. */
  updatedAt: string
}

/** What a step names. */
export interface StepUse {
  step: string
  names: readonly string[]
}
