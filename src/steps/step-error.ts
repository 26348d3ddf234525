import { AppError, type ErrorPlace, type RunErrorCode } from '../errors.ts'

interface StepErrorOptions {
  /** By default STEP_FAILED. */
  readonly code?: Exclude<RunErrorCode, 'CANCELLED' | 'INTERRUPTED'>
  /** Plain data for later steps and people, such as the error code of a service. Redacted; 16 KiB of JSON at most. */
  readonly details?: unknown
  readonly at?: ErrorPlace
}

/** An error that says whether trying again makes sense, and tells later steps why in data. */
export class StepError extends AppError {
  readonly isPermanent: boolean
  readonly details: unknown
  readonly #options: StepErrorOptions & { after?: number | undefined }

  private constructor(
    message: string,
    isPermanent: boolean,
    options: StepErrorOptions & { after?: number | undefined },
  ) {
    const { code = 'STEP_FAILED', details, at, after } = options
    super(code, message, { ...(at && { at }), retryAfterSeconds: after })
    this.isPermanent = isPermanent
    this.details = details
    this.#options = options
  }

  /**
   * The step may succeed later: it is tried again if its settings say how often, whatever codes they name.
   *
   * @param options `after`: how many seconds to wait, in place of what the settings say; an hour at most.
   */
  static retryable(message: string, options: StepErrorOptions & { readonly after?: number } = {}): StepError {
    return new StepError(message, false, options)
  }

  /** The step would fail again, so it is not tried again, whatever its settings say. */
  static permanent(message: string, options: StepErrorOptions = {}): StepError {
    return new StepError(message, true, options)
  }

  override within(words: string, at?: ErrorPlace, inner?: string): StepError {
    const outer = super.within(words, at, inner)
    return new StepError(outer.message, this.isPermanent, {
      ...this.#options,
      ...(outer.at && { at: outer.at }),
    })
  }
}
