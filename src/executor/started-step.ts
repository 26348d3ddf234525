import { secretNames } from '../steps/index.ts'
import type { AutomationStep } from '../store/entities/index.ts'
import type { HandedStep, NextStep } from '../store/runs/end-step.ts'
import type { PreparedStep, StepCall } from './attempt.ts'
import type { Execution } from './execution.ts'
import { isObtained } from './protect.ts'

// What a run holds (characters) up to which its next step begins at once: what is larger is searched before, for a while in
// which a worker may die.
const SMALL = 64 * 1024
// Others take a worker for dead that is silent for longer, and the run from it (milliseconds). A start that is older, as when the
// answer of the database was late, is stored once more: that asks whether the run is still this worker's.
const FRESH = 3000

/** Without those of values that earlier steps obtained, which are no secrets of the workspace. */
export const named = (names: readonly string[]) => names.filter((it) => !isObtained(it))

/** What is to be stored of the next step with the end of the one before. */
export function nextStep(
  { parts, storedBytes, inputLength }: Execution,
  definition: AutomationStep,
): NextStep | undefined {
  const names = secretNames(parts.registry, definition)
  const starts = storedBytes + inputLength <= SMALL
  return names.length > 0 || starts ? { step: definition.key, names, starts } : undefined
}

export function takeNext(execution: Execution, { secrets, started }: HandedStep): void {
  execution.handed = secrets
  execution.claimed.started = started
}

/**
 * Whether the start of an attempt is on disk already, with all that a worker that takes over has to know: that it has in
 * hand what was handed out for it, and nothing else. From then on it may have its effect, and cannot be taken back.
 */
export function takeStarted(
  { claimed, state }: Execution,
  { position, attempt, handed }: StepCall,
  { inHand }: PreparedStep,
): boolean {
  const { started } = claimed
  if (started?.position !== position || attempt !== 1 || performance.now() - started.since > FRESH)
    return false
  const names = handed?.map(({ name }) => name)
  if (!names || named(inHand).length !== names.length || !state.hasLearnedOnly(names)) return false
  claimed.started = null
  return true
}
