import { AuditEvent } from '../store/entities/index.ts'
import type { Em, Tx } from '../store/store.ts'
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
    at: new Date(),
    actor: actor.label,
    action,
    target,
    detail: detail ?? null,
  })
}

/** Newest events first; `before` is the last id seen. */
export function listAudit(em: Em, workspace: string, first: number, before?: string): Promise<AuditEvent[]> {
  const where = before === undefined ? { workspace } : { workspace, id: { $lt: before } }
  return em.find(AuditEvent, where, { orderBy: { id: 'desc' }, limit: first })
}
