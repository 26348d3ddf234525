import { type Domain, publicId } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { lastSeen, pageSize } from './page.ts'

type AuditEventRow = Awaited<ReturnType<Domain['audit']>>[number]

export function defineAuditEvent(builder: Builder): void {
  const AuditEvent = builder.objectRef<AuditEventRow>('AuditEvent').implement({
    description: 'One change: who made it, what it was, and to which object.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      at: t.expose('at', { type: 'DateTime' }),
      actor: t.exposeString('actor'),
      action: t.exposeString('action'),
      target: t.exposeString('target'),
      detail: t.expose('detail', { type: 'JSON', nullable: true }),
    }),
  })
  builder.queryField('auditLog', (t) =>
    t.field({
      type: [AuditEvent],
      description: 'The newest first; `before` is the last id seen.',
      authScopes: (_parent, { workspace }) => ({ 'audit:read': workspace }),
      args: {
        workspace: t.arg.id(),
        first: t.arg.int({ required: false, defaultValue: 50 }),
        before: t.arg.id({ required: false }),
      },
      resolve: (_parent, { workspace, first, before }, { domain }) =>
        domain.audit(workspace, pageSize(first, 50, 500), lastSeen(workspace, before)),
    }),
  )
}
