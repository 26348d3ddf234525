import type { ErrorPlace } from '../../errors.ts'

/** A file that people could download. */
export interface ShownFile {
  readonly name: string
  readonly mediaType: string
  /** Its bytes, each as a character. */
  readonly text: string
}

/** How a step ended, as it would be stored, with what later steps would see of it. */
export interface StepOutcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  /** Redacted, as people see it; null for a step that failed without a `StepFailure`. */
  readonly output: unknown
  /** As later steps of the run get it, which get nothing of a step that failed. */
  readonly trueOutput: unknown
  /** Its message is redacted. */
  readonly error: { readonly code: string; readonly message: string; readonly at?: ErrorPlace } | undefined
  /** The files that people could download. One in which a secret was found, or masked, is not among them. */
  readonly files: readonly ShownFile[]
  /** What the step wrote with `context.log`, redacted, such as `info: sent {"status":200}`. */
  readonly log: readonly string[]
  /** How far it said that it is, in the end; undefined: it did not say. */
  readonly progress: { readonly done: number; readonly total?: number } | undefined
  /** What it printed, redacted. */
  readonly console: readonly string[]
}
