import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import type { Mailer } from '../mail/mailer.ts'
import { Invitation, Membership, type Role } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkGrant, type Grantor, lockGrantor } from './grants.ts'
import { isWorkspaceId, newId, parsePublicId } from './ids.ts'
import { invitationMail } from './invitation-mail.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'
import { checkEmail } from './person.ts'
import { scopesOf } from './scopes.ts'
import { newToken, tokenHash } from './tokens.ts'

export interface InvitationParts {
  store: Store
  publicUrl: string
  /** Undefined: no mails are sent. */
  mailer: Pick<Mailer, 'send'> | undefined
}

export type OpenInvitation = Pick<
  Invitation,
  'workspace' | 'id' | 'email' | 'role' | 'createdAt' | 'expiresAt'
>

/** What a person who has the link of an invitation may know of it. */
export interface InvitationOffer {
  workspace: string
  /** The name of who made it; null: it is not known, or they are gone. */
  invitedBy: string | null
  email: string
  role: Role
}

export interface MadeInvitation {
  url: string
  invitation: OpenInvitation
  /** Whether the person gets a mail with the link. */
  mailed: boolean
}

const INVITATION_DAYS = 7
const MAX_MEMBERS = 1000
// Stops a workspace from sending mails to many strangers.
const MOST_MAILS_AN_HOUR = 50
const namesOfInvitation = statement(
  `select name as workspace, (select name from auth_user where id = $2) as "invitedBy"
     from workspace where id = $1 and deleted_at is null`,
)
export const invitationsOfWorkspaces = statement(
  `select workspace_id as workspace, id, email, role, created_at as "createdAt", expires_at as "expiresAt"
     from invitation where workspace_id = any ($1) and expires_at > $2 order by created_at desc, id desc`,
)

export async function invite(
  { store, publicUrl, mailer }: InvitationParts,
  actor: Actor,
  by: Grantor,
  {
    workspace,
    address,
    role,
    once,
  }: { workspace: string; address: string; role: Role; once: Once | undefined },
): Promise<MadeInvitation> {
  const email = checkEmail(address)
  const createdAt = databaseTime()
  const expiresAt = new Date(createdAt.getTime() + INVITATION_DAYS * 24 * 60 * 60 * 1000)
  const invitation = { workspace, id: newId(), email, role, createdAt, expiresAt }
  // The token is in the fragment, which a browser sends to no server and puts into no `Referer`.
  const madeOf = (made: OpenInvitation, token: string, mailed: boolean) => ({
    url: `${publicUrl}/invite#${token}`,
    invitation: made,
    mailed,
  })
  const made = await store.inTransaction(async (tx) => {
    checkGrant(await lockGrantor(tx, workspace, by), scopesOf(role))
    const earlier = await takeOnce(tx, workspace, once, invitation.id)
    if (earlier !== undefined) {
      const made = await tx.findOne(Invitation, { workspace, id: earlier })
      if (!made) throw madeIsGone()
      return madeOf(made, newToken(workspace, once?.secretFor(earlier)), false)
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
    return madeOf(invitation, token, mailer !== undefined && (await mayMail(tx, workspace)))
  })
  if (made.mailed) await sendMail({ store, mailer }, actor, by, made)
  return made
}

/** Counts invitations of the last hour, also those that were revoked. */
async function mayMail(tx: Tx, workspace: string): Promise<boolean> {
  const [row] = await tx.execute<{ invited: number }[]>(
    `select count(*)::int as invited from audit_event
      where workspace_id = ? and action = 'member.invite' and id >= first_id_at(clock_timestamp() - interval '1 hour')`,
    [workspace],
  )
  return (row?.invited ?? 0) <= MOST_MAILS_AN_HOUR
}

/** In the background: how long it takes tells nothing, and a mail server that is away fails nobody. */
async function sendMail(
  { store, mailer }: Pick<InvitationParts, 'store' | 'mailer'>,
  actor: Actor,
  by: Grantor,
  { url, invitation: { workspace, email } }: MadeInvitation,
): Promise<void> {
  const [names] = await store.read<{ workspace: string; invitedBy: string | null }>(namesOfInvitation, [
    workspace,
    by.owner,
  ])
  const who = names?.invitedBy ?? actor.label
  mailer?.send(email, ...invitationMail(url, { workspace: names?.workspace ?? workspace, by: who }))
}

export async function offered(store: Store, token: string): Promise<InvitationOffer | undefined> {
  const invitation = await findInvitation(store.em(), token)
  if (!invitation) return undefined
  const { workspace, invitedBy, email, role } = invitation
  const [names] = await store.read<{ workspace: string; invitedBy: string | null }>(namesOfInvitation, [
    workspace,
    invitedBy,
  ])
  return names && { ...names, email, role }
}

export async function revokeInvitation(
  tx: Tx,
  actor: Actor,
  publicInvitationId: string,
): Promise<OpenInvitation> {
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

export async function findInvitation(em: Em, token: string): Promise<Invitation | undefined> {
  const workspace = token.split('.', 1)[0] ?? ''
  if (!isWorkspaceId(workspace)) return undefined
  const where = { workspace, tokenHash: tokenHash(token), expiresAt: { $gt: databaseTime() } }
  return (await em.findOne(Invitation, where)) ?? undefined
}

export async function accept(
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
