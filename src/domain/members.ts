import { LockMode } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Invitation, Membership, type Role } from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { statement } from '../store/statements.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import { endTokens } from './api-tokens.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkGrant, type Grantor, lockGrantor } from './grants.ts'
import { rotateHooks } from './hooks.ts'
import { isWorkspaceId, newId, parsePublicId } from './ids.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'
import { checkEmail } from './person.ts'
import { isPlainText } from './plain-text.ts'
import { type Scope, scopesOf } from './scopes.ts'
import { newToken, tokenHash } from './tokens.ts'

export interface Member {
  workspace: string
  /** Of the person. */
  id: string
  name: string
  email: string
  role: Role
}

export type OpenInvitation = Pick<
  Invitation,
  'workspace' | 'id' | 'email' | 'role' | 'createdAt' | 'expiresAt'
>

const INVITATION_DAYS = 7
const MAX_MEMBERS = 1000

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
  ): Promise<{ url: string; invitation: OpenInvitation }>
  /** Invitations of several workspaces that still work, the newest first. */
  invitationsOfMany(workspaces: readonly string[]): Promise<OpenInvitation[]>
  /** @returns the invitation as it was. */
  revokeInvitation(actor: Actor, id: string): Promise<OpenInvitation>
  /** The email of an invitation; `undefined` when the invitation is unknown, used or too old. */
  invitedEmail(token: string): Promise<string | undefined>
  /** Makes a person a member, if the invitation is for their email. @returns the workspace's id. */
  accept(actor: Actor, user: { id: string; email: string }, token: string): Promise<string>
}

interface MemberParts {
  store: Store
  rights: RightsSignals
  publicUrl: string
}

export function createMembers({ store, rights, publicUrl }: MemberParts): Members {
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
      invite({ store, publicUrl }, actor, by, { workspace, address: email, role, once }),
    invitationsOfMany: (workspaces) => store.read(invitationsOfWorkspaces, [workspaces, databaseTime()]),
    revokeInvitation: (actor, id) => store.inTransaction((tx) => revokeInvitation(tx, actor, id)),
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
const invitationsOfWorkspaces = statement(
  `select workspace_id as workspace, id, email, role, created_at as "createdAt", expires_at as "expiresAt"
     from invitation where workspace_id = any ($1) and expires_at > $2 order by created_at desc, id desc`,
)

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

async function invite(
  { store, publicUrl }: Pick<MemberParts, 'store' | 'publicUrl'>,
  actor: Actor,
  by: Grantor,
  {
    workspace,
    address,
    role,
    once,
  }: { workspace: string; address: string; role: Role; once: Once | undefined },
): Promise<{ url: string; invitation: OpenInvitation }> {
  const email = checkEmail(address)
  const createdAt = databaseTime()
  const expiresAt = new Date(createdAt.getTime() + INVITATION_DAYS * 24 * 60 * 60 * 1000)
  const invitation = { workspace, id: newId(), email, role, createdAt, expiresAt }
  // The token is in the fragment, which a browser sends to no server and puts into no `Referer`.
  const madeOf = (made: OpenInvitation, token: string) => ({
    url: `${publicUrl}/invite#${token}`,
    invitation: made,
  })
  return store.inTransaction(async (tx) => {
    checkGrant(await lockGrantor(tx, workspace, by), scopesOf(role))
    const earlier = await takeOnce(tx, workspace, once, invitation.id)
    if (earlier !== undefined) {
      const made = await tx.findOne(Invitation, { workspace, id: earlier })
      if (!made) throw madeIsGone()
      return madeOf(made, newToken(workspace, once?.secretFor(earlier)))
    }
    await tx.nativeDelete(Invitation, { workspace, expiresAt: { $lte: createdAt } })
    const people = (await tx.count(Membership, { workspace })) + (await tx.count(Invitation, { workspace }))
    if (people >= MAX_MEMBERS) {
      throw new AppError('LIMIT_REACHED', `A workspace has at most ${MAX_MEMBERS} members and invitations.`, {
        limit: 'members',
      })
    }
    const token = newToken(workspace, once?.secretFor(invitation.id))
    await tx.insert(Invitation, { ...invitation, tokenHash: tokenHash(token), invitedBy: by.owner })
    await recordAudit(tx, { workspace, actor, action: 'member.invite', target: email, detail: { role } })
    return madeOf(invitation, token)
  })
}

async function revokeInvitation(tx: Tx, actor: Actor, publicInvitationId: string): Promise<OpenInvitation> {
  const where = parsePublicId(publicInvitationId)
  const invitation = where && (await tx.findOne(Invitation, where))
  // If two people revoke it at once, or one accepts it meanwhile, only one succeeds.
  if (!invitation || (await tx.nativeDelete(Invitation, where)) === 0) {
    throw new AppError('NOT_FOUND', 'There is no such invitation. It may be used or revoked already.')
  }
  const { workspace, email, role } = invitation
  const entry = { workspace, actor, action: 'invitation.revoke', target: email } as const
  await recordAudit(tx, { ...entry, detail: { role } })
  return invitation
}

async function findInvitation(em: Em, token: string): Promise<Invitation | undefined> {
  const workspace = token.split('.', 1)[0] ?? ''
  if (!isWorkspaceId(workspace)) return undefined
  const where = { workspace, tokenHash: tokenHash(token), expiresAt: { $gt: databaseTime() } }
  return (await em.findOne(Invitation, where)) ?? undefined
}

async function accept(
  tx: Tx,
  actor: Actor,
  user: { id: string; email: string },
  token: string,
): Promise<string> {
  const invitation = await findInvitation(tx, token)
  if (!invitation || invitation.email !== user.email.toLowerCase()) {
    throw invitationRefused()
  }
  const { workspace, role, tokenHash: hash } = invitation
  // If two people use it at once, only one succeeds.
  if ((await tx.nativeDelete(Invitation, { workspace, tokenHash: hash })) === 0) throw invitationRefused()
  const membership = { workspace, user: user.id, role, createdAt: databaseTime() }
  // A member who is invited as an admin becomes one; an admin who is invited as a member stays one.
  if (role === 'ADMIN') await tx.upsert(Membership, membership, { onConflictMergeFields: ['role'] })
  else await tx.upsert(Membership, membership, { onConflictAction: 'ignore' })
  await recordAudit(tx, { workspace, actor, action: 'member.join', target: user.email })
  return workspace
}

function invitationRefused(): AppError {
  const advice = 'It may be used, older than a week or for another email. Ask an admin for a new one.'
  return new AppError('NOT_FOUND', `This invitation does not work. ${advice}`)
}
