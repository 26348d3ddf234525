import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { workspaceKey } from './workspace.ts'

/** Who did what to which thing. Written in the transaction of the change; never updated. Ids are UUIDv7: by time. */
export const AuditEvent = defineEntity({
  name: 'AuditEvent',
  properties: {
    workspace: workspaceKey(),
    id: p.uuid().primary(),
    at: p.datetime(),
    actor: p.text(),
    action: p.text(),
    target: p.text(),
    detail: p.json<Record<string, unknown>>().columnType('json').nullable(),
  },
})
export type AuditEvent = InferEntity<typeof AuditEvent>
