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

/** Codes with which a run or one of its steps ends. */
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

/** Codes for a caller without the right, and for a process that cannot work as configured. */
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

/** Codes of a GraphQL request that is refused before anything is done. */
export const requestErrorCodes = [
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'QUERY_TOO_COSTLY',
  'PERSISTED_ONLY',
  'PERSISTED_QUERY_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'REQUEST_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const

export type RequestErrorCode = (typeof requestErrorCodes)[number]
export type ChangeErrorCode = (typeof changeErrorCodes)[number]
export type RunErrorCode = (typeof runErrorCodes)[number]
export type ErrorCode = ChangeErrorCode | RunErrorCode | (typeof otherErrorCodes)[number]

/** Every code that an answer of the API may have. */
export const errorCodes: readonly (ErrorCode | RequestErrorCode)[] = [
  ...new Set([...changeErrorCodes, ...runErrorCodes, ...otherErrorCodes, ...requestErrorCodes]),
]

/** The place of an error in what a person wrote. It contains names, never a value. */
export interface ErrorPlace {
  /** The key of the step. */
  readonly step?: string
  /** The name of the field. For an automation itself, a path such as `schedule.cron`. */
  readonly field?: string
  /** The position in a list, from 1. */
  readonly row?: number
  /** The line in the text of the field or of its row, from 1. */
  readonly line?: number
  /** The column in characters, from 1. */
  readonly column?: number
  /** The path in the variables of a request, such as `input`, `steps`, `0`, `key`. */
  readonly path?: readonly string[]
  /** The names of the secrets that it is about: those that do not exist, or the one that may not go there. */
  readonly secrets?: readonly string[]
  /** The host that a secret may not go to, as an entry of its policy would name it. */
  readonly host?: string
}

const SECRET_NAME = /^[A-Z0-9_]{1,128}$/
const HOST = /^(?:http:\/\/)?[\w.:[\]-]{1,260}$/
const MOST_SECRETS = 20

/** What a place says that an error is about, where anybody can have written the place. What is no name or host is left out. */
export function readSubject({
  secrets,
  host,
}: Readonly<Record<string, unknown>>): Pick<ErrorPlace, 'secrets' | 'host'> {
  const isName = (it: unknown): it is string => typeof it === 'string' && SECRET_NAME.test(it)
  const names = Array.isArray(secrets) ? secrets.slice(0, MOST_SECRETS).filter(isName) : []
  return {
    ...(names.length > 0 && { secrets: names }),
    ...(typeof host === 'string' && HOST.test(host) && { host }),
  }
}

interface AppErrorOptions {
  cause?: unknown
  at?: ErrorPlace
  reason?: string
  retryAfterSeconds?: number | undefined
  limit?: string | undefined
  more?: readonly AppError[]
}

/**
 * The one error of Lockstep. Its message helps the person to fix the cause. It is shown and stored, so it contains
 * names and ids, never a value. A `cause` is for a debugger: it is neither stored nor shown.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** The place as data, so that no code has to parse the message. */
  readonly at: ErrorPlace | undefined
  /** The message without the place in `at`. */
  readonly reason: string
  /** After how many seconds the same may succeed; of limits that end by themselves. */
  readonly retryAfterSeconds: number | undefined
  /** Which limit it is: the name of a setting, or of what is counted. */
  readonly limit: string | undefined
  /** The other faults of the same input. They have no others of their own. */
  readonly more: readonly AppError[]

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.at = options.at
    this.reason = options.reason ?? message
    this.retryAfterSeconds = options.retryAfterSeconds
    this.limit = options.limit
    this.more = options.more ?? []
  }

  /** The same error with these as the other faults. */
  with(more: readonly AppError[]): AppError {
    const { code, message, at, reason, retryAfterSeconds, limit, cause } = this
    const place = { ...(at && { at }), ...(cause !== undefined && { cause }) }
    const bare = more.map((it) => (it.more.length > 0 ? it.with([]) : it))
    return new AppError(code, message, { ...place, reason, retryAfterSeconds, limit, more: bare })
  }

  /**
   * The same error in an outer place.
   *
   * @param words the place, for the message.
   * @param at the place as data. Without it the words become part of the reason and the error has no place,
   * because a line inside of something that only words name would be taken for a line of the whole.
   * @param inner the part of the words that `at` does not have.
   */
  within(words: string, at?: ErrorPlace, inner?: string): AppError {
    const message = `${words}: ${this.message}`
    const { retryAfterSeconds, limit } = this
    const more = this.more.map((it) => it.within(words, at, inner))
    const kept = { retryAfterSeconds, limit, more, ...(this.cause !== undefined && { cause: this.cause }) }
    if (at === undefined) return new AppError(this.code, message, kept)
    const reason = inner === undefined ? this.reason : `${inner}: ${this.reason}`
    return new AppError(this.code, message, { ...kept, at: { ...this.at, ...at }, reason })
  }
}

// More would help nobody, and a hostile input could have thousands.
const MAX_FAULTS = 50

/**
 * Does all the checks, so that a person learns of every fault at once.
 *
 * @returns their results, in their order.
 * @throws AppError the first fault, with the others in {@link AppError.more}.
 */
export function checkAll<T>(checks: Iterable<() => T>): T[] {
  const faults: AppError[] = []
  const results: T[] = []
  for (const check of checks) {
    try {
      results.push(check())
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      faults.push(error, ...error.more)
      if (faults.length > MAX_FAULTS) break
    }
  }
  const [first, ...more] = faults.slice(0, MAX_FAULTS)
  if (first) throw first.with(more)
  return results
}
