import { databaseTime } from '../database-time.ts'
import { requestContext } from '../request-context.ts'
import { AuditEvent, INSTANCE } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import { newId } from './ids.ts'

/** The author of a change, as the audit log shows it. */
export interface Actor {
  label: string
}

export interface AuditEntry {
  workspace: string
  actor: Actor
  /** `thing.verb`, such as `secret.create`. */
  action: string
  /** The name or id of the thing. */
  target: string
  /** Only names and ids: an audit event never contains a value. */
  detail?: Record<string, unknown>
}

/** Who sent the request that the running code works for. */
export function requestSender(): { address: string | null; client: string | null } {
  const { address = null, client = null } = requestContext.getStore() ?? {}
  return { address, client }
}

/** Writes an audit event in the transaction of its change. */
export async function recordAudit(
  tx: Tx,
  { workspace, actor, action, target, detail }: AuditEntry,
): Promise<void> {
  await tx.insert(AuditEvent, {
    workspace,
    id: newId(),
    at: databaseTime(),
    actor: actor.label,
    action,
    target,
    detail: detail ?? null,
    ...requestSender(),
  })
}

export interface InstanceEntry extends Omit<AuditEntry, 'workspace'> {
  /** The id of the person whom it is about. Their workspaces have the event in their logs too. */
  person?: string | undefined
}

/**
 * Writes an event that belongs to no workspace, such as a sign-in or a failed one, with the address and the client of the
 * request. One statement; it needs no transaction.
 */
export async function recordInstanceEvent(
  em: Em,
  { actor, action, target, detail, person }: InstanceEntry,
): Promise<void> {
  const { address, client } = requestSender()
  await em.execute(
    `insert into audit_event (workspace_id, id, at, actor, action, target, detail, address, client)
     select workspace, uuid_of_now(), clock_timestamp(), ?, ?, ?, ?, ?, ?
       from (select '${INSTANCE}' as workspace union all
             select workspace_id from membership where "user" = ?) as log`,
    [actor.label, action, target, detail ? JSON.stringify(detail) : null, address, client, person ?? null],
  )
}

const newestEvents = statement(
  `select workspace_id as workspace, id, at, actor, action, target, detail from audit_event
    where workspace_id = $1 and id < $2 order by id desc limit $3`,
)

// Greater than every id that we make.
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** The newest events first; `before` is the last id seen. */
export function listAudit(
  store: Store,
  workspace: string,
  first: number,
  before = LAST_ID,
): Promise<AuditEvent[]> {
  return store.read(newestEvents, [workspace, before, first])
}
