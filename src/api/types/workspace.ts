import { type Domain, type Member, namedId, publicId, type Role, type Storage } from '../../domain/index.ts'
import { AppError } from '../../errors.ts'
import type { Builder } from '../builder.ts'
import { actorOf, type Caller } from '../caller.ts'
import { graphqlError } from '../errors.ts'
import { costs } from '../query-cost.ts'
import { defineConnection, MAX_LISTED, pageArguments, readWhole, USUAL_LISTED } from './connection.ts'
import { nodeType } from './node.ts'
import { attempt, defineResult, ONCE, onceCodes } from './result.ts'

export type WorkspaceRow = NonNullable<Awaited<ReturnType<Domain['workspaces']['get']>>>
type SignedIn = Exclude<Caller, { kind: 'anonymous' }>

export type RoleRef = ReturnType<typeof defineWorkspace>

export function defineWorkspace(builder: Builder) {
  const RoleType = builder.enumType('Role', { values: ['ADMIN', 'MEMBER'] as const })
  const MemberType = builder.objectRef<Member>('Member').implement({
    interfaces: [nodeType(builder)],
    description: 'A person in a workspace.',
    fields: (t) => ({
      id: t.id({
        description: 'Of the membership: the same person has another one in another workspace.',
        resolve: ({ workspace, id }) => namedId(workspace, 'member', id),
      }),
      user: t.exposeID('id', { description: 'The id of the person, as in `Viewer.id`.' }),
      name: t.exposeString('name'),
      email: t.exposeString('email'),
      role: t.field({ type: RoleType, resolve: ({ role }) => role }),
    }),
  })
  const StorageType = builder.objectRef<Storage>('WorkspaceStorage').implement({
    description:
      'About how much a workspace stores: runs, automations, secrets and the audit log, as they are on disk. It is measured every ' +
      'few minutes.',
    fields: (t) => ({
      bytes: t.exposeFloat('bytes'),
      maxBytes: t.exposeFloat('maxBytes', {
        nullable: true,
        description: 'With so many no run is started any more. Null: there is no limit.',
      }),
      share: t.float({
        nullable: true,
        description: 'Of `maxBytes`, from 0. Null: there is no limit.',
        resolve: ({ bytes, maxBytes }) => (maxBytes === null ? null : bytes / maxBytes),
      }),
      measuredAt: t.expose('measuredAt', { type: 'DateTime' }),
    }),
  })
  const Workspace = builder.objectRef<WorkspaceRow>('Workspace').implement({
    interfaces: [nodeType(builder)],
    description: 'What people share: secrets, automations, and who may do what.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      viewerRole: t.field({
        type: RoleType,
        resolve: async ({ id }, _args, { roleIn }): Promise<Role> => {
          const role = await roleIn(id)
          if (!role) throw graphqlError(new AppError('FORBIDDEN', 'You do not belong to this workspace.'))
          return role
        },
      }),
      paused: t.string({
        nullable: true,
        description:
          'Why no run begins at the moment, in words for people. Null: the instance is not paused.',
        resolve: (_workspace, _args, { paused }) => paused() ?? null,
      }),
      storage: t.field({
        type: StorageType,
        nullable: true,
        extensions: costs({ weight: 5 }),
        description: 'Null: it was not measured yet, or nothing is stored.',
        authScopes: ({ id }) => ({ 'runs:read': id }),
        resolve: ({ id }, _args, { domain }) => domain.storage(id),
      }),
      members: t.field({
        type: [MemberType],
        extensions: costs({ weight: 5, size: 100 }),
        deprecationReason: 'Since 2026-11-27: use membersConnection, which has pages.',
        authScopes: ({ id }) => ({ 'members:read': id }),
        resolve: ({ id }, _args, { loaders }) => loaders.members.load(id),
      }),
    }),
  })
  const MemberConnection = defineConnection(builder, 'Member', MemberType, { counts: true })
  builder.objectField(Workspace, 'membersConnection', (t) =>
    t.field({
      type: MemberConnection,
      extensions: costs({ weight: 5, most: MAX_LISTED, usual: USUAL_LISTED }),
      description: 'The members, sorted by name.',
      authScopes: ({ id }: WorkspaceRow) => ({ 'members:read': id }),
      args: pageArguments(t, MAX_LISTED),
      resolve: async ({ id }: WorkspaceRow, page, { loaders }) =>
        readWhole('members', id, await loaders.members.load(id), page),
    }),
  )
  const ViewerKind = builder.enumType('ViewerKind', { values: ['PERSON', 'API_TOKEN'] as const })
  const Viewer = builder.objectRef<SignedIn>('Viewer').implement({
    description: 'Who is signed in: a person or an API token.',
    fields: (t) => ({
      kind: t.field({
        type: ViewerKind,
        resolve: ({ kind }) => (kind === 'user' ? 'PERSON' : 'API_TOKEN'),
      }),
      id: t.id({
        description: 'Of the person, or of the API token.',
        resolve: (caller) => (caller.kind === 'user' ? caller.id : publicId(caller.workspace, caller.id)),
      }),
      name: t.exposeString('name'),
      email: t.string({
        nullable: true,
        resolve: (caller) => (caller.kind === 'user' ? caller.email : null),
      }),
      workspaces: t.field({
        type: [Workspace],
        extensions: costs({ weight: 5, size: 20 }),
        resolve: async (caller, _args, { domain }) => {
          if (caller.kind === 'user') return domain.workspaces.listFor(caller.id)
          const workspace = await domain.workspaces.get(caller.workspace)
          return workspace ? [workspace] : []
        },
      }),
    }),
  })

  builder.queryFields((t) => ({
    viewer: t.field({
      type: Viewer,
      nullable: true,
      description: 'Null when signed out.',
      authScopes: { public: true },
      resolve: (_parent, _args, { caller }) => (caller.kind === 'anonymous' ? null : caller),
    }),
    workspace: t.field({
      type: Workspace,
      nullable: true,
      description: 'Null unless the viewer belongs to the workspace.',
      authScopes: { public: true },
      args: { id: t.arg.id() },
      resolve: async (_parent, { id }, { roleIn, domain }) =>
        (await roleIn(id)) ? domain.workspaces.get(id) : null,
    }),
  }))
  const CreateWorkspaceInput = builder.inputType('CreateWorkspaceInput', {
    description: 'The id is a slug (`acme`) and never changes.',
    fields: (t) => ({
      id: t.id(),
      name: t.string(),
      idempotencyKey: t.string({ required: false, description: ONCE }),
    }),
  })
  const result = (name: string, codes: Parameters<typeof defineResult>[2]) =>
    defineResult<{ workspace: WorkspaceRow }>(builder, name, codes, (t) => ({
      workspace: t.field({ type: Workspace, resolve: ({ workspace }) => workspace }),
    }))
  const CreateWorkspaceResult = result('CreateWorkspace', [
    'INVALID_NAME',
    'NAME_TAKEN',
    'NOT_FOUND',
    'LIMIT_REACHED',
    ...onceCodes,
  ])
  const RenameWorkspaceInput = builder.inputType('RenameWorkspaceInput', {
    description: 'The id of a workspace stays.',
    fields: (t) => ({
      workspace: t.id(),
      name: t.string(),
      ifName: t.string({
        required: false,
        description: 'The name that the client knows. If it is another one by now, the answer is CONFLICT.',
      }),
    }),
  })
  const RenameWorkspaceResult = result('RenameWorkspace', ['INVALID_NAME', 'NOT_FOUND', 'CONFLICT'])
  const DeleteWorkspaceInput = builder.inputType('DeleteWorkspaceInput', {
    description: 'The name shows that the person means this workspace.',
    fields: (t) => ({
      workspace: t.id({ description: 'The id of the workspace.' }),
      name: t.string({ description: 'The name of the workspace, as a person typed it.' }),
    }),
  })
  const DeleteWorkspaceResult = defineResult<{ id: string }>(
    builder,
    'DeleteWorkspace',
    ['NOT_FOUND', 'INVALID_FIELD'],
    (t) => ({ id: t.exposeID('id', { description: 'The id of the workspace.' }) }),
  )
  const AcceptInvitationResult = result('AcceptInvitation', ['NOT_FOUND'])
  builder.mutationFields((t) => ({
    createWorkspace: t.field({
      type: CreateWorkspaceResult,
      authScopes: { user: true },
      args: { input: t.arg({ type: CreateWorkspaceInput }) },
      resolve: (_parent, { input }, { domain, caller, once }) =>
        attempt(async () => {
          const its = once('createWorkspace', '', input)
          const [actor, user] = [actorOf(caller), userId(caller)]
          return { workspace: await domain.workspaces.create(actor, user, input.id, input.name, its) }
        }),
    }),
    renameWorkspace: t.field({
      type: RenameWorkspaceResult,
      description: 'Only for admins.',
      authScopes: (_parent, { input }) => ({ 'members:write': input.workspace }),
      args: { input: t.arg({ type: RenameWorkspaceInput }) },
      resolve: (_parent, { input: { workspace, name, ifName } }, { domain, caller }) =>
        attempt(async () => ({
          workspace: await domain.workspaces.rename(actorOf(caller), workspace, name, ifName),
        })),
    }),
    deleteWorkspace: t.field({
      type: DeleteWorkspaceResult,
      description:
        'Only for admins. Nothing of the workspace can be read or started any more. Its secrets are gone, its keys are destroyed ' +
        'and its files removed within minutes, and only its audit log is kept, for the operator. Its id stays taken.',
      authScopes: (_parent, { input }) => ({ $all: { user: true, 'members:write': input.workspace } }),
      args: { input: t.arg({ type: DeleteWorkspaceInput }) },
      resolve: (_parent, { input: { workspace, name } }, { domain, caller }) =>
        attempt(async () => {
          const by = { owner: userId(caller) }
          await domain.workspaces.delete(actorOf(caller), by, workspace, name)
          return { id: workspace }
        }),
    }),
    acceptInvitation: t.field({
      type: AcceptInvitationResult,
      description:
        'Joins the workspace that invited this person. The token is the part of the link after the #.',
      authScopes: { user: true },
      args: { token: t.arg.string() },
      resolve: (_parent, { token }, { domain, caller }) =>
        attempt(async () => ({ workspace: await accept(domain, caller, token) })),
    }),
  }))
  return { RoleType, MemberType, Workspace }
}

/** The id of the signed-in person, for fields behind the scope `user`. */
function userId(caller: Caller): string {
  if (caller.kind === 'user') return caller.id
  throw new AppError('FORBIDDEN', 'Only a person can do this, an API token cannot.')
}

async function accept(domain: Domain, caller: Caller, token: string): Promise<WorkspaceRow> {
  if (caller.kind !== 'user')
    throw new AppError('FORBIDDEN', 'Only a person can do this, an API token cannot.')
  const id = await domain.members.accept(actorOf(caller), caller, token)
  const workspace = await domain.workspaces.get(id)
  if (!workspace) throw new AppError('NOT_FOUND', 'The workspace is gone.')
  return workspace
}
