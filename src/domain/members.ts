import { LockMode } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Invitation, Membership, type Role } from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { statement } from '../store/statements.ts'
import type { Em, Tx } from '../store/store.ts'
import { endTokens } from './api-tokens.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkGrant, type Grantor, lockGrantor } from './grants.ts'
import { rotateHooks } from './hooks.ts'
import {
  accept,
  findInvitation,
  type InvitationOffer,
  type InvitationParts,
  invitationsOfWorkspaces,
  invite,
  type MadeInvitation,
  type OpenInvitation,
  offered,
  revokeInvitation,
} from './invitations.ts'
import type { Once } from './once.ts'
import { isPlainText } from './plain-text.ts'
import { type Scope, scopesOf } from './scopes.ts'

export interface Member {
  workspace: string
  /** Of the person. */
  id: string
  name: string
  email: string
  role: Role
}

export interface Members {
  /** The members of several workspaces, by name. */
  listOfMany(workspaces: readonly string[]): Promise<Member[]>
  /** With a role that may do less, what goes beyond it ends: the person's API tokens and open invitations. */
  setRole(actor: Actor, by: Grantor, workspace: string, member: string, role: Role): Promise<Member>
  /**
   * Ends the person's rights in the workspace, with their API tokens and open invitations.
   *
   * @param rotate whether every hook gets another URL: members see the URLs of all.
   * @returns the member as it was.
   */
  remove(actor: Actor, by: Grantor, workspace: string, member: string, rotate: boolean): Promise<Member>
  /** As {@link remove}, by the person. @throws AppError NOT_FOUND, LAST_ADMIN */
  leave(actor: Actor, workspace: string, person: string): Promise<Member>
  /** Makes an invitation. Its token is shown only in the returned link. */
  invite(
    actor: Actor,
    by: Grantor,
    workspace: string,
    email: string,
    role: Role,
    once?: Once,
  ): Promise<MadeInvitation>
  /** Invitations of several workspaces that still work, the newest first. */
  invitationsOfMany(workspaces: readonly string[]): Promise<OpenInvitation[]>
  /** @returns the invitation as it was. */
  revokeInvitation(actor: Actor, id: string): Promise<OpenInvitation>
  /** What an invitation offers; `undefined` when it is unknown, used or too old. */
  offered(token: string): Promise<InvitationOffer | undefined>
  /** The email of an invitation; `undefined` when the invitation is unknown, used or too old. */
  invitedEmail(token: string): Promise<string | undefined>
  /** Makes a person a member, if the invitation is for their email. @returns the workspace's id. */
  accept(actor: Actor, user: { id: string; email: string }, token: string): Promise<string>
}

interface MemberParts extends InvitationParts {
  rights: RightsSignals
}

