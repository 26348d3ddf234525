import { type Domain, publicId } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import { workspaceOf } from './automation.ts'
import { attempt, defineResult } from './result.ts'
import type { RoleRef, WorkspaceRow } from './workspace.ts'

type ApiTokenRow = Awaited<ReturnType<Domain['apiTokens']['listOfMany']>>[number]

export function defineApiToken(builder: Builder, { RoleType, Workspace }: RoleRef): void {
  const ApiToken = builder.objectRef<ApiTokenRow>('ApiToken').implement({
    description: 'A bearer token. The token itself is shown only once, when it is made.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      name: t.exposeString('name'),
      role: t.field({ type: RoleType, resolve: ({ role }) => role }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Exact to the minute; null: it was never used.',
      }),
    }),
  })
  builder.objectField(Workspace, 'apiTokens', (t) =>
    t.field({
      type: [ApiToken],
      extensions: costs({ weight: 5, size: 50 }),
      description: 'The newest first. Only for admins.',
      authScopes: ({ id }: WorkspaceRow) => ({ admin: id }),
      resolve: ({ id }, _args, { loaders }) => loaders.apiTokens.load(id),
    }),
  )
  const ApiTokenInput = builder.inputType('ApiTokenInput', {
    fields: (t) => ({ workspace: t.id(), name: t.string(), role: t.field({ type: RoleType }) }),
  })
  const CreateApiTokenResult = defineResult<{ id: string; token: string }>(
    builder,
    'CreateApiToken',
    ['INVALID_NAME', 'LIMIT_REACHED'],
    (t) => ({
      id: t.exposeID('id'),
      token: t.exposeString('token', { description: 'Shown only this once.' }),
    }),
  )
  const RevokeApiTokenResult = defineResult<{ id: string }>(
    builder,
    'RevokeApiToken',
    ['NOT_FOUND'],
    (t) => ({
      id: t.exposeID('id'),
    }),
  )
  builder.mutationFields((t) => ({
    createApiToken: t.field({
      type: CreateApiTokenResult,
      authScopes: (_parent, { input }) => ({ admin: input.workspace }),
      args: { input: t.arg({ type: ApiTokenInput }) },
      resolve: (_parent, { input: { workspace, name, role } }, { domain, caller }) =>
        attempt(() => domain.apiTokens.create(actorOf(caller), workspace, name, role)),
    }),
    revokeApiToken: t.field({
      type: RevokeApiTokenResult,
      authScopes: (_parent, { id }) => ({ admin: workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => {
          await domain.apiTokens.revoke(actorOf(caller), id)
          return { id }
        }),
    }),
  }))
}
