import { type MadeInvitation, type Member, parseNamedId } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf, grantorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import type { AutomationRef } from './automation.ts'
import type { InvitationRef } from './invitation.ts'
import { attempt, defineResult, ONCE, onceCodes } from './result.ts'
import type { RoleRef } from './workspace.ts'

/** Defines the mutations with which admins change the members of a workspace. */
export function defineMemberChanges(
  builder: Builder,
  { RoleType, MemberType }: RoleRef,
  Automation: AutomationRef,
  Invitation: InvitationRef,
): void {
  const InviteMemberInput = builder.inputType('InviteMemberInput', {
    fields: (t) => ({
      idempotencyKey: t.string({ required: false, description: ONCE }),
      workspace: t.id(),
      email: t.string(),
      role: t.field({ type: RoleType }),
    }),
  })
  const MemberRoleInput = builder.inputType('MemberRoleInput', {
    fields: (t) => ({ workspace: t.id(), member: t.id(), role: t.field({ type: RoleType }) }),
  })
  const MemberInput = builder.inputType('MemberInput', {
    fields: (t) => ({
      workspace: t.id(),
      member: t.id(),
      rotateHooks: t.boolean({
        required: false,
        defaultValue: false,
        description: 'Whether every hook gets another URL: the person could see them all.',
      }),
    }),
  })
  const InviteMemberResult = defineResult<MadeInvitation>(
    builder,
    'InviteMember',
    ['INVALID_NAME', 'LIMIT_REACHED', ...onceCodes],
    (t) => ({
      url: t.exposeString('url', {
        description:
          'The link for the invited person, which is shown only this once. Its fragment has the token.',
      }),
      mailed: t.exposeBoolean('mailed', {
        description: 'Whether the person gets a mail with the link.',
      }),
      invitation: t.field({
        type: Invitation,
        description: 'What was made.',
        resolve: ({ invitation }) => invitation,
      }),
    }),
  )
  const SetMemberRoleResult = defineResult<{ member: Member }>(
    builder,
    'SetMemberRole',
    ['NOT_FOUND', 'LAST_ADMIN'],
    (t) => ({ member: t.field({ type: MemberType, resolve: ({ member }) => member }) }),
  )
  const RemoveMemberResult = defineResult<{ id: string; member: Member; hooksRotated: boolean }>(
    builder,
    'RemoveMember',
    ['NOT_FOUND', 'LAST_ADMIN'],
    (t) => ({
      id: t.exposeID('id', { description: 'The id as it stood in the input.' }),
      member: t.field({
        type: MemberType,
        description: 'The member as it was.',
        resolve: ({ member }) => member,
      }),
      hooks: t.field({
        type: [Automation],
        extensions: costs({ weight: 10, size: 500 }),
        nullable: true,
        description: 'The automations whose hooks the person could see, by name.',
        authScopes: ({ member }) => ({ 'automations:read': member.workspace }),
        resolve: ({ member: { workspace } }, _args, { domain }) => domain.automations.list(workspace),
      }),
      hooksRotated: t.exposeBoolean('hooksRotated'),
    }),
  )
  const LeaveWorkspaceResult = defineResult<{ member: Member }>(
    builder,
    'LeaveWorkspace',
    ['NOT_FOUND', 'LAST_ADMIN'],
    (t) => ({
      member: t.field({
        type: MemberType,
        description: 'The member as it was.',
        resolve: ({ member }) => member,
      }),
    }),
  )
  builder.mutationField('leaveWorkspace', (t) =>
    t.field({
      type: LeaveWorkspaceResult,
      description:
        'Ends the membership of the person who asks, with their API tokens and the open invitations that they made. The last ' +
        'admin cannot leave.',
      authScopes: { user: true },
      args: { workspace: t.arg.id({ description: 'The id of the workspace.' }) },
      resolve: (_parent, { workspace }, { domain, caller }) =>
        attempt(async () => {
          const person = caller.kind === 'user' ? caller.id : ''
          return { member: await domain.members.leave(actorOf(caller), workspace, person) }
        }),
    }),
  )
  builder.mutationFields((t) => ({
    inviteMember: t.field({
      type: InviteMemberResult,
      description: 'The result contains the link. It works for a week and only for this email.',
      authScopes: (_parent, { input }) => ({ 'members:write': input.workspace }),
      args: { input: t.arg({ type: InviteMemberInput }) },
      resolve: (_parent, { input: { workspace, ...person } }, { domain, caller, once }) =>
        attempt(async () => {
          const its = once('inviteMember', workspace, person)
          const { email, role } = person
          return domain.members.invite(actorOf(caller), grantorOf(caller), workspace, email, role, its)
        }),
    }),
    setMemberRole: t.field({
      type: SetMemberRoleResult,
      description:
        'With less than before, the API tokens of the person that may do more end, and so do the open invitations that ' +
        'they made.',
      authScopes: (_parent, { input }) => ({ 'members:write': input.workspace }),
      args: { input: t.arg({ type: MemberRoleInput }) },
      resolve: (_parent, { input: { workspace, member, role } }, { domain, caller }) =>
        attempt(async () => ({
          member: await domain.members.setRole(
            actorOf(caller),
            grantorOf(caller),
            workspace,
            personOf(workspace, member),
            role,
          ),
        })),
    }),
    removeMember: t.field({
      type: RemoveMemberResult,
      description:
        'Their API tokens of this workspace, and the open invitations that they made, end with it.',
      authScopes: (_parent, { input }) => ({ 'members:write': input.workspace }),
      args: { input: t.arg({ type: MemberInput }) },
      resolve: (_parent, { input: { workspace, member, rotateHooks } }, { domain, caller }) =>
        attempt(async () => {
          const hooksRotated = rotateHooks === true
          const person = personOf(workspace, member)
          const [actor, by] = [actorOf(caller), grantorOf(caller)]
          return {
            id: member,
            member: await domain.members.remove(actor, by, workspace, person, hooksRotated),
            hooksRotated,
          }
        }),
    }),
  }))
}

/** The id of the person whom an input names by the id of the member, or by that of the person as before there were ids of members. */
function personOf(workspace: string, id: string): string {
  const named = parseNamedId(id)
  return named?.kind === 'member' && named.workspace === workspace ? named.name : id
}
