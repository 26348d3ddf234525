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

/**
 * The one error of Lockstep. Its message helps the person to fix the cause and is shown and stored, so
 * it contains names and ids, never a value. A `cause` is for a debugger: nothing stores or shows it.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
