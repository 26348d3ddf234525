import { GraphQLError } from 'graphql'
import { outageOf } from '../domain/index.ts'
import {
  AppError,
  type ChangeErrorCode,
  changeErrorCodes,
  type ErrorCode,
  type ErrorPlace,
} from '../errors.ts'
import type { Logger } from '../log.ts'

/** One fault of the input. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
  readonly reason: string
  readonly at: ErrorPlace | undefined
}

/** A refused change, in the shape of the error type for its code. */
export class Refusal implements Fault {
  readonly code: ChangeErrorCode
  readonly message: string
  readonly reason: string
  readonly at: ErrorPlace | undefined
  readonly more: readonly Fault[]
  readonly limit: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(error: AppError & { code: ChangeErrorCode }) {
    this.code = error.code
    this.message = error.message
    this.reason = error.reason
    this.at = error.at
    // GraphQL would take an instance of Error for the failure of the field.
    this.more = error.more.map(({ code, message, reason, at }) => ({ code, message, reason, at }))
    this.limit = error.limit
    this.retryAfterSeconds = error.retryAfterSeconds
  }
}

/** `NAME_TAKEN` is `NameTakenError` in the schema. */
export const errorTypeName = (code: ChangeErrorCode): string =>
  `${code.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase())}Error`

export function isChangeError(error: unknown): error is AppError & { code: ChangeErrorCode } {
  return error instanceof AppError && (changeErrorCodes as readonly string[]).includes(error.code)
}

/** Its code decides the HTTP status, where the answer is written. */
export function graphqlError(error: AppError): GraphQLError {
  const { code, at, limit, retryAfterSeconds } = error
  const where = { ...(at && { at }), ...(limit !== undefined && { limit }) }
  const when = retryAfterSeconds !== undefined && { retryAfterSeconds }
  return new GraphQLError(error.message, { extensions: { code, ...where, ...when } })
}

/**
 * What a client sees of an error. GraphQL's own errors (a query that does not parse or validate) and ours are
 * shown, without the values in them. Any other error is hidden, because its message may quote a query's
 * parameters.
 */
export function createErrorMask(log: Logger): (error: unknown) => Error {
  return (error) => {
    const original = error instanceof GraphQLError ? error.originalError : error
    if (original instanceof AppError) return withPath(graphqlError(original), error)
    if (error instanceof GraphQLError && (!original || original instanceof GraphQLError))
      return withoutValues(error)
    const outage = outageOf(original)
    if (outage) {
      log.warn({ err: original }, 'a request met an outage of the database')
      return withPath(graphqlError(outage), error)
    }
    log.error({ err: original }, 'unexpected error in a resolver')
    const masked = new GraphQLError('Something went wrong on our side. Try again.', {
      extensions: { code: 'INTERNAL' },
    })
    return withPath(masked, error)
  }
}

/** A GraphQL error without the parts that quote the request. @param usual its code, where it has none. */
export function withoutValues(error: GraphQLError, usual = 'BAD_REQUEST'): GraphQLError {
  const { nodes, source, positions, path } = error
  // Other extensions may quote the request, such as the reason why a body is not JSON.
  const { code: given = usual, http, at } = error.extensions as GivenExtensions
  const code = http?.status === 405 ? 'METHOD_NOT_ALLOWED' : given
  const extensions = {
    code,
    // Only our own check of variables has a place, which it makes of names of the schema.
    ...(code === 'BAD_USER_INPUT' && { at }),
    ...(http !== undefined && { http: code === 'BAD_REQUEST' ? strict(http) : http }),
  }
  return new GraphQLError(messageWithoutValues(error), { nodes, source, positions, path, extensions })
}

interface GivenExtensions {
  code?: string
  http?: { status?: number }
  at?: ErrorPlace
}

/** What is no request of GraphQL over HTTP has its status with both media types. Yoga would answer 200 to application/json. */
const strict = (http: object): object => ({ ...http, spec: false })

/**
 * GraphQL quotes an input that does not fit, and the words of a query that it cannot parse. A value that a person
 * wants to store would be in the answer, and in every log of answers. The error names the place instead.
 */
function messageWithoutValues({ message }: GraphQLError): string {
  const variable = /^Variable "(\$\w+)"/.exec(message)?.[1]
  if (variable) return `The variable ${variable} does not fit its type. Compare it with the schema.`
  if (message.startsWith('Syntax Error')) return 'Syntax Error: the query cannot be read at this place.'
  if (message.startsWith('Unexpected parameter')) return 'The request has a parameter that there is not.'
  return message.replace(/(?:, found| value): .*$/s, '.')
}

function withPath(shown: GraphQLError, thrown: unknown): GraphQLError {
  if (!(thrown instanceof GraphQLError)) return shown
  const { nodes, source, positions, path } = thrown
  return new GraphQLError(shown.message, { nodes, source, positions, path, extensions: shown.extensions })
}
