import { AppError } from '../errors.ts'

const MiB = 1024 * 1024

/**
 * What one run may take, so that no run hurts another (bytes). An answer of 25 MiB, which is what a step may receive,
 * fits with its form for a take-over; ten runs at their limit fit into the memory of a worker of 1 GiB.
 */
export const runBudget = {
  /** The input and the outputs that later steps or the last redaction need, as JSON in the worker's memory. */
  held: 64 * MiB,
  /** What it writes into the database: redacted outputs, and sealed ones. */
  stored: 80 * MiB,
  /** Values that it searches all texts for: each costs many times its length. */
  learned: 4 * MiB,
} as const

/** The time for redacting is the redactor's to keep. */
export type BudgetName = keyof typeof runBudget | 'redaction'

/** What is counted when it ends a step or a run. */
export type LimitName = BudgetName | 'step_time' | 'run_time' | 'output'

const descriptions: Readonly<Record<keyof typeof runBudget, string>> = {
  held: 'Input and outputs of this run that its steps still need take',
  stored: 'What this run stores takes',
  learned: 'The secrets of this run, and what filters made of them, take',
}

/**
 * Checks what a run takes of a budget.
 *
 * @throws AppError RESPONSE_TOO_LARGE when it is more, with the budget, what is needed and what there is.
 */
export function assertBudget(
  name: keyof typeof runBudget,
  bytes: number,
  refused?: (name: BudgetName) => void,
): void {
  if (bytes <= runBudget[name]) return
  refused?.(name)
  const [needed, most] = [bytes, runBudget[name]].map((it) => (it / MiB).toFixed(1))
  throw new AppError(
    'RESPONSE_TOO_LARGE',
    `${descriptions[name]} ${needed} MiB, and a run may use ${most} MiB. Let its steps give back less, or split it in two.`,
  )
}
