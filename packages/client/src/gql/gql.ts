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
    "query ListSecrets($workspace: ID!, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery WorkspaceSealingKey($workspace: ID!) {\n  sealingKey(workspace: $workspace) {\n    kid\n    jwk\n    signature\n    rootCertificate\n    successions {\n      certificate\n      statement\n    }\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation RunAutomation($input: RunAutomationInput!) {\n  runAutomation(input: $input) {\n    __typename\n    ... on RunAutomationSuccess {\n      run {\n        id\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nsubscription WatchRun($id: ID!) {\n  runUpdated(id: $id) {\n    id\n    status\n    output\n    error {\n      code\n      message\n    }\n    finishedAt\n  }\n}": typeof types.ListSecretsDocument,
};
const documents: Documents = {
    "query ListSecrets($workspace: ID!, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery WorkspaceSealingKey($workspace: ID!) {\n  sealingKey(workspace: $workspace) {\n    kid\n    jwk\n    signature\n    rootCertificate\n    successions {\n      certificate\n      statement\n    }\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation RunAutomation($input: RunAutomationInput!) {\n  runAutomation(input: $input) {\n    __typename\n    ... on RunAutomationSuccess {\n      run {\n        id\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nsubscription WatchRun($id: ID!) {\n  runUpdated(id: $id) {\n    id\n    status\n    output\n    error {\n      code\n      message\n    }\n    finishedAt\n  }\n}": types.ListSecretsDocument,
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
export function graphql(source: "query ListSecrets($workspace: ID!, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery WorkspaceSealingKey($workspace: ID!) {\n  sealingKey(workspace: $workspace) {\n    kid\n    jwk\n    signature\n    rootCertificate\n    successions {\n      certificate\n      statement\n    }\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation RunAutomation($input: RunAutomationInput!) {\n  runAutomation(input: $input) {\n    __typename\n    ... on RunAutomationSuccess {\n      run {\n        id\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nsubscription WatchRun($id: ID!) {\n  runUpdated(id: $id) {\n    id\n    status\n    output\n    error {\n      code\n      message\n    }\n    finishedAt\n  }\n}"): (typeof documents)["query ListSecrets($workspace: ID!, $first: Int!, $after: String) {\n  secrets(workspace: $workspace, first: $first, after: $after) {\n    name\n    updatedAt\n  }\n}\n\nquery WorkspaceSealingKey($workspace: ID!) {\n  sealingKey(workspace: $workspace) {\n    kid\n    jwk\n    signature\n    rootCertificate\n    successions {\n      certificate\n      statement\n    }\n  }\n}\n\nmutation CreateSecret($input: SecretInput!) {\n  createSecret(input: $input) {\n    __typename\n    ... on CreateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation UpdateSecret($input: SecretInput!) {\n  updateSecret(input: $input) {\n    __typename\n    ... on UpdateSecretSuccess {\n      secret {\n        name\n        updatedAt\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nmutation RunAutomation($input: RunAutomationInput!) {\n  runAutomation(input: $input) {\n    __typename\n    ... on RunAutomationSuccess {\n      run {\n        id\n      }\n    }\n    ... on Error {\n      code\n      message\n    }\n  }\n}\n\nsubscription WatchRun($id: ID!) {\n  runUpdated(id: $id) {\n    id\n    status\n    output\n    error {\n      code\n      message\n    }\n    finishedAt\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;