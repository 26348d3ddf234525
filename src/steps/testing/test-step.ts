import type { StepType } from '../index.ts'
import { observeStep } from './observe-step.ts'
import type { StepOutcome } from './step-outcome.ts'
import type { TestOptions } from './test-options.ts'

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
