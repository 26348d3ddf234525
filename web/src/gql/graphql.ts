/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** An API token to be made. */
export type ApiTokenInput = {
  /** In a year at most. If it is absent: in 90 days; null: never. */
  expiresAt?: string | null | undefined;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The name. */
  name: string;
  /** By default the token has all scopes of the role. */
  role: Role;
  /** Some of the scopes of the role. */
  scopes?: Array<string> | null | undefined;
  /** The id of the workspace. */
  workspace: string;
};

/** An automation to be made. */
export type AutomationInput = {
  /** Whether the output of the last step answers whoever calls the hook. By default it does not. */
  hookAnswer?: HookAnswerInput | null | undefined;
  /** How requests to the hook have to be signed. By default they need no signature. */
  hookSignature?: HookSignatureInput | null | undefined;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The name. */
  name: string;
  /** Whether nothing starts it before it is resumed. */
  paused?: boolean | null | undefined;
  /** When it runs by itself. By default it does not. */
  schedule?: ScheduleInput | null | undefined;
  /** The steps, in their order: 100 at most. */
  steps: Array<StepInput>;
  /** The id of the workspace. */
  workspace: string;
};

/** The id is a slug (`acme`) and never changes. */
export type CreateWorkspaceInput = {
  /** The slug: 1 to 40 lower-case letters, digits and hyphens, no hyphen at the ends. */
  id: string;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The name. */
  name: string;
};

/** What an earlier step is to have given: `output`, or what it gave in `run`. */
export type EarlierOutputInput = {
  /** The key of the step, as templates name it. */
  key: string;
  /** The key of the step in that run, if it was another. */
  keyInRun?: string | null | undefined;
  /** A sample. It is data: a template in it is not rendered, and a mark of a value stays a mark. */
  output?: unknown;
  /** In the place of `output`: the id of a run of the workspace. */
  run?: string | null | undefined;
};

/** Why something was refused or failed: the `code` of an error type, of a step, and of `extensions` in `errors`. */
export type ErrorCode =
  /** The request is none of GraphQL over HTTP, or an argument is out of its range. */
  | 'BAD_REQUEST'
  /** A variable does not fit its type. `at.path` says where. */
  | 'BAD_USER_INPUT'
  /** A person cancelled the run. */
  | 'CANCELLED'
  /** The object has changed since the client read it. */
  | 'CONFLICT'
  /** The database is away. HTTP status 503; try again after `Retry-After`. */
  | 'DATABASE_UNAVAILABLE'
  /** A request would go where it, or a secret in it, may not go. */
  | 'DESTINATION_NOT_ALLOWED'
  /** The caller lacks the scope. */
  | 'FORBIDDEN'
  /** The document cannot be parsed. `locations` says where. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not fit the schema. `locations` says where. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** A fault of Lockstep. Its log says more. */
  | 'INTERNAL'
  /** The worker ended while the step was at work. What the step has done is unknown. */
  | 'INTERRUPTED'
  /** A process cannot work with its settings. */
  | 'INVALID_CONFIG'
  /** A field breaks the rule that the message states. `at` says which. */
  | 'INVALID_FIELD'
  /** A name breaks the rule that the message states. */
  | 'INVALID_NAME'
  /** A plugin defines a step type that cannot work. */
  | 'INVALID_STEP_TYPE'
  /** A template cannot be read. `at` says where. */
  | 'INVALID_TEMPLATE'
  /** A value, or an entry of a policy, breaks the rule that the message states. */
  | 'INVALID_VALUE'
  /** The root key is not the one of this database. */
  | 'KEY_MISMATCH'
  /** A workspace keeps at least one admin. */
  | 'LAST_ADMIN'
  /** A limit is reached. `limit` says which; with `retryAfterSeconds` it ends by itself. */
  | 'LIMIT_REACHED'
  /** HTTP status 405: the method is not GET or POST, or a mutation came by GET. */
  | 'METHOD_NOT_ALLOWED'
  /** Something of this name is there already. */
  | 'NAME_TAKEN'
  /** HTTP status 406: the client accepts no media type that there is. */
  | 'NOT_ACCEPTABLE'
  /** There is no such object, or none that the caller may see. */
  | 'NOT_FOUND'
  /** No operation, or several, could be meant. */
  | 'OPERATION_RESOLUTION_FAILURE'
  /** This server takes registered documents alone. */
  | 'PERSISTED_ONLY'
  /** No document is registered with this hash or id. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** The policy would allow more than the one that is sealed with the value. */
  | 'POLICY_WIDENS'
  /** The operation costs more than one request may. */
  | 'QUERY_TOO_COSTLY'
  /** The other server could not be reached, or answered with an error. */
  | 'REQUEST_FAILED'
  /** HTTP status 413: the body is too large. */
  | 'REQUEST_TOO_LARGE'
  /** An answer is larger than a step may receive, or a run may hold. */
  | 'RESPONSE_TOO_LARGE'
  /** The root key cannot be used at the moment. */
  | 'ROOT_KEY_UNAVAILABLE'
  /** A sealed value is not sealed for this key, name or policy. */
  | 'SEALED_VALUE_REJECTED'
  /** A secret stands where none may stand. */
  | 'SECRET_NOT_ALLOWED'
  /** A run needs a secret that is not there. */
  | 'SECRET_NOT_FOUND'
  /** A secret cannot be opened. */
  | 'SECRET_UNREADABLE'
  /** A step failed for a reason of its own. */
  | 'STEP_FAILED'
  /** A step took too long. */
  | 'TIMEOUT'
  /** Nobody is signed in. HTTP status 200, as part of the request may be allowed. */
  | 'UNAUTHENTICATED'
  /** No step type has this name here. */
  | 'UNKNOWN_STEP_TYPE'
  /** A template names a variable that the run does not have. */
  | 'UNKNOWN_VARIABLE'
  /** HTTP status 415: the body is not application/json in UTF-8. */
  | 'UNSUPPORTED_MEDIA_TYPE'
  /** A value has more bytes than a secret may have. */
  | 'VALUE_TOO_LARGE';

/** The hash of the HMAC (RFC 2104). */
export type HookAlgorithm =
  /** HMAC-SHA-1, for services that have no better one. */
  | 'SHA1'
  /** HMAC-SHA-256. */
  | 'SHA256'
  /** HMAC-SHA-512. */
  | 'SHA512';

/** That the output of the last step answers whoever calls the hook. */
export type HookAnswerInput = {
  /** How long the caller waits at most, in seconds: 1 to 30. */
  waitSeconds: number;
};

/** How the signature is written in its header. */
export type HookEncoding =
  /** Base64. */
  | 'BASE64'
  /** Hexadecimal digits, in either case. */
  | 'HEX';

/** How a service signs that has no style of its own. */
export type HookSignatureFormatInput = {
  /** The hash of the HMAC. */
  algorithm: HookAlgorithm;
  /** How the signature is written. */
  encoding: HookEncoding;
  /** Runs get no header with credentials, so Authorization is refused. */
  header: string;
  /** By default nothing. */
  prefix?: string | null | undefined;
  /** By default {body}, and {timestamp}.{body} where there is a header with the time. */
  signed?: string | null | undefined;
  /** The header with the time of signing, in seconds since 1970. By default none is signed. */
  timestampHeader?: string | null | undefined;
  /** By default 300; a day at most. */
  toleranceSeconds?: number | null | undefined;
};

/** How requests to the hook have to be signed. */
export type HookSignatureInput = {
  /** For CUSTOM alone. */
  format?: HookSignatureFormatInput | null | undefined;
  /** The name of the secret. */
  secret: string;
  /** Whose format the signature has. */
  style: HookStyle;
  /** The name of the secret with the token of a GET. */
  verifyToken?: string | null | undefined;
};

