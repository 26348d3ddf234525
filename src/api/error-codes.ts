import { type ErrorCode, errorCodes, type RequestErrorCode } from '../errors.ts'
import type { Builder } from './builder.ts'

/** What each code says to a client. */
export const codeMeanings: Readonly<Record<ErrorCode | RequestErrorCode, string>> = {
  INVALID_NAME: 'A name breaks the rule that the message states.',
  NAME_TAKEN: 'Something of this name is there already.',
  INVALID_VALUE: 'A value, or an entry of a policy, breaks the rule that the message states.',
  VALUE_TOO_LARGE: 'A value has more bytes than a secret may have.',
  NOT_FOUND: 'There is no such object, or none that the caller may see.',
  LIMIT_REACHED: 'A limit is reached. `limit` says which; with `retryAfterSeconds` it ends by itself.',
  CONFLICT: 'The object has changed since the client read it.',
  INVALID_FIELD: 'A field breaks the rule that the message states. `at` says which.',
  UNKNOWN_STEP_TYPE: 'No step type has this name here.',
  SECRET_NOT_ALLOWED: 'A secret stands where none may stand.',
  INVALID_TEMPLATE: 'A template cannot be read. `at` says where.',
  LAST_ADMIN: 'A workspace keeps at least one admin.',
  SEALED_VALUE_REJECTED: 'A sealed value is not sealed for this key, name or policy.',
  POLICY_WIDENS: 'The policy would allow more than the one that is sealed with the value.',
  SECRET_NOT_FOUND: 'A run needs a secret that is not there.',
  SECRET_UNREADABLE: 'A secret cannot be opened.',
  UNKNOWN_VARIABLE: 'A template names a variable that the run does not have.',
  DESTINATION_NOT_ALLOWED: 'A request would go where it, or a secret in it, may not go.',
  TIMEOUT: 'A step took too long.',
  RESPONSE_TOO_LARGE: 'An answer is larger than a step may receive, or a run may hold.',
  REQUEST_FAILED: 'The other server could not be reached, or answered with an error.',
  INTERRUPTED: 'The worker ended while the step was at work. What the step has done is unknown.',
  STEP_FAILED: 'A step failed for a reason of its own.',
  CANCELLED: 'A person cancelled the run.',
  UNAUTHENTICATED: 'Nobody is signed in. HTTP status 200, as part of the request may be allowed.',
  FORBIDDEN: 'The caller lacks the scope.',
  INVALID_CONFIG: 'A process cannot work with its settings.',
  INVALID_STEP_TYPE: 'A plugin defines a step type that cannot work.',
  KEY_MISMATCH: 'The root key is not the one of this database.',
  ROOT_KEY_UNAVAILABLE: 'The root key cannot be used at the moment.',
  DATABASE_UNAVAILABLE: 'The database is away. HTTP status 503; try again after `Retry-After`.',
  INTERNAL: 'A fault of Lockstep. Its log says more.',
  BAD_REQUEST: 'The request is none of GraphQL over HTTP, or an argument is out of its range.',
  BAD_USER_INPUT: 'A variable does not fit its type. `at.path` says where.',
  GRAPHQL_PARSE_FAILED: 'The document cannot be parsed. `locations` says where.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema. `locations` says where.',
  OPERATION_RESOLUTION_FAILURE: 'No operation, or several, could be meant.',
  QUERY_TOO_COSTLY: 'The operation costs more than one request may.',
  PERSISTED_ONLY: 'This server takes registered documents alone.',
  PERSISTED_QUERY_NOT_FOUND: 'No document is registered with this hash or id.',
  METHOD_NOT_ALLOWED: 'HTTP status 405: the method is not GET or POST, or a mutation came by GET.',
  NOT_ACCEPTABLE: 'HTTP status 406: the client accepts no media type that there is.',
  REQUEST_TOO_LARGE: 'HTTP status 413: the body is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'HTTP status 415: the body is not application/json in UTF-8.',
}

/** Declares the enum of all codes. */
export function defineErrorCode(builder: Builder) {
  return builder.enumType('ErrorCode', {
    description:
      'Why something was refused or failed: the `code` of an error type, of a step, and of `extensions` in `errors`.',
    values: Object.fromEntries(
      errorCodes.map((code) => [code, { value: code, description: codeMeanings[code] }]),
    ),
  })
}
