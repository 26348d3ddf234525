import type { HandedSecret } from './run-job.ts'

/** A step that was started with the write before it, and has done nothing yet. */
export interface StartedStep {
  position: number
  /** When that write was sent, by `performance.now()`. */
  since: number
}

// A sealed text begins otherwise.
const MARK = 'claim '

/**
 * SQL for what a step has in hand that was started with the write before it, where `sealedOutput` of its row stands: the
 * secrets that were handed out for it, sealed as they are stored, and by which claim. A worker that takes over learns them
 * from there, also when they are replaced meanwhile.
 */
export const startedText = (claim: string, secrets: string): string =>
  `'${MARK}' || ${claim} || E'\\n' || coalesce(${secrets}, '[]'::json)::text`

/** The secrets in what {@link startedText} has made; undefined for a text that was sealed. */
export function readStarted(text: string): HandedSecret[] | undefined {
  return text.startsWith(MARK) ? JSON.parse(text.slice(text.indexOf('\n'))) : undefined
}

/** SQL for whether a row of `step_run` stands for a step that this claim has started, and that nothing else was written of. */
export const isStartedBy = (claim: string): string =>
  `step_run.status = 'RUNNING' and starts_with(step_run.sealed_output, '${MARK}' || ${claim})`