/** Whose format the signature has: that of GitHub, Stripe, Slack, Shopify, of Standard Webhooks, or one that a HookSignatureFormat describes. */
export type HookStyle =
  /** As Bitbucket signs, in X-Hub-Signature. */
  | 'BITBUCKET'
  /** As a HookSignatureFormat describes it. */
  | 'CUSTOM'
  /** As GitHub signs, in X-Hub-Signature-256. */
  | 'GITHUB'
  /** As Shopify signs, in X-Shopify-Hmac-Sha256. */
  | 'SHOPIFY'
  /** As Slack signs, in X-Slack-Signature. */
  | 'SLACK'
  /** As Standard Webhooks says, in webhook-signature. */
  | 'STANDARD_WEBHOOKS'
  /** As Stripe signs, in Stripe-Signature. */
  | 'STRIPE';

/** A person to be invited. */
export type InviteMemberInput = {
  /** The email. */
  email: string;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The role. */
  role: Role;
  /** The id of the workspace. */
  workspace: string;
};

/** A member to be removed. */
export type MemberInput = {
  /** The id of the member, or of the person. */
  member: string;
  /** Whether every hook gets another URL: the person could see them all. */
  rotateHooks?: boolean | null | undefined;
  /** The id of the workspace. */
  workspace: string;
};

/** A member who is to get another role. */
export type MemberRoleInput = {
  /** The id of the member, or of the person. */
  member: string;
  /** The role. */
  role: Role;
  /** The id of the workspace. */
  workspace: string;
};

/** Where a value may go, as in `SecretPolicy`. A member that is absent, null or empty allows everything. */
export type PolicyInput = {
  /** The hosts, as in `SecretPolicy.hosts`. */
  hosts?: Array<string> | null | undefined;
  /** The HTTP methods. */
  methods?: Array<string> | null | undefined;
  /** The prefixes of paths. */
  paths?: Array<string> | null | undefined;
  /** The places, as in `SecretPolicy.places`. */
  places?: Array<string> | null | undefined;
};

/** The code of an error after which a step can be tried again. */
export type RetryCode =
  /** The step may not send anything there. */
  | 'DESTINATION_NOT_ALLOWED'
  /** A field was not as it has to be, once it was rendered. */
  | 'INVALID_FIELD'
  /** A request could not be made, or its answer says that it has failed. */
  | 'REQUEST_FAILED'
  /** An answer was too large. */
  | 'RESPONSE_TOO_LARGE'
  /** The step names a secret that there is not. */
  | 'SECRET_NOT_FOUND'
  /** A secret could not be opened. */
  | 'SECRET_UNREADABLE'
  /** The step failed in a way of its own. */
  | 'STEP_FAILED'
  /** It took too long. */
  | 'TIMEOUT'
  /** A template names something that there is not. */
  | 'UNKNOWN_VARIABLE';

/** What a person may do in a workspace, or an API token at most. */
export type Role =
  /** Everything: secrets, members, API tokens and the audit log too. */
  | 'ADMIN'
  /** Reads the names of secrets, writes and runs automations. */
  | 'MEMBER';

/** A run to be started. */
export type RunAutomationInput = {
  /** The automation. */
  automation: string;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** What templates name as `trigger`: 5 MiB at most. By default null. */
  input?: unknown;
};

/** How far a run is, or a step of it. */
export type RunStatus =
  /** A person cancelled it. */
  | 'CANCELLED'
  /** It has ended with an error. */
  | 'FAILED'
  /** It waits. */
  | 'QUEUED'
  /** It has begun. */
  | 'RUNNING'
  /** It has ended without an error. */
  | 'SUCCEEDED';

/** How a run was started. TEST: the run tests a single step. */
export type RunTrigger =
  /** By a request to the hook. */
  | 'HOOK'
  /** By a person or an API token. */
  | 'MANUAL'
  /** By the schedule. */
  | 'SCHEDULE'
  /** To test a single step. */
  | 'TEST';

/** Five fields, without seconds: "0 9 * * MON-FRI" is nine o'clock on weekdays. */
export type ScheduleInput = {
  /** Minute, hour, day of the month, month, day of the week. */
  cron: string;
  /** A time zone of the IANA database, such as Europe/Berlin. */
  timeZone: string;
};

/** The new value of a secret, in one of two forms. */
export type SecretContentInput =
  {   /** The value as the client has sealed it for the sealing key of the workspace. */
  sealedValue: string; value?: never; }
  |  { sealedValue?: never;   /** The value itself: 4 characters to 64 KiB of UTF-8. The API seals it at once. */
  value: string; };

/** A secret and its new value: exactly one of `content`, `value` and `sealedValue`. */
export type SecretInput = {
  /** Hosts for every scheme. Not together with `policy`. */
  allowedHosts?: Array<string> | null | undefined;
  /** The new value. */
  content?: SecretContentInput | null | undefined;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The name. */
  name: string;
  /** Without this and `allowedHosts`, a new secret may go to any public host, and an existing one keeps its policy. A `sealedValue` with a policy in it must have the same one. */
  policy?: PolicyInput | null | undefined;
  /** The same as `content: { sealedValue }`. */
  sealedValue?: string | null | undefined;
  /** The same as `content: { value }`. */
  value?: string | null | undefined;
  /** The id of the workspace. */
  workspace: string;
};

/** The secret to be deleted. */
export type SecretNameInput = {
  /** The name. */
  name: string;
  /** The id of the workspace. */
  workspace: string;
};

/** The whole policy. A member that is absent, null or empty allows everything. */
export type SecretPolicyInput = {
  /** Hosts for every scheme. Not together with `hosts`. */
  allowedHosts?: Array<string> | null | undefined;
  /** The hosts, as in `SecretPolicy.hosts`. */
  hosts?: Array<string> | null | undefined;
  /** The HTTP methods. */
  methods?: Array<string> | null | undefined;
  /** The name. */
  name: string;
  /** The prefixes of paths. */
  paths?: Array<string> | null | undefined;
  /** The places, as in `SecretPolicy.places`. */
  places?: Array<string> | null | undefined;
  /** The id of the workspace. */
  workspace: string;
};

/** FIRST: the first person, then invited people; OPEN: everybody; CLOSED: no one. */
export type SignUpMode =
  /** No one. */
  | 'CLOSED'
  /** The first person, then people who are invited. */
  | 'FIRST'
  /** Everybody. */
  | 'OPEN';

/** What a field of a step contains, and where an expression may stand in it. */
export type StepFieldKind =
  /** True or false, or a single expression. */
  | 'boolean'
  /** One of `options`, or a single expression, such as `{{ trigger.body.key }}`. */
  | 'choice'
  /** Source text without expressions. */
  | 'code'
  /** A structure whose strings may hold expressions, or its source text. */
  | 'json'
  /** Lines of text, with any number of expressions in them. */
  | 'multiline'
  /** A number, or a single expression. */
  | 'number'
  /** A list of `{ name, value }`, each of them text with any number of expressions. */
  | 'pairs'
  /** One line of text, with any number of expressions in it. */
  | 'text'
  /** A URL, with any number of expressions in it. */
  | 'url';

/** A step of an automation, as people write it. */
export type StepInput = {
  /** An object with the content of each field by its name. */
  fields: unknown;
  /** The key, as templates name it: `steps.KEY.output`. */
  key: string;
  /** By default STOP. */
  onError?: StepOnError | null | undefined;
  /** When it is tried again. By default never. */
  retry?: StepRetryInput | null | undefined;
  /** How long one attempt may take: 1 to 3600; by default 600. */
  timeoutSeconds?: number | null | undefined;
  /** The step type. */
  type: string;
};

/** What becomes of the run when a step has failed for good. */
export type StepOnError =
  /** The next step runs. Templates find the error in steps.KEY.error. */
  | 'CONTINUE'
  /** The run ends. */
  | 'STOP';

/** When a failed step is tried again. */
export type StepRetryInput = {
  /** How many times after the first attempt: 0 to 10. */
  count: number;
  /** The delay before the second attempt: 1 to 3600. It doubles with each attempt, up to an hour. */
  delaySeconds: number;
  /** Codes of the errors after which the step is tried again. By default REQUEST_FAILED and TIMEOUT. */
  on?: Array<string> | null | undefined;
};

