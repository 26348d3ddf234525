import { AppError } from '../errors.ts'
import { StepFailure } from '../steps/index.ts'
import type { Execution } from './execution.ts'
import { catchUp } from './render-step.ts'
import { assertBudget } from './run-budget.ts'
import { outputJson } from './step-output.ts'

/** The true output (JSON) of a step that failed with one. One that cannot be kept is left out: the error counts. */
export function outputOfFailure(thrown: unknown): string | undefined {
  const given = StepFailure.outputOf(thrown)
  if (!given) return undefined
  try {
    return outputJson(given.output, () => undefined)
  } catch {
    return undefined
  }
}

/**
 * What people may see of the output of a step that failed for good. It counts against the budgets of the run, and is
 * redacted once more in the end when the run has learned more. Later steps get nothing of it.
 *
 * @returns JSON; null when there is none, or when it cannot be redacted within the budget.
 */
export async function redactedFailure(
  execution: Execution,
  position: number,
  text: string | undefined,
): Promise<string | null> {
  if (text === undefined) return null
  const { parts, definitions, redactor, share, state, signal, stored } = execution
  try {
    await share.cover(text.length, signal)
    await catchUp(parts.registry, { state, redactor, signal }, definitions.slice(0, position + 1))
    const { knowledge } = redactor
    const output = await redactor.json(text, signal)
    assertBudget('stored', execution.storedBytes + text.length, parts.refused)
    state.addOutput(position, definitions[position]?.key ?? '', text, true, false)
    execution.storedBytes += text.length
    stored.set(position, knowledge)
    return output
  } catch (error) {
    // A run that is cancelled, or whose job is lost, waits for nothing more.
    if (signal.aborted || error instanceof AppError) return null
    throw error
  }
}