export function createMembers({ store, rights, publicUrl, mailer }: MemberParts): Members {
  return {
    listOfMany: (workspaces) => store.read(membersOfWorkspaces, [workspaces]),
    setRole: (actor, by, workspace, member, role) =>
      rights.change(member, async (tx) => {
        const admins = await lockAdmins(tx, workspace)
        const own = await lockGrantor(tx, workspace, by)
        const found = await getMember(tx, workspace, member)
        checkGrant(own, added(found.role, role))
        if (role !== 'ADMIN') refuseLastAdmin(admins, member)
        await tx.nativeUpdate(Membership, { workspace, user: member }, { role })
        const entry = { workspace, actor, action: 'member.role', target: found.email } as const
        await recordAudit(tx, { ...entry, detail: { role } })
        await endGrants(tx, actor, workspace, found, scopesOf(role))
        return { ...found, role }
      }),
    remove: (actor, by, workspace, member, rotate) =>
      rights.change(member, async (tx) => {
        const admins = await lockAdmins(tx, workspace)
        await lockGrantor(tx, workspace, by)
        const found = await getMember(tx, workspace, member)
        refuseLastAdmin(admins, member)
        await tx.nativeDelete(Membership, { workspace, user: member })
        await recordAudit(tx, { workspace, actor, action: 'member.remove', target: found.email })
        await endGrants(tx, actor, workspace, found, scopesOf(undefined))
        if (rotate) await rotateHooks(tx, actor, workspace)
        return found
      }),
    leave: (actor, workspace, person) =>
      rights.change(person, async (tx) => {
        const admins = await lockAdmins(tx, workspace)
        const found = await getMember(tx, workspace, person)
        refuseLastAdmin(admins, person)
        await tx.nativeDelete(Membership, { workspace, user: person })
        await recordAudit(tx, { workspace, actor, action: 'member.leave', target: found.email })
        await endGrants(tx, actor, workspace, found, scopesOf(undefined))
        return found
      }),
    invite: (actor, by, workspace, email, role, once) =>
      invite({ store, publicUrl, mailer }, actor, by, { workspace, address: email, role, once }),
    invitationsOfMany: (workspaces) => store.read(invitationsOfWorkspaces, [workspaces, databaseTime()]),
    revokeInvitation: (actor, id) => store.inTransaction((tx) => revokeInvitation(tx, actor, id)),
    offered: (token) => offered(store, token),
    async invitedEmail(token) {
      const invitation = await findInvitation(store.em(), token)
      return invitation?.email
    },
    accept: (actor, user, token) => rights.change(user.id, (tx) => accept(tx, actor, user, token)),
  }
}

const MEMBERS = `select workspace_id as workspace, id, name, email, role from membership
  join auth_user on auth_user.id = membership."user"`
const membersOfWorkspaces = statement(`${MEMBERS} where workspace_id = any ($1) order by name, id`)
/**
 * Locks the admins, so that two who demote each other at once do not leave a workspace without one. The order is
 * always the same, so that neither waits for the other.
 */
async function lockAdmins(tx: Tx, workspace: string): Promise<string[]> {
  const where = { workspace, role: 'ADMIN' as const }
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { user: 'asc' } } as const
  const admins = await tx.find(Membership, where, options)
  return admins.map(({ user }) => user)
}

function refuseLastAdmin(admins: readonly string[], member: string): void {
  if (admins.length === 1 && admins[0] === member) {
    throw new AppError(
      'LAST_ADMIN',
      'A workspace keeps at least one admin. Make someone else an admin first.',
    )
  }
}

async function getMember(em: Em, workspace: string, user: string): Promise<Member> {
  const [member] = isPlainText(user)
    ? await em.execute<Member[]>(`${MEMBERS} where workspace_id = ? and "user" = ?`, [workspace, user])
    : []
  if (!member) throw new AppError('NOT_FOUND', 'There is no such member in this workspace.')
  return member
}

/** What another role brings. */
const added = (before: Role, role: Role): Scope[] =>
  [...scopesOf(role)].filter((it) => !scopesOf(before).has(it))

/** Ends what a person gave to programs and others, as far as it goes beyond what is left to the person. */
async function endGrants(
  tx: Tx,
  actor: Actor,
  workspace: string,
  { id, email }: Member,
  left: ReadonlySet<Scope>,
): Promise<void> {
  const detail = { owner: email }
  for (const target of await endTokens(tx, workspace, id, left)) {
    await recordAudit(tx, { workspace, actor, action: 'token.revoke', target, detail })
  }
  if (left.has('members:write')) return
  // Of one that does not say who made it, nobody knows that this person did not. It is at most a week old.
  const theirs = { workspace, $or: [{ invitedBy: id }, { invitedBy: null }] }
  const invitations = await tx.find(Invitation, theirs, { orderBy: { id: 'asc' } })
  await tx.nativeDelete(Invitation, theirs)
  for (const { email: target, role } of invitations) {
    const entry = { workspace, actor, action: 'invitation.revoke', target } as const
    await recordAudit(tx, { ...entry, detail: { role, invitedBy: email } })
  }
}