/** A step to be tested. */
export type TestStepInput = {
  /** The outputs of earlier steps that the step reads; with `input` 5 MiB each at most. */
  earlier?: Array<EarlierOutputInput> | null | undefined;
  /** A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same caller with the same input gives back what it has made first, so that a request can be sent again when its answer was lost. With another input it is refused with CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** What templates name as `trigger`. By default null. */
  input?: unknown;
  /** The step. */
  step: StepInput;
  /** The id of the workspace. */
  workspace: string;
};

/** `version` is the version that the client read. */
export type UpdateAutomationInput = {
  /** If it is absent, it stays as it is; null removes it. */
  hookAnswer?: HookAnswerInput | null | undefined;
  /** If it is absent, it stays as it is; null removes it. */
  hookSignature?: HookSignatureInput | null | undefined;
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** If it is absent, it stays as it is; null removes it. */
  schedule?: ScheduleInput | null | undefined;
  /** The steps, in their order: 100 at most. */
  steps: Array<StepInput>;
  /** The version that the client read. */
  version: number;
};

/** Where the variables of a group come from. */
export type VariableGroupKind =
  /** The secrets of the workspace. */
  | 'SECRETS'
  /** The output of an earlier step. */
  | 'STEP'
  /** The input of the run. */
  | 'TRIGGER';

