import { type InvitationOffer as Offer, type OpenInvitation, publicId } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import { workspaceOf } from './automation.ts'
import { defineConnection, MAX_LISTED, pageArguments, readWhole, USUAL_LISTED } from './connection.ts'
import { nodeType } from './node.ts'
import { attempt, defineResult } from './result.ts'
import type { RoleRef, WorkspaceRow } from './workspace.ts'

export type InvitationRef = ReturnType<typeof defineInvitation>

export function defineInvitation(builder: Builder, { RoleType, Workspace }: RoleRef) {
  const Invitation = builder.objectRef<OpenInvitation>('Invitation').implement({
    interfaces: [nodeType(builder)],
    description: 'An invitation that still works. Its link is shown only once, when the invitation is made.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      email: t.exposeString('email'),
      role: t.field({ type: RoleType, resolve: ({ role }) => role }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    }),
  })
  const InvitationOffer = builder.objectRef<Offer>('InvitationOffer').implement({
    description: 'What an invitation offers, for the person who has its link.',
    fields: (t) => ({
      workspace: t.exposeString('workspace', { description: 'The name of the workspace.' }),
      invitedBy: t.exposeString('invitedBy', {
        nullable: true,
        description: 'The name of the person who made it; null: it is not known any more.',
      }),
      email: t.exposeString('email', { description: 'The email that it is for.' }),
      role: t.field({ type: RoleType, description: 'What the person becomes.', resolve: ({ role }) => role }),
    }),
  })
  builder.queryField('invitationOffer', (t) =>
    t.field({
      type: InvitationOffer,
      nullable: true,
      description: 'Null: the invitation is used, revoked or too old, or there is none.',
      // Whoever has the link may join. They see what for, before they have an account.
      authScopes: { public: true },
      extensions: costs({ weight: 5 }),
      args: { token: t.arg.string({ description: 'The part of the link after the #.' }) },
      resolve: (_parent, { token }, { domain }) => domain.members.offered(token),
    }),
  )
  builder.objectField(Workspace, 'invitations', (t) =>
    t.field({
      type: [Invitation],
      extensions: costs({ weight: 5, size: 50 }),
      description: 'The newest first. Only for admins.',
      deprecationReason: 'Since 2026-11-27: use invitationsConnection, which has pages.',
      authScopes: ({ id }: WorkspaceRow) => ({ 'members:write': id }),
      resolve: ({ id }, _args, { loaders }) => loaders.invitations.load(id),
    }),
  )
  const InvitationConnection = defineConnection(builder, 'Invitation', Invitation, { counts: true })
  builder.objectField(Workspace, 'invitationsConnection', (t) =>
    t.field({
      type: InvitationConnection,
      extensions: costs({ weight: 5, most: MAX_LISTED, usual: USUAL_LISTED }),
      description: 'The invitations that still work, the newest first. Only for admins.',
      authScopes: ({ id }: WorkspaceRow) => ({ 'members:write': id }),
      args: pageArguments(t, MAX_LISTED),
      resolve: async ({ id }: WorkspaceRow, page, { loaders }) =>
        readWhole('invitations', id, await loaders.invitations.load(id), page),
    }),
  )
  const RevokeInvitationResult = defineResult<{ invitation: OpenInvitation }>(
    builder,
    'RevokeInvitation',
    ['NOT_FOUND'],
    (t) => ({
      id: t.id({
        description: 'The id of the invitation.',
        resolve: ({ invitation: { workspace, id } }) => publicId(workspace, id),
      }),
      invitation: t.field({
        type: Invitation,
        description: 'The invitation as it was.',
        resolve: ({ invitation }) => invitation,
      }),
    }),
  )
  builder.mutationField('revokeInvitation', (t) =>
    t.field({
      type: RevokeInvitationResult,
      authScopes: (_parent, { id }) => ({ 'members:write': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain, caller }) =>
        attempt(async () => ({ invitation: await domain.members.revokeInvitation(actorOf(caller), id) })),
    }),
  )
  return Invitation
}
