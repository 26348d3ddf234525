import type { ErrorCode, RequestErrorCode } from '../../src/errors.ts'

/** What a person does about each code. One without advice does not compile. */
export const errorAdvice: Readonly<Record<ErrorCode | RequestErrorCode, string>> = {
  INVALID_NAME: 'Choose a name as the message describes it. `my key` and `myKey` become `MY_KEY`.',
  NAME_TAKEN: 'Choose another name, or change what has this one.',
  INVALID_VALUE:
    'Change the value or the policy as the message says. A value has 4 characters or more, and is valid text.',
  VALUE_TOO_LARGE: 'Store 64 KiB at most. Keep larger data elsewhere, and a key for it here.',
  NOT_FOUND:
    'Compare the name or the id. Who may not see a thing gets the same answer as for one that there is not.',
  LIMIT_REACHED:
    'Wait for `retryAfterSeconds` if it is there. Otherwise use less, or ask the operator to raise the setting in `limit`.',
  CONFLICT:
    'Read the thing again, and repeat the change on what is there now. For an idempotency key: use a new key for another input.',
  INVALID_FIELD: 'Change the field that `at` names. `more` lists the other faults.',
  UNKNOWN_STEP_TYPE:
    'Compare the name of the type. If a plugin defines it: `lockstep plugins list`, on the API and on every worker.',
  SECRET_NOT_ALLOWED:
    'Move the secret into a field that takes secrets. The page of the step type says which do.',
  INVALID_TEMPLATE:
    'Correct the template at the line and column in `at`. Write `{{ secrets.NAME }}`, `{{ trigger.… }}` or `{{ steps.KEY.output.… }}`.',
  LAST_ADMIN: 'Make somebody else an admin first.',
  SEALED_VALUE_REJECTED:
    'Seal again: read `sealingKey` anew, and use the same workspace, name and policy inside and outside of the sealed value.',
  POLICY_WIDENS:
    'Set the secret again with its value and the new policy. Only who has the value may let it go further.',
  SECRET_NOT_FOUND: 'Add the secret, or correct its name in the step: `lockstep secrets list`.',
  SECRET_UNREADABLE:
    'Run `lockstep doctor` where the root key is: it names the secrets that do not open, and why. See [recovery](recovery.md).',
  UNKNOWN_VARIABLE:
    'Compare the path with what the run has. Use the filter `default` for what may be absent.',
  DESTINATION_NOT_ALLOWED:
    'If the step should send the secret there, set the secret again with that host. If a private address is meant, the operator adds it to `LOCKSTEP_EGRESS_ALLOW`.',
  TIMEOUT: 'Raise `timeoutSeconds` of the step, or let it be retried.',
  RESPONSE_TOO_LARGE: 'Ask the service for less at once, or raise `LOCKSTEP_MAX_RESPONSE_MIB`.',
  REQUEST_FAILED:
    'Look at the output of the step: it has the answer of the service. Let it be retried if the fault passes.',
  INTERRUPTED: 'Look at the service whether the step has had its effect, then start the run again.',
  STEP_FAILED: 'Read the message, which comes from the step type.',
  CANCELLED: 'Start the run again if that was a mistake.',
  UNAUTHENTICATED: 'Sign in, or send a token that has not ended. On a command line: `lockstep login`.',
  FORBIDDEN:
    'Ask an admin for the role, or for a token with the scope that the message names. See [tokens](tokens.md).',
  INVALID_CONFIG:
    'Correct the [setting](settings.md), or the file, that the message names. The process ends with exit code 78.',
  INVALID_STEP_TYPE: 'Correct the plugin: `lockstep-step check` names what is wrong.',
  KEY_MISMATCH:
    'Put the right root key in its place, or the fingerprint that you trust. See [keys](keys.md) and [recovery](recovery.md).',
  ROOT_KEY_UNAVAILABLE:
    'Bring the token or the key service back. Runs wait until then. See [the root key](root-key.md).',
  DATABASE_UNAVAILABLE: 'Bring PostgreSQL back, and compare `DATABASE_URL`. `lockstep doctor` says more.',
  INTERNAL: 'Find `x-request-id` of the answer in the log, and report it.',
  BAD_REQUEST: 'Send GraphQL over HTTP as [the page of the API](graphql.md) shows it.',
  BAD_USER_INPUT: 'Correct the variable that `at.path` names.',
  GRAPHQL_PARSE_FAILED: 'Correct the document at `locations`.',
  GRAPHQL_VALIDATION_FAILED: 'Compare the document with `schema.graphql` of this version.',
  OPERATION_RESOLUTION_FAILURE: 'Name the operation with `operationName`.',
  QUERY_TOO_COSTLY: 'Ask for fewer items with `first`, or for fewer fields, or in several requests.',
  PERSISTED_ONLY:
    'The operator has set `LOCKSTEP_PERSISTED_ONLY`. Ask for your documents to be [registered](graphql.md#persisted-documents).',
  PERSISTED_QUERY_NOT_FOUND: 'Send the whole document.',
  METHOD_NOT_ALLOWED: 'Use POST.',
  NOT_ACCEPTABLE:
    'Accept `application/graphql-response+json`, `application/json`, or `text/event-stream` for a subscription.',
  REQUEST_TOO_LARGE: 'Send less: the message says how much may be sent.',
  UNSUPPORTED_MEDIA_TYPE: 'Send `content-type: application/json`, in UTF-8.',
}