type Refusal_ConflictError_Fragment = { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_InvalidFieldError_Fragment = { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_InvalidNameError_Fragment = { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_InvalidTemplateError_Fragment = { __typename: 'InvalidTemplateError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_InvalidValueError_Fragment = { __typename: 'InvalidValueError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_LastAdminError_Fragment = { __typename: 'LastAdminError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_LimitReachedError_Fragment = { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_NameTakenError_Fragment = { __typename: 'NameTakenError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_NotFoundError_Fragment = { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_PolicyWidensError_Fragment = { __typename: 'PolicyWidensError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_SealedValueRejectedError_Fragment = { __typename: 'SealedValueRejectedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_SecretNotAllowedError_Fragment = { __typename: 'SecretNotAllowedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_UnknownStepTypeError_Fragment = { __typename: 'UnknownStepTypeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

type Refusal_ValueTooLargeError_Fragment = { __typename: 'ValueTooLargeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null };

export type RefusalFragment =
  | Refusal_ConflictError_Fragment
  | Refusal_InvalidFieldError_Fragment
  | Refusal_InvalidNameError_Fragment
  | Refusal_InvalidTemplateError_Fragment
  | Refusal_InvalidValueError_Fragment
  | Refusal_LastAdminError_Fragment
  | Refusal_LimitReachedError_Fragment
  | Refusal_NameTakenError_Fragment
  | Refusal_NotFoundError_Fragment
  | Refusal_PolicyWidensError_Fragment
  | Refusal_SealedValueRejectedError_Fragment
  | Refusal_SecretNotAllowedError_Fragment
  | Refusal_UnknownStepTypeError_Fragment
  | Refusal_ValueTooLargeError_Fragment
;

export type AuditLogQueryVariables = Exact<{
  workspace: string;
  first: number;
  before?: string | null | undefined;
  action?: string | null | undefined;
  actor?: string | null | undefined;
  secret?: string | null | undefined;
  automation?: string | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type AuditLogQuery = { __typename: 'Query', auditLog: Array<{ __typename: 'AuditEvent', id: string, at: string, actor: string, action: string, target: string, detail: unknown, address: string | null, client: string | null }> };

export type AutomationsQueryVariables = Exact<{
  workspace: string;
  after?: string | null | undefined;
}>;


export type AutomationsQuery = { __typename: 'Query', automations: Array<{ __typename: 'Automation', id: string, name: string, pausedAt: string | null, updatedAt: string, runs: Array<{ __typename: 'Run', id: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null }> }> };

export type DeleteAutomationMutationVariables = Exact<{
  id: string;
}>;


export type DeleteAutomationMutation = { __typename: 'Mutation', deleteAutomation:
    | { __typename: 'DeleteAutomationSuccess', id: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type AutomationContentQueryVariables = Exact<{
  id: string;
}>;


export type AutomationContentQuery = { __typename: 'Query', automation: { __typename: 'Automation', id: string, name: string, version: number, steps: Array<{ __typename: 'Step', key: string, type: string, fields: Record<string, unknown>, timeoutSeconds: number | null, onError: StepOnError, retry: { __typename: 'StepRetry', count: number, delaySeconds: number, on: Array<RetryCode> } | null }>, hookSignature: { __typename: 'HookSignature', secret: string, style: HookStyle, verifyToken: string | null, format: { __typename: 'HookSignatureFormat', header: string, algorithm: HookAlgorithm, encoding: HookEncoding, prefix: string, signed: string, timestampHeader: string | null, toleranceSeconds: number } | null } | null, hookAnswer: { __typename: 'HookAnswer', waitSeconds: number } | null, schedule: { __typename: 'Schedule', cron: string, timeZone: string } | null } | null };

export type DuplicateAutomationMutationVariables = Exact<{
  input: AutomationInput;
}>;


export type DuplicateAutomationMutation = { __typename: 'Mutation', createAutomation:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'CreateAutomationSuccess', automation: { __typename: 'Automation', id: string, name: string } }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidTemplateError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SecretNotAllowedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UnknownStepTypeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type RenameAutomationMutationVariables = Exact<{
  input: UpdateAutomationInput;
}>;


export type RenameAutomationMutation = { __typename: 'Mutation', updateAutomation:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidTemplateError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SecretNotAllowedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UnknownStepTypeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UpdateAutomationSuccess', automation: { __typename: 'Automation', id: string, name: string, version: number } }
   };

export type PauseAutomationMutationVariables = Exact<{
  id: string;
}>;


export type PauseAutomationMutation = { __typename: 'Mutation', pauseAutomation:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'PauseAutomationSuccess', automation: { __typename: 'Automation', id: string, pausedAt: string | null } }
   };

export type ResumeAutomationMutationVariables = Exact<{
  id: string;
}>;


export type ResumeAutomationMutation = { __typename: 'Mutation', resumeAutomation:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'ResumeAutomationSuccess', automation: { __typename: 'Automation', id: string, pausedAt: string | null } }
   };

export type EditedAutomationFragment = { __typename: 'Automation', id: string, name: string, version: number, updatedAt: string, hookUrl: string | null, hookSignature: { __typename: 'HookSignature', secret: string, style: HookStyle, verifyToken: string | null, format: { __typename: 'HookSignatureFormat', header: string, algorithm: HookAlgorithm, encoding: HookEncoding, prefix: string, signed: string, timestampHeader: string | null, toleranceSeconds: number } | null } | null, hookAnswer: { __typename: 'HookAnswer', waitSeconds: number } | null, schedule: { __typename: 'Schedule', cron: string, timeZone: string, nextRunAt: string } | null, steps: Array<{ __typename: 'Step', key: string, type: string, fields: Record<string, unknown>, timeoutSeconds: number | null, onError: StepOnError, retry: { __typename: 'StepRetry', count: number, delaySeconds: number, on: Array<RetryCode> } | null }> };

export type EditorAutomationQueryVariables = Exact<{
  id: string;
}>;


export type EditorAutomationQuery = { __typename: 'Query', automation: { __typename: 'Automation', id: string, name: string, version: number, updatedAt: string, hookUrl: string | null, hookSignature: { __typename: 'HookSignature', secret: string, style: HookStyle, verifyToken: string | null, format: { __typename: 'HookSignatureFormat', header: string, algorithm: HookAlgorithm, encoding: HookEncoding, prefix: string, signed: string, timestampHeader: string | null, toleranceSeconds: number } | null } | null, hookAnswer: { __typename: 'HookAnswer', waitSeconds: number } | null, schedule: { __typename: 'Schedule', cron: string, timeZone: string, nextRunAt: string } | null, steps: Array<{ __typename: 'Step', key: string, type: string, fields: Record<string, unknown>, timeoutSeconds: number | null, onError: StepOnError, retry: { __typename: 'StepRetry', count: number, delaySeconds: number, on: Array<RetryCode> } | null }> } | null };

export type AutomationPauseQueryVariables = Exact<{
  id: string;
}>;


export type AutomationPauseQuery = { __typename: 'Query', automation: { __typename: 'Automation', id: string, pausedAt: string | null } | null };

export type LastSamplesQueryVariables = Exact<{
  id: string;
}>;


export type LastSamplesQuery = { __typename: 'Query', automation: { __typename: 'Automation', id: string, runs: Array<{ __typename: 'Run', id: string, finishedAt: string | null }>, variables: Array<{ __typename: 'VariableGroup', kind: VariableGroupKind, title: string, variables: Array<{ __typename: 'Variable', reference: string, label: string, sample: unknown }> }> } | null };

export type StepTypesQueryVariables = Exact<{ [key: string]: never; }>;


export type StepTypesQuery = { __typename: 'Query', stepTypes: Array<{ __typename: 'StepType', id: string, type: string, title: string, description: string, output: Record<string, unknown>, fields: Array<{ __typename: 'StepField', name: string, label: string, kind: StepFieldKind, required: boolean, acceptsSecrets: boolean, options: Array<string> | null, help: string | null, default: unknown, min: number | null, max: number | null, integer: boolean, language: string | null, when: { __typename: 'Condition', field: string, is: Array<unknown> } | null, requiredWhen: { __typename: 'Condition', field: string, is: Array<unknown> } | null, textWhen: { __typename: 'Condition', field: string, is: Array<unknown> } | null }> }> };

export type SecretNamesQueryVariables = Exact<{
  workspace: string;
}>;


export type SecretNamesQuery = { __typename: 'Query', secrets: Array<{ __typename: 'Secret', id: string, name: string, updatedAt: string }> };

export type CreateAutomationMutationVariables = Exact<{
  input: AutomationInput;
}>;


export type CreateAutomationMutation = { __typename: 'Mutation', createAutomation:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'CreateAutomationSuccess', automation: { __typename: 'Automation', id: string, name: string, version: number, updatedAt: string, hookUrl: string | null, hookSignature: { __typename: 'HookSignature', secret: string, style: HookStyle, verifyToken: string | null, format: { __typename: 'HookSignatureFormat', header: string, algorithm: HookAlgorithm, encoding: HookEncoding, prefix: string, signed: string, timestampHeader: string | null, toleranceSeconds: number } | null } | null, hookAnswer: { __typename: 'HookAnswer', waitSeconds: number } | null, schedule: { __typename: 'Schedule', cron: string, timeZone: string, nextRunAt: string } | null, steps: Array<{ __typename: 'Step', key: string, type: string, fields: Record<string, unknown>, timeoutSeconds: number | null, onError: StepOnError, retry: { __typename: 'StepRetry', count: number, delaySeconds: number, on: Array<RetryCode> } | null }> } }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidTemplateError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SecretNotAllowedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UnknownStepTypeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type UpdateAutomationMutationVariables = Exact<{
  input: UpdateAutomationInput;
}>;


export type UpdateAutomationMutation = { __typename: 'Mutation', updateAutomation:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidTemplateError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SecretNotAllowedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UnknownStepTypeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UpdateAutomationSuccess', automation: { __typename: 'Automation', id: string, name: string, version: number, updatedAt: string, hookUrl: string | null, hookSignature: { __typename: 'HookSignature', secret: string, style: HookStyle, verifyToken: string | null, format: { __typename: 'HookSignatureFormat', header: string, algorithm: HookAlgorithm, encoding: HookEncoding, prefix: string, signed: string, timestampHeader: string | null, toleranceSeconds: number } | null } | null, hookAnswer: { __typename: 'HookAnswer', waitSeconds: number } | null, schedule: { __typename: 'Schedule', cron: string, timeZone: string, nextRunAt: string } | null, steps: Array<{ __typename: 'Step', key: string, type: string, fields: Record<string, unknown>, timeoutSeconds: number | null, onError: StepOnError, retry: { __typename: 'StepRetry', count: number, delaySeconds: number, on: Array<RetryCode> } | null }> } }
   };

export type HookUrlQueryVariables = Exact<{
  id: string;
}>;


export type HookUrlQuery = { __typename: 'Query', automation: { __typename: 'Automation', id: string, hookUrl: string | null } | null };

export type RotateHookMutationVariables = Exact<{
  id: string;
}>;


export type RotateHookMutation = { __typename: 'Mutation', rotateHook:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'RotateHookSuccess', automation: { __typename: 'Automation', id: string, hookUrl: string | null } }
   };

export type TestStepMutationVariables = Exact<{
  input: TestStepInput;
}>;


export type TestStepMutation = { __typename: 'Mutation', testStep:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidTemplateError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SecretNotAllowedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'TestStepSuccess', result: { __typename: 'StepRun', id: string, key: string, status: RunStatus, output: unknown, secrets: Array<string>, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string } | null } }
    | { __typename: 'UnknownStepTypeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type KeyHealthQueryVariables = Exact<{
  workspace: string;
}>;


export type KeyHealthQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, keys: { __typename: 'KeyHealth', recoveryCertificates: number, rootCertificateExpiresAt: string | null, warnings: Array<string> } } | null };

export type MembersQueryVariables = Exact<{
  workspace: string;
}>;


export type MembersQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, members: Array<{ __typename: 'Member', id: string, user: string, name: string, email: string, role: Role }> } | null };

export type InvitationsQueryVariables = Exact<{
  workspace: string;
}>;


export type InvitationsQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, invitations: Array<{ __typename: 'Invitation', id: string, email: string, role: Role, expiresAt: string }> } | null };

export type InviteMemberMutationVariables = Exact<{
  input: InviteMemberInput;
}>;


export type InviteMemberMutation = { __typename: 'Mutation', inviteMember:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InviteMemberSuccess', url: string }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type RevokeInvitationMutationVariables = Exact<{
  id: string;
}>;


export type RevokeInvitationMutation = { __typename: 'Mutation', revokeInvitation:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'RevokeInvitationSuccess', id: string }
   };

export type SetMemberRoleMutationVariables = Exact<{
  input: MemberRoleInput;
}>;


export type SetMemberRoleMutation = { __typename: 'Mutation', setMemberRole:
    | { __typename: 'LastAdminError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SetMemberRoleSuccess', member: { __typename: 'Member', id: string, role: Role } }
   };

export type RemoveMemberMutationVariables = Exact<{
  input: MemberInput;
}>;


export type RemoveMemberMutation = { __typename: 'Mutation', removeMember:
    | { __typename: 'LastAdminError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'RemoveMemberSuccess', id: string }
   };

export type RunsQueryVariables = Exact<{
  workspace: string;
  automation?: string | null | undefined;
  status?: Array<RunStatus> | RunStatus | null | undefined;
  first: number;
  before?: string | null | undefined;
}>;


export type RunsQuery = { __typename: 'Query', runs: Array<{ __typename: 'Run', id: string, status: RunStatus, trigger: RunTrigger | null, startedBy: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string } | null, automation: { __typename: 'Automation', id: string, name: string } }> };

export type AutomationNamesQueryVariables = Exact<{
  workspace: string;
}>;


export type AutomationNamesQuery = { __typename: 'Query', automations: Array<{ __typename: 'Automation', id: string, name: string }> };

export type StepTypeTitlesQueryVariables = Exact<{ [key: string]: never; }>;


export type StepTypeTitlesQuery = { __typename: 'Query', stepTypes: Array<{ __typename: 'StepType', id: string, type: string, title: string }> };

export type RunStateFragment = { __typename: 'Run', id: string, status: RunStatus, input: unknown, output: unknown, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string, at: { __typename: 'ErrorPlace', step: string | null } | null } | null, steps: Array<{ __typename: 'StepRun', id: string, key: string, status: RunStatus, attempt: number, output: unknown, secrets: Array<string>, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string } | null }> };

