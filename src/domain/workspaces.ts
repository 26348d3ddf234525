import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { AppError } from '../errors.ts'
import { Membership, type Role, Workspace } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { isWorkspaceId } from './ids.ts'
import { checkTitle } from './plain-text.ts'
import { addWorkspaceKey } from './workspace-keys.ts'

// With sign-up open to all, this limits the names and the disk space that one account can take.
const MAX_WORKSPACES = 100

export interface Workspaces {
  create(actor: Actor, user: string, id: string, name: string): Promise<Workspace>
  get(id: string): Promise<Workspace | undefined>
  /** The workspaces that a person belongs to, by name. */
  listFor(user: string): Promise<Workspace[]>
  /** A person's role; `undefined` if the person does not belong to the workspace. */
  roleOf(workspace: string, user: string): Promise<Role | undefined>
}

export function createWorkspaces({ store }: { store: Store }): Workspaces {
  return {
    async create(actor, user, id, title) {
      if (!isWorkspaceId(id)) {
        const rule = '1 to 40 characters: lower-case letters, digits and hyphens, no hyphen at the ends'
        throw new AppError('INVALID_NAME', `A workspace's id has ${rule}.`)
      }
      const workspace = { id, name: checkTitle("The workspace's name", title), createdAt: new Date() }
      return store.inTransaction(async (tx) => {
        if ((await tx.count(Membership, { user, role: 'ADMIN' })) >= MAX_WORKSPACES) {
          throw new AppError(
            'LIMIT_REACHED',
            `You are an admin of ${MAX_WORKSPACES} workspaces, which is the limit.`,
          )
        }
        try {
          await tx.insert(Workspace, workspace)
        } catch (error) {
          if (!(error instanceof UniqueConstraintViolationException)) throw error
          throw new AppError('NAME_TAKEN', `The id ${id} is taken. Choose another one.`)
        }
        await addWorkspaceKey(tx, id)
        await tx.insert(Membership, { workspace: id, user, role: 'ADMIN', createdAt: workspace.createdAt })
        await recordAudit(tx, { workspace: id, actor, action: 'workspace.create', target: id })
        return workspace
      })
    },
    get: async (id) => (await store.em().findOne(Workspace, { id })) ?? undefined,
    async listFor(user) {
      const em = store.em()
      const memberships = await em.find(Membership, { user })
      const ids = memberships.map(({ workspace }) => workspace)
      return em.find(Workspace, { id: { $in: ids } }, { orderBy: { name: 'asc', id: 'asc' } })
    },
    async roleOf(workspace, user) {
      // The id is checked first, because PostgreSQL refuses a text with a NUL.
      if (!isWorkspaceId(workspace)) return undefined
      return (await store.em().findOne(Membership, { workspace, user }))?.role
    },
  }
}
