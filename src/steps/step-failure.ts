import { AppError, type ErrorPlace } from '../errors.ts'

/**
 * Ends a step as an `AppError` with the code STEP_FAILED does, and keeps an output that shows why: the answer of a
 * service, for instance. People see it redacted, as any output. Later steps get nothing of it.
 */
export class StepFailure extends AppError {
  // Private, so that nothing that logs or prints the error shows the output, which is not redacted yet.
  readonly #output: unknown

  constructor(message: string, output: unknown, options: { at?: ErrorPlace } = {}) {
    super('STEP_FAILED', message, options)
    this.#output = output
  }

  /** The output that anything thrown brings along. */
  static outputOf(thrown: unknown): { output: unknown } | undefined {
    if (typeof thrown !== 'object' || thrown === null || !(#output in thrown)) return undefined
    return { output: thrown.#output }
  }
}
