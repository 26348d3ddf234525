import type { PolicyDraft } from '../../secret/policy.ts'
import type { StoredError } from '../../store/entities/index.ts'
import type { StepType } from '../index.ts'
import { observeStep, type Surroundings } from './observe-step.ts'

export interface TestOptions extends Surroundings {
  /** The fields as a person would save them, with templates. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The secrets of the workspace by name. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The hosts that a secret is bound to, by its name; a secret that is not named here may go anywhere. */
  readonly allowedHosts?: Readonly<Record<string, readonly string[]>>
  /** The same with all that a policy has: `hosts`, `methods`, `paths` and `places`. */
  readonly policies?: Readonly<Record<string, PolicyDraft>>
  /** 1 by default. */
  readonly attempt?: number
  /** Aborts the step, as cancelling the run does. */
  readonly signal?: AbortSignal
}

/** The result of a step, as it would be stored, with what later steps would see of it. */
export interface StepOutcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  /** Redacted, as people see it; null unless the step succeeded. */
  readonly output: unknown
  /** As later steps of the run get it. */
  readonly trueOutput: unknown
  /** Its message is redacted. */
  readonly error: StoredError | undefined
  /** What the step wrote with `context.log`, redacted, such as `info: sent {"status":200}`. */
  readonly log: readonly string[]
  /** The text that it printed, redacted. */
  readonly console: readonly string[]
}

/**
 * Runs a step type once as a worker does: the same checks, rendering, network rules, limits and redaction. It
 * needs no database, and its servers are those that the test starts on this machine.
 *
 * @throws AppError INVALID_STEP_TYPE for a definition that would stop the start of an instance, and the errors
 * with which saving an automation is refused. The error that ends the run is returned as `error`.
 */
export async function testStep(step: StepType, options: TestOptions): Promise<StepOutcome> {
  const { outcome } = await observeStep(step, options)
  return outcome
}
