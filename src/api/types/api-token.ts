import { type ListedApiToken, publicId, scopesOf } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf, grantorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import { workspaceOf } from './automation.ts'
import { defineConnection, MAX_LISTED, pageArguments, readWhole, USUAL_LISTED } from './connection.ts'
import { nodeType } from './node.ts'
import { attempt, defineResult, ONCE } from './result.ts'
import type { RoleRef, WorkspaceRow } from './workspace.ts'

export function defineApiToken(builder: Builder, { RoleType, MemberType, Workspace }: RoleRef): void {
  const ApiToken = builder.objectRef<ListedApiToken>('ApiToken').implement({
    interfaces: [nodeType(builder)],
    description: 'A bearer token. The token itself is shown only once, when it is made.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      name: t.exposeString('name'),
      role: t.field({ type: RoleType, resolve: ({ role }) => role }),
      scopes: t.stringList({
        resolve: ({ role, scopes: own }) => own ?? [...scopesOf(role)],
      }),
      owner: t.field({
        type: MemberType,
        nullable: true,
        description:
          "Who made it. It ends when they leave. Null: it is older than owners, and nobody's leaving ends it.",
        resolve: async ({ workspace, owner }, _args, { loaders }) =>
          owner === null ? null : (await loaders.members.load(workspace)).find(({ id }) => id === owner),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
      }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Exact to the minute; null: it was never used.',
      }),
      lastUsedFrom: t.exposeString('lastUsedFrom', {
        nullable: true,
        description: 'The address that it was used from then.',
      }),
    }),
  })
  builder.objectField(Workspace, 'apiTokens', (t) =>
    t.field({
      type: [ApiToken],
      extensions: costs({ weight: 5, size: 50 }),
      description: 'The newest first. Only for admins.',
      deprecationReason: 'Since 2026-11-27: use apiTokensConnection, which has pages.',
      authScopes: ({ id }: WorkspaceRow) => ({ 'members:write': id }),
      resolve: ({ id }, _args, { loaders }) => loaders.apiTokens.load(id),
    }),
  )
  const ApiTokenConnection = defineConnection(builder, 'ApiToken', ApiToken, { counts: true })
  builder.objectField(Workspace, 'apiTokensConnection', (t) =>
    t.field({
      type: ApiTokenConnection,
      extensions: costs({ weight: 5, most: MAX_LISTED, usual: USUAL_LISTED }),
      description: 'The API tokens, the newest first. Only for admins.',
      authScopes: ({ id }: WorkspaceRow) => ({ 'members:write': id }),
      args: pageArguments(t, MAX_LISTED),
      resolve: async ({ id }: WorkspaceRow, page, { loaders }) =>
        readWhole('apiTokens', id, await loaders.apiTokens.load(id), page),
    }),
  )
  const ApiTokenInput = builder.inputType('ApiTokenInput', {
    fields: (t) => ({
      idempotencyKey: t.string({ required: false, description: ONCE }),
      workspace: t.id(),
      name: t.string(),
      role: t.field({ type: RoleType }),
      scopes: t.stringList({ required: false }),
      expiresAt: t.field({
        type: 'DateTime',
        required: false,
      }),
    }),
  })
  const CreateApiTokenResult = defineResult<{ token: string; apiToken: ListedApiToken }>(
    builder,
    'CreateApiToken',
    ['INVALID_NAME', 'INVALID_FIELD', 'LIMIT_REACHED', 'CONFLICT'],
    (t) => ({
      id: t.id({
        description: 'The id of the API token.',
        resolve: ({ apiToken: { workspace, id } }) => publicId(workspace, id),
      }),
      token: t.exposeString('token', { description: 'The token itself, which is shown only this once.' }),
      apiToken: t.field({
        type: ApiToken,
        description: 'What was made.',
        resolve: ({ apiToken }) => apiToken,
      }),
    }),
  )
  const RevokeApiTokenResult = defineResult<{ apiToken: ListedApiToken }>(
    builder,
    'RevokeApiToken',
    ['NOT_FOUND'],
    (t) => ({
      id: t.id({
        description: 'The id of the API token.',
        resolve: ({ apiToken: { workspace, id } }) => publicId(workspace, id),
      }),
      apiToken: t.field({
        type: ApiToken,
        description: 'The API token as it was.',
        resolve: ({ apiToken }) => apiToken,
      }),
    }),
  )
  builder.mutationFields((t) => ({
    createApiToken: t.field({
      type: CreateApiTokenResult,
      authScopes: (_parent, { input }) => ({ 'members:write': input.workspace }),
      args: { input: t.arg({ type: ApiTokenInput }) },
      resolve: (_parent, { input: { workspace, ...token } }, { domain, caller, once }) =>
        attempt(async () => {
          const its = once('createApiToken', workspace, token)
          return domain.apiTokens.create(actorOf(caller), grantorOf(caller), workspace, token, its)
        }),
    }),
    revokeApiToken: t.field({
      type: RevokeApiTokenResult,
      authScopes: (_parent, { id }) => ({ 'members:write': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ apiToken: await domain.apiTokens.revoke(actorOf(caller), id) })),
    }),
  }))
}
