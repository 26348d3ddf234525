import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Membership, type Role, User, Workspace } from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import type { Grantor } from './grants.ts'
import type { Members } from './members.ts'
import { scopesOf } from './scopes.ts'

export interface ClaimedRolesParts {
  store: Store
  rights: RightsSignals
  members: Pick<Members, 'setRole' | 'remove'>
}

const actor: Actor = { label: 'OpenID Connect' }
// The operator has said which claims bring which roles.
const grantor: Grantor = { owner: null, scopes: scopesOf('ADMIN') }

/**
 * Makes a person's memberships what the provider says. Workspaces that are not in `roles` are left alone.
 *
 * @param roles for a workspace the role, or `undefined` for none.
 * @returns the workspaces where it could not be done: there is none with that id, or it would lose its last admin.
 */
export async function applyClaimedRoles(
  { store, rights, members }: ClaimedRolesParts,
  user: string,
  roles: ReadonlyMap<string, Role | undefined>,
): Promise<string[]> {
  const known = await store.em().find(Membership, { user, workspace: { $in: [...roles.keys()] } })
  const held = new Map(known.map(({ workspace, role }) => [workspace, role]))
  const refused: string[] = []
  for (const [workspace, role] of roles) {
    if (held.get(workspace) === role) continue
    try {
      if (role === undefined) await members.remove(actor, grantor, workspace, user, false)
      else if (held.has(workspace)) await members.setRole(actor, grantor, workspace, user, role)
      else await join({ store, rights }, user, workspace, role)
    } catch (error) {
      if (!(error instanceof AppError) || !['LAST_ADMIN', 'NOT_FOUND'].includes(error.code)) throw error
      refused.push(workspace)
    }
  }
  return refused
}

async function join(
  { store, rights }: Pick<ClaimedRolesParts, 'store' | 'rights'>,
  user: string,
  workspace: string,
  role: Role,
): Promise<void> {
  if ((await store.em().count(Workspace, { id: workspace, deletedAt: null })) === 0)
    throw new AppError('NOT_FOUND', `There is no workspace ${workspace}.`)
  await rights.change(user, async (tx) => {
    const { email } = await tx.findOneOrFail(User, { id: user })
    const membership = { workspace, user, role, createdAt: databaseTime() }
    // Two sign-ins at once give the same role.
    await tx.upsert(Membership, membership, { onConflictMergeFields: ['role'] })
    await recordAudit(tx, { workspace, actor, action: 'member.join', target: email, detail: { role } })
  })
}
