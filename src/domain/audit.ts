import { databaseTime } from '../database-time.ts'
import { AuditEvent } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store, Tx } from '../store/store.ts'
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
  })
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
