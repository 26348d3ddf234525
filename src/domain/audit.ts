import { AuditEvent } from '../store/entities/index.ts'
import type { Em, Tx } from '../store/store.ts'
import { newId } from './ids.ts'

/** Who acts: shown in the audit log as it is. */
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
  /** Names and ids alone: an audit event never holds a value. */
  detail?: Record<string, unknown>
}

/** Writes an audit event in the transaction of the change that it is about. */
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

/** The newest events first; `before` is the last id seen. */
export function listAudit(em: Em, workspace: string, first: number, before?: string): Promise<AuditEvent[]> {
  const where = before === undefined ? { workspace } : { workspace, id: { $lt: before } }
  return em.find(AuditEvent, where, { orderBy: { id: 'desc' }, limit: first })
}
