import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { INSTANCE, Membership, type Role, Workspace } from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkUnchanged } from './changed-since.ts'
import { deleteWorkspace } from './delete-workspace.ts'
import type { Grantor } from './grants.ts'
import { isWorkspaceId } from './ids.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'
import { checkTitle } from './plain-text.ts'
import { addWorkspaceKey } from './workspace-keys.ts'

export interface Workspaces {
  create(actor: Actor, user: string, id: string, name: string, once?: Once): Promise<Workspace>
  /** @throws AppError INVALID_NAME, NOT_FOUND */
  /** @param seen the name that the person knew; another one is not overwritten. @throws AppError CONFLICT */
  rename(actor: Actor, id: string, name: string, seen?: string | null): Promise<Workspace>
  /**
   * Deletes the workspace at once for everybody in it: what starts runs, what reads, and its secrets. A worker destroys its
   * keys and removes the rest.
   *
   * @param name as a person typed it.
   * @throws AppError NOT_FOUND, FORBIDDEN, INVALID_FIELD when it is not its name.
   */
  delete(actor: Actor, by: Grantor, id: string, name: string): Promise<void>
  get(id: string): Promise<Workspace | undefined>
  /** The workspaces that a person belongs to, by name. */
  listFor(user: string): Promise<Workspace[]>
  /** A person's role in every workspace that the person belongs to. */
  rolesOf(user: string): Promise<ReadonlyMap<string, Role>>
  /** A person's role in one: the others may be on a node that is away. */
  roleIn(user: string, id: string): Promise<Role | undefined>
}

interface WorkspaceParts {
  store: Store
  rights: RightsSignals
  /** How many a person may be an admin of: the names and the disk space that one account can take. */
  most: number
}

const whole = { deletedAt: null, purgedAt: null }

export function createWorkspaces({ store, rights, most }: WorkspaceParts): Workspaces {
  return {
    async create(actor, user, id, title, once) {
      if (!isWorkspaceId(id)) {
        const rule = '1 to 40 characters: lower-case letters, digits and hyphens, no hyphen at the ends'
        throw new AppError('INVALID_NAME', `A workspace's id has ${rule}.`)
      }
      const workspace = {
        id,
        name: checkTitle("The workspace's name", title),
        createdAt: databaseTime(),
        ...whole,
      }
      // Before the transaction: a distributed database cannot ask every node, and then write what every node has.
      if ((await store.em().count(Membership, { user, role: 'ADMIN' })) >= most) {
        throw new AppError(
          'LIMIT_REACHED',
          `You are an admin of ${most} workspaces, which is the limit (LOCKSTEP_MAX_WORKSPACES).`,
          { limit: 'LOCKSTEP_MAX_WORKSPACES' },
        )
      }
      return rights.change(user, async (tx) => {
        if ((await takeOnce(tx, INSTANCE, once, id)) !== undefined) {
          const found = await tx.findOne(Workspace, { id, deletedAt: null })
          if (!found || (await tx.count(Membership, { workspace: id, user })) === 0) throw madeIsGone()
          return found
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
    rename(actor, id, title, seen) {
      const name = checkTitle("The workspace's name", title)
      return store.inTransaction(async (tx) => {
        const lockMode = LockMode.PESSIMISTIC_WRITE
        const found = await tx.findOne(Workspace, { id, deletedAt: null }, { lockMode })
        if (!found) throw new AppError('NOT_FOUND', 'There is no such workspace.')
        checkUnchanged('the name of the workspace', { seen, now: found.name, wanted: name })
        await tx.nativeUpdate(Workspace, { id }, { name })
        const detail = { name, before: found.name }
        await recordAudit(tx, { workspace: id, actor, action: 'workspace.rename', target: id, detail })
        return { ...found, name }
      })
    },
    delete: (actor, by, id, name) => deleteWorkspace({ store, rights }, actor, by, { id, name }),
    async get(id) {
      if (!isWorkspaceId(id)) return undefined
      const [workspace] = await store.read<Workspace>(workspaceById, [id])
      return workspace
    },
    listFor: (user) => store.read<Workspace>(workspacesOfPerson, [user]),
    async rolesOf(user) {
      const rows = await store.read<{ workspace: string; role: Role }>(rolesOfPerson, [user])
      return new Map(rows.map(({ workspace, role }) => [workspace, role]))
    },
    roleIn: async (user, id) => (await store.read<{ role: Role }>(roleOfPerson, [id, user]))[0]?.role,
  }
}

const workspaceById = statement(
  'select id, name, created_at as "createdAt" from workspace where id = $1 and deleted_at is null',
)
const workspacesOfPerson = statement(
  `select id, name, workspace.created_at as "createdAt" from workspace
     join membership on workspace_id = id and deleted_at is null where "user" = $1 order by name, id`,
)
const roleOfPerson = statement('select role from membership where workspace_id = $1 and "user" = $2')
const rolesOfPerson = statement('select workspace_id as workspace, role from membership where "user" = $1')
