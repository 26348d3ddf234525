import type { ArgBuilder } from '@pothos/core'
import { GraphQLError } from 'graphql'
import { publicId } from '../../domain/index.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'
import {
  type AuditEventRow,
  defineAuditAction,
  defineAuditDetail,
  hasDetail,
  isAuditAction,
} from './audit-detail.ts'
import { defineConnection, isUuid, pageArguments, readConnection, uncounted } from './connection.ts'
import { nodeType } from './node.ts'
import { lastSeen, pageSize } from './page.ts'
import type { RoleRef } from './workspace.ts'

const USUAL_PAGE = 50
const MAX_PAGE = 500
const EVENTS = {
  name: 'auditLog',
  keyOf: ({ id }: AuditEventRow) => id,
  isKey: isUuid,
  usual: USUAL_PAGE,
  most: MAX_PAGE,
}

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
  const AuditEventConnection = defineConnection(builder, 'AuditEvent', AuditEvent, { counts: false })
  builder.queryFields((t) => ({
    auditLog: t.field({
      type: [AuditEvent],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'The newest first; `before` is the last id seen.',
      deprecationReason: 'Since 2026-11-27: use auditLogConnection, which says whether there are more.',
      authScopes: (_parent, { workspace }) => ({ 'audit:read': workspace }),
      args: {
        workspace: t.arg.id({ description: 'The id of the workspace.' }),
        first: t.arg.int({
          required: false,
          defaultValue: USUAL_PAGE,
          description: `How many events at most: 1 to ${MAX_PAGE}.`,
        }),
        before: t.arg.id({ required: false, description: 'The id of the last event seen.' }),
        ...filterArguments(t),
      },
      resolve: (_parent, { workspace, first, before, ...filter }, { domain }) => {
        const page = { first: pageSize(first, USUAL_PAGE, MAX_PAGE), before: lastSeen(workspace, before) }
        return domain.audit(workspace, page, filterOf(filter))
      },
    }),
    auditLogConnection: t.field({
      type: AuditEventConnection,
      extensions: costs({ weight: 10, most: MAX_PAGE, usual: USUAL_PAGE }),
      description: 'What was done in a workspace, the newest first.',
      authScopes: (_parent, { workspace }) => ({ 'audit:read': workspace }),
      args: {
        workspace: t.arg.id({ description: 'The id of the workspace.' }),
        ...filterArguments(t),
        ...pageArguments(t, MAX_PAGE),
      },
      resolve: (_parent, { workspace, first, after, last, before, ...filter }, { domain }) =>
        readConnection(
          { ...EVENTS, workspace },
          { first, after, last, before },
          // The list begins with the newest.
          (part) =>
            domain.audit(
              workspace,
              { first: part.limit, before: part.after, since: part.before, backward: part.backward },
              filterOf(filter),
            ),
          uncounted,
        ),
    }),
  }))
}

function filterArguments({ arg }: { arg: ArgBuilder<SchemaTypes> }) {
  const text = (description: string) => arg.string({ required: false, description })
  const time = (description: string) => arg({ type: 'DateTime', required: false, description })
  return {
    action: text('Such as `secret.send`, or `secret` for all that is about secrets.'),
    actor: text('As the log has it.'),
    secret: text('The name of a secret.'),
    automation: text('The name that an automation had at that time.'),
    from: time('The first moment.'),
    to: time('The moment after the last one. It is not included.'),
  }
}

interface Filter {
  action?: string | null | undefined
  actor?: string | null | undefined
  secret?: string | null | undefined
  automation?: string | null | undefined
  from?: Date | null | undefined
  to?: Date | null | undefined
}

const filterOf = ({ from, to, ...texts }: Filter) => ({
  ...textsOf(texts),
  from: timeOf('from', from),
  to: timeOf('to', to),
})

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
