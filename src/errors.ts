/** Codes of a refused change. Each is also an error type of the GraphQL API. */
export const changeErrorCodes = [
  'INVALID_NAME',
  'NAME_TAKEN',
  'INVALID_VALUE',
  'VALUE_TOO_LARGE',
  'NOT_FOUND',
  'LIMIT_REACHED',
  'CONFLICT',
  'INVALID_FIELD',
  'UNKNOWN_STEP_TYPE',
  'SECRET_NOT_ALLOWED',
  'INVALID_TEMPLATE',
  'LAST_ADMIN',
  'SEALED_VALUE_REJECTED',
  'POLICY_WIDENS',
] as const

/** Codes that a run or one of its steps ends with. */
export const runErrorCodes = [
  'SECRET_NOT_FOUND',
  'SECRET_UNREADABLE',
  'UNKNOWN_VARIABLE',
  'INVALID_FIELD',
  'DESTINATION_NOT_ALLOWED',
  'TIMEOUT',
  'RESPONSE_TOO_LARGE',
  'REQUEST_FAILED',
  'INTERRUPTED',
  'STEP_FAILED',
  'CANCELLED',
] as const

/** Codes of a caller without the right, and of a process that cannot work as configured. */
export const otherErrorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INVALID_CONFIG',
  'INVALID_STEP_TYPE',
  'KEY_MISMATCH',
  'ROOT_KEY_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'INTERNAL',
] as const

export type ChangeErrorCode = (typeof changeErrorCodes)[number]
export type RunErrorCode = (typeof runErrorCodes)[number]
export type ErrorCode = ChangeErrorCode | RunErrorCode | (typeof otherErrorCodes)[number]

/** Where an error is in what a person wrote. Names, never a value. */
export interface ErrorPlace {
  /** The key of the step. */
  readonly step?: string
  /** The name of the field; of an automation itself, a path such as `schedule.cron`. */
  readonly field?: string
  /** In a list, from 1. */
  readonly row?: number
  /** In the text of the field, or of its row, from 1. */
  readonly line?: number
  /** In characters, from 1. */
  readonly column?: number
}

interface AppErrorOptions {
  cause?: unknown
  at?: ErrorPlace
  reason?: string
}

/**
 * The one error of Lockstep. Its message helps the person to fix the cause and is shown and stored, so
 * it contains names and ids, never a value. A `cause` is for a debugger: nothing stores or shows it.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** The place as data, for whoever points at it: nobody has to read the message. */
  readonly at: ErrorPlace | undefined
  /** The message without the place that `at` has. */
  readonly reason: string

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.at = options.at
    this.reason = options.reason ?? message
  }

  /**
   * The same error, found in a place around its own.
   *
   * @param words the place, for the message.
   * @param at the same as data. Without it the words are part of the reason, and the error has no place: a line
   *   inside of something that only words name would be taken for one of the whole.
   * @param inner what of the words `at` does not have.
   */
  within(words: string, at?: ErrorPlace, inner?: string): AppError {
    const message = `${words}: ${this.message}`
    const cause = this.cause === undefined ? {} : { cause: this.cause }
    if (at === undefined) return new AppError(this.code, message, cause)
    const reason = inner === undefined ? this.reason : `${inner}: ${this.reason}`
    return new AppError(this.code, message, { ...cause, at: { ...this.at, ...at }, reason })
  }
}
