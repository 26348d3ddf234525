import { secretNames } from '../steps/index.ts'
import type { StoredOutput } from '../store/runs/end-step.ts'
import type { Execution } from './execution.ts'
import { catchUp } from './render-step.ts'
import { assertBudget } from './run-budget.ts'

export interface StepOutput {
  texts: { output: StoredOutput; sealedOutput: string | null }
  /** How much the run had learned when it was redacted; undefined for an output that is not shown yet. */
  knowledge: number | undefined
}

/**
 * Makes of a step's true output (JSON) what is stored of it, and keeps it for later steps. What may hold the value of
 * a secret that only a later step resolves cannot be redacted yet: it is stored, and can be read, when the run has
 * ended. Until then it is there for later steps alone.
 *
 * @throws AppError RESPONSE_TOO_LARGE over the run's budget, TIMEOUT, STEP_FAILED
 */
export async function readyOutput(execution: Execution, position: number, text: string): Promise<StepOutput> {
  const { parts, definitions, redactor, state, signal } = execution
  await catchUp(parts.registry, { state, redactor, signal }, definitions.slice(0, position + 1))
  const later = definitions.slice(position + 1)
  const unknown = later.flatMap((it) => secretNames(parts.registry, it)).some((it) => !state.policies.has(it))
  // Only a later step can need it, and only to name it or to learn more that has to be masked in it.
  const isNeeded = state.isNamedLater(position) || unknown || redactor.knowledge > 0
  const isLast = later.length === 0
  // What was learned is needed in any case, unless the run ends with this: the input is redacted with it in the end.
  const sealLater = () => (isNeeded ? state.sealOutput(position, text) : state.sealLearned(position))
  const sealedOutput = isLast ? null : await sealLater()
  const { knowledge } = redactor
  const same = state.firstLike(text)
  const isStored = same !== undefined && execution.stored.get(same) === knowledge
  const output = unknown ? null : isStored ? { ofStep: same } : await redactor.json(text, signal)
  execution.storedBytes += text.length + (sealedOutput?.length ?? 0)
  assertBudget('stored', execution.storedBytes, parts.refused)
  state.addOutput(position, definitions[position]?.key ?? '', text, isNeeded, !isLast)
  return { texts: { output, sealedOutput }, knowledge: unknown ? undefined : knowledge }
}
