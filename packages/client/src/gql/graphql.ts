/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** Where a value may go, as in `SecretPolicy`. A member that is absent, null or empty allows everything. */
export type PolicyInput = {
  /** `api.example.com`, `*.example.com`, optionally `:port`; plain HTTP only with `http://` before it. */
  hosts?: Array<string> | null | undefined;
  /** HTTP methods in upper case. */
  methods?: Array<string> | null | undefined;
  /** Prefixes of the path of a URL: `/v1/` covers `/v1/charges`, but not `/v1x`. */
  paths?: Array<string> | null | undefined;
  /** `header:NAME`, `query:NAME`, `body`, `url`, or `STEP_TYPE.FIELD`. */
  places?: Array<string> | null | undefined;
};

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

/** Who a request is made by. */
export type ViewerKind =
  /** An API token. */
  | 'API_TOKEN'
  /** A person. */
  | 'PERSON';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, kind: ViewerKind, name: string, workspaces: Array<{ id: string, name: string, viewerRole: Role }> } | null };

export type ListSecretsQueryVariables = Exact<{
  workspace: string;
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListSecretsQuery = { secretsConnection: { totalCount: number, edges: Array<{ node: { id: string, name: string, updatedAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ListAutomationsQueryVariables = Exact<{
  workspace: string;
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListAutomationsQuery = { automationsConnection: { totalCount: number, edges: Array<{ node: { id: string, name: string, version: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WorkspaceSealingKeyQueryVariables = Exact<{
  workspace: string;
}>;


export type WorkspaceSealingKeyQuery = { sealingKey: { kid: string, jwk: unknown, signature: string | null, rootCertificate: string | null, successions: Array<{ certificate: string, statement: string }> } };

export type CreateSecretMutationVariables = Exact<{
  input: SecretInput;
}>;


export type CreateSecretMutation = { createSecret:
    | { __typename: 'ConflictError', code: ErrorCode, message: string }
    | { __typename: 'CreateSecretSuccess', secret: { id: string, name: string, updatedAt: string } }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string }
    | { __typename: 'InvalidValueError', code: ErrorCode, message: string }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string }
    | { __typename: 'NameTakenError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'SealedValueRejectedError', code: ErrorCode, message: string }
    | { __typename: 'ValueTooLargeError', code: ErrorCode, message: string }
   };

export type UpdateSecretMutationVariables = Exact<{
  input: SecretInput;
  ifUpdatedAt?: string | null | undefined;
}>;


export type UpdateSecretMutation = { updateSecret:
    | { __typename: 'ConflictError', code: ErrorCode, message: string }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string }
    | { __typename: 'InvalidNameError', code: ErrorCode, message: string }
    | { __typename: 'InvalidValueError', code: ErrorCode, message: string }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'SealedValueRejectedError', code: ErrorCode, message: string }
    | { __typename: 'UpdateSecretSuccess', secret: { id: string, name: string, updatedAt: string } }
    | { __typename: 'ValueTooLargeError', code: ErrorCode, message: string }
   };

export type RunAutomationMutationVariables = Exact<{
  input: RunAutomationInput;
}>;


export type RunAutomationMutation = { runAutomation:
    | { __typename: 'ConflictError', code: ErrorCode, message: string }
    | { __typename: 'InvalidFieldError', code: ErrorCode, message: string }
    | { __typename: 'LimitReachedError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'RunAutomationSuccess', run: { id: string, status: RunStatus } }
   };

export type FollowSecretsSubscriptionVariables = Exact<{
  workspace: string;
  search?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type FollowSecretsSubscription = { secretsChanged: { totalCount: number, edges: Array<{ node: { id: string, name: string, updatedAt: string } }> } };

export type FollowRunsSubscriptionVariables = Exact<{
  workspace: string;
  automation?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type FollowRunsSubscription = { runsChanged: { edges: Array<{ node: { id: string, status: RunStatus, createdAt: string, finishedAt: string | null } }> } };

export type WatchRunSubscriptionVariables = Exact<{
  id: string;
}>;


export type WatchRunSubscription = { runUpdated: { id: string, status: RunStatus, output: unknown, finishedAt: string | null, error: { code: string, message: string } | null } };


export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"viewerRole"}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const ListSecretsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListSecrets"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secretsConnection"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListSecretsQuery, ListSecretsQueryVariables>;
export const ListAutomationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListAutomations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"automationsConnection"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListAutomationsQuery, ListAutomationsQueryVariables>;
export const WorkspaceSealingKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WorkspaceSealingKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sealingKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kid"}},{"kind":"Field","name":{"kind":"Name","value":"jwk"}},{"kind":"Field","name":{"kind":"Name","value":"signature"}},{"kind":"Field","name":{"kind":"Name","value":"rootCertificate"}},{"kind":"Field","name":{"kind":"Name","value":"successions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"certificate"}},{"kind":"Field","name":{"kind":"Name","value":"statement"}}]}}]}}]}}]} as unknown as DocumentNode<WorkspaceSealingKeyQuery, WorkspaceSealingKeyQueryVariables>;
export const CreateSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateSecretSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<CreateSecretMutation, CreateSecretMutationVariables>;
export const UpdateSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SecretInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ifUpdatedAt"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"ifUpdatedAt"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ifUpdatedAt"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateSecretSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<UpdateSecretMutation, UpdateSecretMutationVariables>;
export const RunAutomationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RunAutomation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RunAutomationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runAutomation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RunAutomationSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RunAutomationMutation, RunAutomationMutationVariables>;
export const FollowSecretsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowSecrets"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secretsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FollowSecretsSubscription, FollowSecretsSubscriptionVariables>;
export const FollowRunsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowRuns"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"automation"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}},{"kind":"Argument","name":{"kind":"Name","value":"automation"},"value":{"kind":"Variable","name":{"kind":"Name","value":"automation"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FollowRunsSubscription, FollowRunsSubscriptionVariables>;
export const WatchRunDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"WatchRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"output"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}}]}}]}}]} as unknown as DocumentNode<WatchRunSubscription, WatchRunSubscriptionVariables>;