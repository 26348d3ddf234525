/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment Refusal on Error {\n  code\n  message\n}": typeof types.RefusalFragmentDoc,
    "query Secrets($workspace: ID!, $search: String, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, search: $search, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery SecretPolicy($workspace: ID!, $name: String!) {\n  secretPolicy(workspace: $workspace, name: $name) {\n    allowedHosts\n    lastUsedAt\n  }\n}\n\nquery SecretUsages($workspace: ID!, $name: String!) {\n  secretUsages(workspace: $workspace, name: $name) {\n    automation {\n      id\n      name\n    }\n    step\n    field\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation DeleteSecret($input: SecretNameInput!) {\n  deleteSecret(input: $input) {\n    __typename\n    ... on DeleteSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation SetSecretPolicy($input: SecretPolicyInput!) {\n  setSecretPolicy(input: $input) {\n    __typename\n    ... on SetSecretPolicySuccess {\n      policy {\n        allowedHosts\n        lastUsedAt\n      }\n    }\n    ...Refusal\n  }\n}": typeof types.SecretsDocument,
    "query Viewer {\n  viewer {\n    id\n    name\n    email\n    workspaces {\n      id\n      name\n      viewerRole\n    }\n  }\n}\n\nmutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    __typename\n    ... on AcceptInvitationSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}": typeof types.ViewerDocument,
    "query Workspace($id: ID!) {\n  workspace(id: $id) {\n    id\n    name\n    viewerRole\n  }\n}\n\nquery Admins($workspace: ID!) {\n  workspace(id: $workspace) {\n    members {\n      id\n      name\n      role\n    }\n  }\n}\n\nmutation CreateWorkspace($input: CreateWorkspaceInput!) {\n  createWorkspace(input: $input) {\n    __typename\n    ... on CreateWorkspaceSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}": typeof types.WorkspaceDocument,
};
const documents: Documents = {
    "fragment Refusal on Error {\n  code\n  message\n}": types.RefusalFragmentDoc,
    "query Secrets($workspace: ID!, $search: String, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, search: $search, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery SecretPolicy($workspace: ID!, $name: String!) {\n  secretPolicy(workspace: $workspace, name: $name) {\n    allowedHosts\n    lastUsedAt\n  }\n}\n\nquery SecretUsages($workspace: ID!, $name: String!) {\n  secretUsages(workspace: $workspace, name: $name) {\n    automation {\n      id\n      name\n    }\n    step\n    field\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation DeleteSecret($input: SecretNameInput!) {\n  deleteSecret(input: $input) {\n    __typename\n    ... on DeleteSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation SetSecretPolicy($input: SecretPolicyInput!) {\n  setSecretPolicy(input: $input) {\n    __typename\n    ... on SetSecretPolicySuccess {\n      policy {\n        allowedHosts\n        lastUsedAt\n      }\n    }\n    ...Refusal\n  }\n}": types.SecretsDocument,
    "query Viewer {\n  viewer {\n    id\n    name\n    email\n    workspaces {\n      id\n      name\n      viewerRole\n    }\n  }\n}\n\nmutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    __typename\n    ... on AcceptInvitationSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}": types.ViewerDocument,
    "query Workspace($id: ID!) {\n  workspace(id: $id) {\n    id\n    name\n    viewerRole\n  }\n}\n\nquery Admins($workspace: ID!) {\n  workspace(id: $workspace) {\n    members {\n      id\n      name\n      role\n    }\n  }\n}\n\nmutation CreateWorkspace($input: CreateWorkspaceInput!) {\n  createWorkspace(input: $input) {\n    __typename\n    ... on CreateWorkspaceSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}": types.WorkspaceDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Refusal on Error {\n  code\n  message\n}"): (typeof documents)["fragment Refusal on Error {\n  code\n  message\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Secrets($workspace: ID!, $search: String, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, search: $search, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery SecretPolicy($workspace: ID!, $name: String!) {\n  secretPolicy(workspace: $workspace, name: $name) {\n    allowedHosts\n    lastUsedAt\n  }\n}\n\nquery SecretUsages($workspace: ID!, $name: String!) {\n  secretUsages(workspace: $workspace, name: $name) {\n    automation {\n      id\n      name\n    }\n    step\n    field\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation DeleteSecret($input: SecretNameInput!) {\n  deleteSecret(input: $input) {\n    __typename\n    ... on DeleteSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation SetSecretPolicy($input: SecretPolicyInput!) {\n  setSecretPolicy(input: $input) {\n    __typename\n    ... on SetSecretPolicySuccess {\n      policy {\n        allowedHosts\n        lastUsedAt\n      }\n    }\n    ...Refusal\n  }\n}"): (typeof documents)["query Secrets($workspace: ID!, $search: String, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, search: $search, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery SecretPolicy($workspace: ID!, $name: String!) {\n  secretPolicy(workspace: $workspace, name: $name) {\n    allowedHosts\n    lastUsedAt\n  }\n}\n\nquery SecretUsages($workspace: ID!, $name: String!) {\n  secretUsages(workspace: $workspace, name: $name) {\n    automation {\n      id\n      name\n    }\n    step\n    field\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation DeleteSecret($input: SecretNameInput!) {\n  deleteSecret(input: $input) {\n    __typename\n    ... on DeleteSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ...Refusal\n  }\n}\n\nmutation SetSecretPolicy($input: SecretPolicyInput!) {\n  setSecretPolicy(input: $input) {\n    __typename\n    ... on SetSecretPolicySuccess {\n      policy {\n        allowedHosts\n        lastUsedAt\n      }\n    }\n    ...Refusal\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer {\n  viewer {\n    id\n    name\n    email\n    workspaces {\n      id\n      name\n      viewerRole\n    }\n  }\n}\n\nmutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    __typename\n    ... on AcceptInvitationSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}"): (typeof documents)["query Viewer {\n  viewer {\n    id\n    name\n    email\n    workspaces {\n      id\n      name\n      viewerRole\n    }\n  }\n}\n\nmutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    __typename\n    ... on AcceptInvitationSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Workspace($id: ID!) {\n  workspace(id: $id) {\n    id\n    name\n    viewerRole\n  }\n}\n\nquery Admins($workspace: ID!) {\n  workspace(id: $workspace) {\n    members {\n      id\n      name\n      role\n    }\n  }\n}\n\nmutation CreateWorkspace($input: CreateWorkspaceInput!) {\n  createWorkspace(input: $input) {\n    __typename\n    ... on CreateWorkspaceSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}"): (typeof documents)["query Workspace($id: ID!) {\n  workspace(id: $id) {\n    id\n    name\n    viewerRole\n  }\n}\n\nquery Admins($workspace: ID!) {\n  workspace(id: $workspace) {\n    members {\n      id\n      name\n      role\n    }\n  }\n}\n\nmutation CreateWorkspace($input: CreateWorkspaceInput!) {\n  createWorkspace(input: $input) {\n    __typename\n    ... on CreateWorkspaceSuccess {\n      workspace {\n        id\n      }\n    }\n    ...Refusal\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;