export type RunQueryVariables = Exact<{
  id: string;
}>;


export type RunQuery = { __typename: 'Query', run: { __typename: 'Run', trigger: RunTrigger | null, startedBy: string | null, createdAt: string, id: string, status: RunStatus, input: unknown, output: unknown, startedAt: string | null, finishedAt: string | null, plan: Array<{ __typename: 'PlannedStep', key: string, type: string }>, automation: { __typename: 'Automation', id: string, name: string }, error: { __typename: 'StepError', code: string, message: string, at: { __typename: 'ErrorPlace', step: string | null } | null } | null, steps: Array<{ __typename: 'StepRun', id: string, key: string, status: RunStatus, attempt: number, output: unknown, secrets: Array<string>, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string } | null }> } | null };

export type RunUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;


export type RunUpdatedSubscription = { runUpdated: { __typename: 'Run', id: string, status: RunStatus, input: unknown, output: unknown, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string, at: { __typename: 'ErrorPlace', step: string | null } | null } | null, steps: Array<{ __typename: 'StepRun', id: string, key: string, status: RunStatus, attempt: number, output: unknown, secrets: Array<string>, startedAt: string | null, finishedAt: string | null, error: { __typename: 'StepError', code: string, message: string } | null }> } };

export type RunAutomationMutationVariables = Exact<{
  input: RunAutomationInput;
}>;


export type RunAutomationMutation = { __typename: 'Mutation', runAutomation:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'RunAutomationSuccess', run: { __typename: 'Run', id: string } }
   };

export type RestartRunMutationVariables = Exact<{
  id: string;
}>;


export type RestartRunMutation = { __typename: 'Mutation', restartRun:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'RestartRunSuccess', run: { __typename: 'Run', id: string } }
   };

export type CancelRunMutationVariables = Exact<{
  id: string;
}>;


export type CancelRunMutation = { __typename: 'Mutation', cancelRun:
    | { __typename: 'CancelRunSuccess', run: { __typename: 'Run', id: string, status: RunStatus } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type StorageQueryVariables = Exact<{
  workspace: string;
}>;


export type StorageQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, storage: { __typename: 'WorkspaceStorage', bytes: number, maxBytes: number | null, share: number | null } | null } | null };

export type SecretsQueryVariables = Exact<{
  workspace: string;
  search?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
  policies: boolean;
}>;


export type SecretsQuery = { __typename: 'Query', secrets: Array<{ __typename: 'Secret', id: string, name: string, updatedAt: string }>, secretPolicies?: Array<{ __typename: 'SecretPolicy', id: string, name: string, hosts: Array<string> }> };

export type SecretPolicyQueryVariables = Exact<{
  workspace: string;
  name: string;
}>;


export type SecretPolicyQuery = { __typename: 'Query', secretPolicy: { __typename: 'SecretPolicy', id: string, hosts: Array<string>, methods: Array<string>, paths: Array<string>, places: Array<string>, lastUsedAt: string | null } | null };

export type SecretUsagesQueryVariables = Exact<{
  workspace: string;
  name: string;
}>;


export type SecretUsagesQuery = { __typename: 'Query', secretUsages: Array<{ __typename: 'SecretUsage', id: string, step: string, field: string, automation: { __typename: 'Automation', id: string, name: string } }> };

export type CreateSecretMutationVariables = Exact<{
  input: SecretInput;
}>;


export type CreateSecretMutation = { __typename: 'Mutation', createSecret:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'CreateSecretSuccess', secret: { __typename: 'Secret', id: string, name: string, updatedAt: string } }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidValueError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NameTakenError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SealedValueRejectedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'ValueTooLargeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type UpdateSecretMutationVariables = Exact<{
  input: SecretInput;
}>;


export type UpdateSecretMutation = { __typename: 'Mutation', updateSecret:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidValueError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SealedValueRejectedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'UpdateSecretSuccess', secret: { __typename: 'Secret', id: string, name: string, updatedAt: string } }
    | { __typename: 'ValueTooLargeError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type DeleteSecretMutationVariables = Exact<{
  input: SecretNameInput;
}>;


export type DeleteSecretMutation = { __typename: 'Mutation', deleteSecret:
    | { __typename: 'DeleteSecretSuccess', secret: { __typename: 'Secret', id: string, name: string, updatedAt: string } }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type SetSecretPolicyMutationVariables = Exact<{
  input: SecretPolicyInput;
}>;


export type SetSecretPolicyMutation = { __typename: 'Mutation', setSecretPolicy:
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidValueError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'PolicyWidensError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'SetSecretPolicySuccess', policy: { __typename: 'SecretPolicy', id: string, sealed: boolean } }
   };

export type SealingKeyQueryVariables = Exact<{
  workspace: string;
}>;


export type SealingKeyQuery = { __typename: 'Query', sealingKey: { __typename: 'SealingKey', id: string, kid: string, signature: string | null, rootCertificate: string | null, publicKey: { __typename: 'Jwk', kty: string, crv: string, x: string }, successions: Array<{ __typename: 'KeySuccession', certificate: string, statement: string }> } };

export type DeclaredDestinationsQueryVariables = Exact<{ [key: string]: never; }>;


export type DeclaredDestinationsQuery = { __typename: 'Query', stepTypes: Array<{ __typename: 'StepType', type: string, title: string, fields: Array<{ __typename: 'StepField', name: string, label: string, acceptsSecrets: boolean, destinations: { __typename: 'FieldDestinations', hosts: Array<string>, fields: Array<string>, computed: boolean } | null }> }> };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { __typename: 'Query', viewer: { __typename: 'Viewer', id: string, name: string, email: string | null, workspaces: Array<{ __typename: 'Workspace', id: string, name: string, viewerRole: Role }> } | null };

export type AcceptInvitationMutationVariables = Exact<{
  token: string;
}>;


export type AcceptInvitationMutation = { __typename: 'Mutation', acceptInvitation:
    | { __typename: 'AcceptInvitationSuccess', workspace: { __typename: 'Workspace', id: string } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type SignUpPolicyQueryVariables = Exact<{ [key: string]: never; }>;


export type SignUpPolicyQuery = { __typename: 'Query', signUp: { __typename: 'SignUp', mode: SignUpMode, hasAccounts: boolean } };

export type ApiTokensQueryVariables = Exact<{
  workspace: string;
}>;


export type ApiTokensQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, apiTokens: Array<{ __typename: 'ApiToken', id: string, name: string, role: Role, scopes: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedFrom: string | null, owner: { __typename: 'Member', id: string, name: string } | null }> } | null };

export type CreateApiTokenMutationVariables = Exact<{
  input: ApiTokenInput;
}>;


export type CreateApiTokenMutation = { __typename: 'Mutation', createApiToken:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'CreateApiTokenSuccess', id: string, token: string }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export type RevokeApiTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiTokenMutation = { __typename: 'Mutation', revokeApiToken:
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'RevokeApiTokenSuccess', id: string }
   };

export type WorkspaceQueryVariables = Exact<{
  id: string;
}>;


export type WorkspaceQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, name: string, viewerRole: Role, paused: string | null } | null };

export type PauseQueryVariables = Exact<{
  id: string;
}>;


export type PauseQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, paused: string | null } | null };

export type AdminsQueryVariables = Exact<{
  workspace: string;
}>;


export type AdminsQuery = { __typename: 'Query', workspace: { __typename: 'Workspace', id: string, members: Array<{ __typename: 'Member', id: string, name: string, role: Role }> } | null };

export type CreateWorkspaceMutationVariables = Exact<{
  input: CreateWorkspaceInput;
}>;


