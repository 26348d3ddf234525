import { GraphQLError } from 'graphql'
import { publicId } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { costs } from '../query-cost.ts'
import {
  type AuditEventRow,
  defineAuditAction,
  defineAuditDetail,
  hasDetail,
  isAuditAction,
} from './audit-detail.ts'
import { nodeType } from './node.ts'
import { lastSeen, pageSize } from './page.ts'
import type { RoleRef } from './workspace.ts'

const MAX_PAGE = 500

export function defineAuditEvent(builder: Builder, roles: RoleRef): void {
  const AuditAction = defineAuditAction(builder)
  const AuditDetail = defineAuditDetail(builder, roles)
  const AuditEvent = builder.objectRef<AuditEventRow>('AuditEvent').implement({
    interfaces: [nodeType(builder)],
    description: 'One change: who made it, what it was, and to which object.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      at: t.expose('at', { type: 'DateTime' }),
      actor: t.exposeString('actor'),
      action: t.exposeString('action', {
        description: 'What was done, as the log has it: `secret.create`. `kind` has the same as an enum.',
      }),
      kind: t.field({
        type: AuditAction,
        nullable: true,
        description: 'What was done; null: another version of Lockstep wrote the event.',
        resolve: ({ action }) => (isAuditAction(action) ? action : null),
      }),
      target: t.exposeString('target'),
      detail: t.expose('detail', {
        type: 'JSON',
        nullable: true,
        description: 'What is on record besides, as the log has it. `details` has the same with types.',
      }),
      details: t.field({
        type: AuditDetail,
        nullable: true,
        description:
          'What is on record besides; null: nothing, or the event is not of this version of Lockstep.',
        resolve: (event) => (hasDetail(event) ? event : null),
      }),
      address: t.exposeString('address', {
        nullable: true,
        description:
          'Where the request came from; of a secret that was sent, the request that started the run.',
      }),
      client: t.exposeString('client', { nullable: true, description: 'What its client called itself.' }),
      sequence: t.expose('sequence', {
        type: 'Int',
        nullable: true,
        description: 'Its place in the chain of the log, from 1; null for a moment after it was written.',
      }),
    }),
  })
  builder.queryField('auditLog', (t) =>
    t.field({
      type: [AuditEvent],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'The newest first; `before` is the last id seen.',
      authScopes: (_parent, { workspace }) => ({ 'audit:read': workspace }),
      args: {
        workspace: t.arg.id(),
        first: t.arg.int({ required: false, defaultValue: 50 }),
        before: t.arg.id({ required: false }),
        action: t.arg.string({
          required: false,
          description: 'Such as `secret.send`, or `secret` for all that is about secrets.',
        }),
        actor: t.arg.string({ required: false, description: 'As the log has it.' }),
        secret: t.arg.string({ required: false, description: 'The name of a secret.' }),
        automation: t.arg.string({
          required: false,
          description: 'The name that an automation had at that time.',
        }),
        from: t.arg({ type: 'DateTime', required: false }),
        to: t.arg({ type: 'DateTime', required: false, description: 'Not included.' }),
      },
      resolve: (_parent, { workspace, first, before, from, to, ...filter }, { domain }) =>
        domain.audit(workspace, pageSize(first, 50, MAX_PAGE), lastSeen(workspace, before), {
          ...textsOf(filter),
          from: timeOf('from', from),
          to: timeOf('to', to),
        }),
    }),
  )
}

/** An empty text filters nothing. */
function textsOf<T extends object>(filter: T): { [K in keyof T]: string | undefined } {
  const entries = Object.entries(filter).map(([name, text]) => [name, text || undefined])
  return Object.fromEntries(entries)
}

function timeOf(name: string, time: Date | null | undefined): Date | undefined {
  if (!time) return undefined
  if (!Number.isNaN(time.getTime())) return time
  throw new GraphQLError(`${name} is a time such as 2026-11-27T12:00:00Z.`, {
    extensions: { code: 'BAD_REQUEST' },
  })
}
