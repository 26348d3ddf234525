import type { Member } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { attempt, defineResult } from './result.ts'
import type { RoleRef } from './workspace.ts'

/** Defines the mutations with which admins change the members of a workspace. */
export function defineMemberChanges(builder: Builder, { RoleType, MemberType }: RoleRef): void {
  const InviteMemberInput = builder.inputType('InviteMemberInput', {
    fields: (t) => ({ workspace: t.id(), email: t.string(), role: t.field({ type: RoleType }) }),
  })
  const MemberRoleInput = builder.inputType('MemberRoleInput', {
    fields: (t) => ({ workspace: t.id(), member: t.id(), role: t.field({ type: RoleType }) }),
  })
  const MemberInput = builder.inputType('MemberInput', {
    fields: (t) => ({ workspace: t.id(), member: t.id() }),
  })
  const InviteMemberResult = defineResult<{ url: string }>(
    builder,
    'InviteMember',
    ['INVALID_NAME', 'LIMIT_REACHED'],
    (t) => ({ url: t.exposeString('url') }),
  )
  const SetMemberRoleResult = defineResult<{ member: Member }>(
    builder,
    'SetMemberRole',
    ['NOT_FOUND', 'LAST_ADMIN'],
    (t) => ({ member: t.field({ type: MemberType, resolve: ({ member }) => member }) }),
  )
  const RemoveMemberResult = defineResult<{ id: string }>(
    builder,
    'RemoveMember',
    ['NOT_FOUND', 'LAST_ADMIN'],
    (t) => ({ id: t.exposeID('id') }),
  )
  builder.mutationFields((t) => ({
    inviteMember: t.field({
      type: InviteMemberResult,
      description: 'The result contains the link. It works for a week and only for this email.',
      authScopes: (_parent, { input }) => ({ admin: input.workspace }),
      args: { input: t.arg({ type: InviteMemberInput }) },
      resolve: (_parent, { input: { workspace, email, role } }, { domain, caller }) =>
        attempt(() => domain.members.invite(actorOf(caller), workspace, email, role)),
    }),
    setMemberRole: t.field({
      type: SetMemberRoleResult,
      authScopes: (_parent, { input }) => ({ admin: input.workspace }),
      args: { input: t.arg({ type: MemberRoleInput }) },
      resolve: (_parent, { input: { workspace, member, role } }, { domain, caller }) =>
        attempt(async () => ({
          member: await domain.members.setRole(actorOf(caller), workspace, member, role),
        })),
    }),
    removeMember: t.field({
      type: RemoveMemberResult,
      authScopes: (_parent, { input }) => ({ admin: input.workspace }),
      args: { input: t.arg({ type: MemberInput }) },
      resolve: (_parent, { input: { workspace, member } }, { domain, caller }) =>
        attempt(async () => {
          await domain.members.remove(actorOf(caller), workspace, member)
          return { id: member }
        }),
    }),
  }))
}