export type CreateWorkspaceMutation = { __typename: 'Mutation', createWorkspace:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'CreateWorkspaceSuccess', workspace: { __typename: 'Workspace', id: string } }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NameTakenError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, reason: string, at: { __typename: 'ErrorPlace', step: string | null, field: string | null, row: number | null, line: number | null, column: number | null } | null }
   };

export const RefusalFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RefusalFragment, unknown>;
export const EditedAutomationFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EditedAutomation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Automation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"hookUrl"}},{"kind":"Field","name":{"kind":"Name","value":"hookSignature"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"style"}},{"kind":"Field","name":{"kind":"Name","value":"verifyToken"}},{"kind":"Field","name":{"kind":"Name","value":"format"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"header"}},{"kind":"Field","name":{"kind":"Name","value":"algorithm"}},{"kind":"Field","name":{"kind":"Name","value":"encoding"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"signed"}},{"kind":"Field","name":{"kind":"Name","value":"timestampHeader"}},{"kind":"Field","name":{"kind":"Name","value":"toleranceSeconds"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"hookAnswer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"waitSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cron"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"fields"}},{"kind":"Field","name":{"kind":"Name","value":"timeoutSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"delaySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"on"}}]}},{"kind":"Field","name":{"kind":"Name","value":"onError"}}]}}]}}]} as unknown as DocumentNode<EditedAutomationFragment, unknown>;
export const RunStateFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Run"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"secrets"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RunStateFragment, unknown>;
export const AuditLogDocument = {"__meta__":{"hash":"6d5319206ba675a2282d2ee1aaf22fa6c2fe741077ce86d2bf8b2dd383ebb934"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"action"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actor"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"secret"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"automation"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}},{"kind":"Argument","name":{"kind":"Name","value":"action"},"value":{"kind":"Variable","name":{"kind":"Name","value":"action"}}},{"kind":"Argument","name":{"kind":"Name","value":"actor"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actor"}}},{"kind":"Argument","name":{"kind":"Name","value":"secret"},"value":{"kind":"Variable","name":{"kind":"Name","value":"secret"}}},{"kind":"Argument","name":{"kind":"Name","value":"automation"},"value":{"kind":"Variable","name":{"kind":"Name","value":"automation"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"detail"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"client"}}]}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;
export const AutomationsDocument = {"__meta__":{"hash":"13f54ef974ac31cad92628eda806da0f40eb35fa1880ee28bca092ccaad3bb30"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Automations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"500"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"pausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}}]}}]}}]}}]} as unknown as DocumentNode<AutomationsQuery, AutomationsQueryVariables>;
export const DeleteAutomationDocument = {"__meta__":{"hash":"e747442274f8f4b9b0a68cb4a28236d779ace566b55083f59b63550a46c2b114"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"deleteAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<DeleteAutomationMutation, DeleteAutomationMutationVariables>;
export const AutomationContentDocument = {"__meta__":{"hash":"8c6356d6a89a1668e7c798684399e321fd6baa2f3e6981725d8f12e87e3615b3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AutomationContent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"fields"}},{"kind":"Field","name":{"kind":"Name","value":"timeoutSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"delaySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"on"}}]}},{"kind":"Field","name":{"kind":"Name","value":"onError"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hookSignature"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"style"}},{"kind":"Field","name":{"kind":"Name","value":"verifyToken"}},{"kind":"Field","name":{"kind":"Name","value":"format"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"header"}},{"kind":"Field","name":{"kind":"Name","value":"algorithm"}},{"kind":"Field","name":{"kind":"Name","value":"encoding"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"signed"}},{"kind":"Field","name":{"kind":"Name","value":"timestampHeader"}},{"kind":"Field","name":{"kind":"Name","value":"toleranceSeconds"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"hookAnswer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"waitSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cron"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}}]}}]} as unknown as DocumentNode<AutomationContentQuery, AutomationContentQueryVariables>;
export const DuplicateAutomationDocument = {"__meta__":{"hash":"fa01cbb3757526a503dcd725999d251db1948deb311eba3492641955100ce287"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DuplicateAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AutomationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"createAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<DuplicateAutomationMutation, DuplicateAutomationMutationVariables>;
export const RenameAutomationDocument = {"__meta__":{"hash":"7c98822e23bf656090782fbeec690d79066a035d7f909fe6da5e7e94b0311b41"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RenameAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAutomationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"updateAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RenameAutomationMutation, RenameAutomationMutationVariables>;
export const PauseAutomationDocument = {"__meta__":{"hash":"9b5d56b02ee7fd4fcc04bb410d12cdb2c904c80810a1b2a255cb8315044256ff"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"pauseAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PauseAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"pausedAt"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<PauseAutomationMutation, PauseAutomationMutationVariables>;
export const ResumeAutomationDocument = {"__meta__":{"hash":"28df513347d9a8ec820e40c8385f69c6d4206cc7d8a61a483074c5d2e03aae59"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"resumeAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ResumeAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"pausedAt"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<ResumeAutomationMutation, ResumeAutomationMutationVariables>;
export const EditorAutomationDocument = {"__meta__":{"hash":"7b63fde19f629ada58d356678b6ed3f8b698e337037ebb72b38e21f2513cadde"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EditorAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EditedAutomation"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EditedAutomation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Automation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"hookUrl"}},{"kind":"Field","name":{"kind":"Name","value":"hookSignature"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"style"}},{"kind":"Field","name":{"kind":"Name","value":"verifyToken"}},{"kind":"Field","name":{"kind":"Name","value":"format"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"header"}},{"kind":"Field","name":{"kind":"Name","value":"algorithm"}},{"kind":"Field","name":{"kind":"Name","value":"encoding"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"signed"}},{"kind":"Field","name":{"kind":"Name","value":"timestampHeader"}},{"kind":"Field","name":{"kind":"Name","value":"toleranceSeconds"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"hookAnswer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"waitSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cron"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"fields"}},{"kind":"Field","name":{"kind":"Name","value":"timeoutSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"delaySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"on"}}]}},{"kind":"Field","name":{"kind":"Name","value":"onError"}}]}}]}}]} as unknown as DocumentNode<EditorAutomationQuery, EditorAutomationQueryVariables>;
export const AutomationPauseDocument = {"__meta__":{"hash":"7354e79774987e9be806372643e5e74fab66d9f9cc8dd6f0da08e98489b543f9"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AutomationPause"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"pausedAt"}}]}}]}}]} as unknown as DocumentNode<AutomationPauseQuery, AutomationPauseQueryVariables>;
export const LastSamplesDocument = {"__meta__":{"hash":"d18365e02cdd51cacf112fcd68236c6dbbee51c531b134ad916706f9e3fa83f3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LastSamples"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"variables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"variables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"sample"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LastSamplesQuery, LastSamplesQueryVariables>;
export const StepTypesDocument = {"__meta__":{"hash":"b0fccbcf486855e834261d50d0a7cf959a3727f15fd1ae59e026e70ce5f6d426"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StepTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"stepTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"required"}},{"kind":"Field","name":{"kind":"Name","value":"acceptsSecrets"}},{"kind":"Field","name":{"kind":"Name","value":"options"}},{"kind":"Field","name":{"kind":"Name","value":"help"}},{"kind":"Field","name":{"kind":"Name","value":"default"}},{"kind":"Field","alias":{"kind":"Name","value":"when"},"name":{"kind":"Name","value":"shownIf"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"is"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"requiredWhen"},"name":{"kind":"Name","value":"requiredIf"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"is"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"textWhen"},"name":{"kind":"Name","value":"textIf"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"is"}}]}},{"kind":"Field","name":{"kind":"Name","value":"min"}},{"kind":"Field","name":{"kind":"Name","value":"max"}},{"kind":"Field","name":{"kind":"Name","value":"integer"}},{"kind":"Field","name":{"kind":"Name","value":"language"}}]}}]}}]}}]} as unknown as DocumentNode<StepTypesQuery, StepTypesQueryVariables>;
export const SecretNamesDocument = {"__meta__":{"hash":"2c3c83816c43176eaeb0b96f72291326ff06566cb62950e1edd485637072bd0c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SecretNames"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secrets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}}]} as unknown as DocumentNode<SecretNamesQuery, SecretNamesQueryVariables>;
export const CreateAutomationDocument = {"__meta__":{"hash":"51d8d35bab55ed50dcf900ca52d8d668e9982c8f5bdb138970ab2be35dc9d755"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AutomationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"createAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EditedAutomation"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EditedAutomation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Automation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"hookUrl"}},{"kind":"Field","name":{"kind":"Name","value":"hookSignature"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"style"}},{"kind":"Field","name":{"kind":"Name","value":"verifyToken"}},{"kind":"Field","name":{"kind":"Name","value":"format"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"header"}},{"kind":"Field","name":{"kind":"Name","value":"algorithm"}},{"kind":"Field","name":{"kind":"Name","value":"encoding"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"signed"}},{"kind":"Field","name":{"kind":"Name","value":"timestampHeader"}},{"kind":"Field","name":{"kind":"Name","value":"toleranceSeconds"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"hookAnswer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"waitSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cron"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"fields"}},{"kind":"Field","name":{"kind":"Name","value":"timeoutSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"delaySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"on"}}]}},{"kind":"Field","name":{"kind":"Name","value":"onError"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<CreateAutomationMutation, CreateAutomationMutationVariables>;
export const UpdateAutomationDocument = {"__meta__":{"hash":"661e5f2eb988279f84cbdc8b249df9ffb53a5d16f9279ca43a4fdd8579363b04"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAutomationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"updateAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EditedAutomation"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EditedAutomation"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Automation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"hookUrl"}},{"kind":"Field","name":{"kind":"Name","value":"hookSignature"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"style"}},{"kind":"Field","name":{"kind":"Name","value":"verifyToken"}},{"kind":"Field","name":{"kind":"Name","value":"format"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"header"}},{"kind":"Field","name":{"kind":"Name","value":"algorithm"}},{"kind":"Field","name":{"kind":"Name","value":"encoding"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"signed"}},{"kind":"Field","name":{"kind":"Name","value":"timestampHeader"}},{"kind":"Field","name":{"kind":"Name","value":"toleranceSeconds"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"hookAnswer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"waitSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cron"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"fields"}},{"kind":"Field","name":{"kind":"Name","value":"timeoutSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"retry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"delaySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"on"}}]}},{"kind":"Field","name":{"kind":"Name","value":"onError"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<UpdateAutomationMutation, UpdateAutomationMutationVariables>;
export const HookUrlDocument = {"__meta__":{"hash":"a48234683285817834d78e943067c1eb18d49ee501ccbe4e9e3fdb67a7dbe112"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"HookUrl"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"hookUrl"}}]}}]}}]} as unknown as DocumentNode<HookUrlQuery, HookUrlQueryVariables>;
export const RotateHookDocument = {"__meta__":{"hash":"5dff4729f85b723f1929bef29fa7ca4c1a48b87441784c6cded07e0ebf284a1f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateHook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"rotateHook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RotateHookSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"hookUrl"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RotateHookMutation, RotateHookMutationVariables>;
export const TestStepDocument = {"__meta__":{"hash":"eb6d7129e22995ea93ae710a57778025ddd1ab247012e6b172f1c85c9fdb280c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestStep"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TestStepInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"testStep"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TestStepSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secrets"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<TestStepMutation, TestStepMutationVariables>;
export const KeyHealthDocument = {"__meta__":{"hash":"19e56efc27e6b6e10613039dc50bb3fa326d568618cd08d2b041398ee30295e8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"KeyHealth"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"recoveryCertificates"}},{"kind":"Field","name":{"kind":"Name","value":"rootCertificateExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}}]}}]}}]}}]} as unknown as DocumentNode<KeyHealthQuery, KeyHealthQueryVariables>;
export const MembersDocument = {"__meta__":{"hash":"ee41bec64f933899dd9b5d617d8c31f363e5e703febaaf6a6a82dbd6774c1d60"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Members"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"members"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}}]}}]}}]} as unknown as DocumentNode<MembersQuery, MembersQueryVariables>;
export const InvitationsDocument = {"__meta__":{"hash":"2aeb43e552cdb78f6a361011a1be04d645a34e3518fbd2349dabbb583a00d57b"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Invitations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"invitations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]}}]}}]} as unknown as DocumentNode<InvitationsQuery, InvitationsQueryVariables>;
export const InviteMemberDocument = {"__meta__":{"hash":"86ed57c133d81989c49fb484798d76c1c226bcac8b3744f45c327bda61f63366"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"InviteMember"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"InviteMemberInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"inviteMember"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InviteMemberSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<InviteMemberMutation, InviteMemberMutationVariables>;
export const RevokeInvitationDocument = {"__meta__":{"hash":"4a498f1ddb13464012f0fe76af9ee02ef429f23da9e7b53e938d7be945a205d5"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeInvitation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"revokeInvitation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RevokeInvitationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RevokeInvitationMutation, RevokeInvitationMutationVariables>;
export const SetMemberRoleDocument = {"__meta__":{"hash":"1c84a41d0b68216ec66e9b6fb489693dadedd6648e39cf870d4641f1c937b36e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetMemberRole"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"MemberRoleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"setMemberRole"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SetMemberRoleSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<SetMemberRoleMutation, SetMemberRoleMutationVariables>;
export const RemoveMemberDocument = {"__meta__":{"hash":"f914a12ae763464e5191ccf22a53d89008cebf2388433c677ff1bbaad09ebbb5"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveMember"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"MemberInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"removeMember"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveMemberSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RemoveMemberMutation, RemoveMemberMutationVariables>;
export const RunsDocument = {"__meta__":{"hash":"785bc86438ba40cccc82c0790123edf43a117fc4485cf24d3d5e5ac10776454e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Runs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"automation"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"status"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RunStatus"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"automation"},"value":{"kind":"Variable","name":{"kind":"Name","value":"automation"}}},{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"Variable","name":{"kind":"Name","value":"status"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"startedBy"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<RunsQuery, RunsQueryVariables>;
export const AutomationNamesDocument = {"__meta__":{"hash":"9219500c416e2d0c9965bf5ae65c5d8a524ef82e05abb5e4550a5f22023f1f1e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AutomationNames"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"automations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<AutomationNamesQuery, AutomationNamesQueryVariables>;
export const StepTypeTitlesDocument = {"__meta__":{"hash":"af2bf72ee5570d0ecae4fd29cef3f6b1deeb41746bc802eebf390bc4090428e8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StepTypeTitles"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"stepTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]} as unknown as DocumentNode<StepTypeTitlesQuery, StepTypeTitlesQueryVariables>;
export const RunDocument = {"__meta__":{"hash":"c5cc59d3b3a7defa7aa7d12ab144111bcae30b14e545cdc443a190f9a463b175"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Run"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"run"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunState"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"startedBy"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Run"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"secrets"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RunQuery, RunQueryVariables>;
export const RunUpdatedDocument = {"__meta__":{"hash":"866d9419b2a0f80caf2e6726ad0ce584107f4278744ea8e6a303e7db0eb99c59"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"RunUpdated"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunState"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunState"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Run"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"input"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"secrets"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RunUpdatedSubscription, RunUpdatedSubscriptionVariables>;
export const RunAutomationDocument = {"__meta__":{"hash":"edd6a425de3161a6f2d25b2d6e3b69c49e08edb34f2c914b69c92133999fedd4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RunAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RunAutomationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"runAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RunAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RunAutomationMutation, RunAutomationMutationVariables>;
export const RestartRunDocument = {"__meta__":{"hash":"d9bb954f3260109b56f4c2f4eadb77f9d82982fe34ab2b004b51d78410cf4b05"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RestartRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"restartRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RestartRunSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RestartRunMutation, RestartRunMutationVariables>;
export const CancelRunDocument = {"__meta__":{"hash":"307cfa86219fa035f6889fd0f3f64ec96bc4b586781838094e9eebc2846072a1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cancelRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CancelRunSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<CancelRunMutation, CancelRunMutationVariables>;
export const StorageDocument = {"__meta__":{"hash":"631d61e81aab967bc9298ab930d57ac32330834ed6d1a09e1b45376884ac005f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Storage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"storage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"maxBytes"}},{"kind":"Field","name":{"kind":"Name","value":"share"}}]}}]}}]}}]} as unknown as DocumentNode<StorageQuery, StorageQueryVariables>;
export const SecretsDocument = {"__meta__":{"hash":"288c0dc0e17a72d7eb6d3038d7f0ecbdc6724ec78f0db6c66957414c1211d59e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Secrets"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"policies"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secrets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secretPolicies"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"directives":[{"kind":"Directive","name":{"kind":"Name","value":"include"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"if"},"value":{"kind":"Variable","name":{"kind":"Name","value":"policies"}}}]}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"hosts"}}]}}]}}]} as unknown as DocumentNode<SecretsQuery, SecretsQueryVariables>;
export const SecretPolicyDocument = {"__meta__":{"hash":"b7b6ef89af23be407d5e6e90bd7ae67ce2b8cbae34e70cc0b3501f1330645ea9"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SecretPolicy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secretPolicy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"hosts"}},{"kind":"Field","name":{"kind":"Name","value":"methods"}},{"kind":"Field","name":{"kind":"Name","value":"paths"}},{"kind":"Field","name":{"kind":"Name","value":"places"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]}}]} as unknown as DocumentNode<SecretPolicyQuery, SecretPolicyQueryVariables>;
export const SecretUsagesDocument = {"__meta__":{"hash":"14aac491afc9e8a36ab6ddd39c3098a61799f4f4dfcb847d19ad0a46440119f4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SecretUsages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secretUsages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"automation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]} as unknown as DocumentNode<SecretUsagesQuery, SecretUsagesQueryVariables>;
export const CreateSecretDocument = {"__meta__":{"hash":"42e4c72c0b3d1a55693dd131dbf6f70c8dadae23dd2f7d790d28882090cd71a4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"createSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateSecretSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<CreateSecretMutation, CreateSecretMutationVariables>;
export const UpdateSecretDocument = {"__meta__":{"hash":"dd85f76c2bb979e84dad1a5ebcee3afb3b011990b174cd67b3fc57c6ae853cd4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"updateSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateSecretSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<UpdateSecretMutation, UpdateSecretMutationVariables>;
export const DeleteSecretDocument = {"__meta__":{"hash":"644b3e87aa954d6bc3ecf2c33bb547dc4f3c0820099858373e9f079012e935c8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretNameInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"deleteSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteSecretSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"secret"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<DeleteSecretMutation, DeleteSecretMutationVariables>;
export const SetSecretPolicyDocument = {"__meta__":{"hash":"5677276a839936301c68e744342a9cc65834f841f3aba48ddec801b7dc141d5c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSecretPolicy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretPolicyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"setSecretPolicy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SetSecretPolicySuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"policy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sealed"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<SetSecretPolicyMutation, SetSecretPolicyMutationVariables>;
export const SealingKeyDocument = {"__meta__":{"hash":"e149d5c62ec7094b61ff3d29626ced507a30e4922519c7778f6f73c810e2a0e0"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SealingKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"sealingKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kid"}},{"kind":"Field","name":{"kind":"Name","value":"publicKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"kty"}},{"kind":"Field","name":{"kind":"Name","value":"crv"}},{"kind":"Field","name":{"kind":"Name","value":"x"}}]}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"rootCertificate"}},{"kind":"Field","name":{"kind":"Name","value":"successions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"certificate"}},{"kind":"Field","name":{"kind":"Name","value":"statement"}}]}}]}}]}}]} as unknown as DocumentNode<SealingKeyQuery, SealingKeyQueryVariables>;
export const DeclaredDestinationsDocument = {"__meta__":{"hash":"415d8989550af9945e193c33e60bad0f55c6bcebd0f227d324399ce6f6b95dc2"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeclaredDestinations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"stepTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"acceptsSecrets"}},{"kind":"Field","name":{"kind":"Name","value":"destinations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hosts"}},{"kind":"Field","name":{"kind":"Name","value":"fields"}},{"kind":"Field","name":{"kind":"Name","value":"computed"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DeclaredDestinationsQuery, DeclaredDestinationsQueryVariables>;
export const ViewerDocument = {"__meta__":{"hash":"ac986c433f04375330c783b104460cedf8ad8b4d263b62e5d7cf66a421c3a3a0"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"workspaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"viewerRole"}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const AcceptInvitationDocument = {"__meta__":{"hash":"fa32469cee5a31a2f42be894faa3835ee674e338d7c9de853f27cbd9112cf0f7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcceptInvitation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"token"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"acceptInvitation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"token"},"value":{"kind":"Variable","name":{"kind":"Name","value":"token"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AcceptInvitationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<AcceptInvitationMutation, AcceptInvitationMutationVariables>;
export const SignUpPolicyDocument = {"__meta__":{"hash":"22eed7b5c986a835d08f7c1a31ba0d2359f626fa92897191fe2ed3f4a76d3fd2"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SignUpPolicy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"signUp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"hasAccounts"}}]}}]}}]} as unknown as DocumentNode<SignUpPolicyQuery, SignUpPolicyQueryVariables>;
export const ApiTokensDocument = {"__meta__":{"hash":"f63091318752304dba2236241d47cb9fa7b1ef79cafc50537bc6eaf06cba12d4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ApiTokens"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"apiTokens"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedFrom"}}]}}]}}]}}]} as unknown as DocumentNode<ApiTokensQuery, ApiTokensQueryVariables>;
export const CreateApiTokenDocument = {"__meta__":{"hash":"476e12b18a73b803d52e1077c1cc036d29fb767661f1eb1b780360d95d33f661"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ApiTokenInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"createApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateApiTokenSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"token"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<CreateApiTokenMutation, CreateApiTokenMutationVariables>;
export const RevokeApiTokenDocument = {"__meta__":{"hash":"beb30806a6d4a148c4f8a5362e8f6a7a465d5c2909c39526e5b75f7f382b005f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"revokeApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RevokeApiTokenSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>;
export const WorkspaceDocument = {"__meta__":{"hash":"09bab3826e07b01bff1fb52dc1a5ff3c2f9038b52142de382a2feb7866320b4a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Workspace"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"viewerRole"}},{"kind":"Field","name":{"kind":"Name","value":"paused"}}]}}]}}]} as unknown as DocumentNode<WorkspaceQuery, WorkspaceQueryVariables>;
export const PauseDocument = {"__meta__":{"hash":"6dec16acf008d486f237253a008d7c88bbbe384ec1454a3700b8b4f91cf901f3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Pause"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"paused"}}]}}]}}]} as unknown as DocumentNode<PauseQuery, PauseQueryVariables>;
export const AdminsDocument = {"__meta__":{"hash":"d06cb2ce8c68a73d06b3b23d30ce7b60d985359ee445c28ed494ce00f47c2144"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Admins"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"members"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}}]}}]}}]} as unknown as DocumentNode<AdminsQuery, AdminsQueryVariables>;
export const CreateWorkspaceDocument = {"__meta__":{"hash":"47d3f9f66c0495d8948d83956199265c3f9a1cc63966295579ac9b3eef798b94"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWorkspace"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWorkspaceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"createWorkspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWorkspaceSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"Refusal"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"at"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"step"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"row"}},{"kind":"Field","name":{"kind":"Name","value":"line"}},{"kind":"Field","name":{"kind":"Name","value":"column"}}]}}]}}]} as unknown as DocumentNode<CreateWorkspaceMutation, CreateWorkspaceMutationVariables>;