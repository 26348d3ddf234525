import { databaseTime } from '../database-time.ts'
import { requestContext } from '../request-context.ts'
import { type AuditAction, AuditEvent, INSTANCE } from '../store/entities/index.ts'
import { type ListName, tellListChanged } from '../store/list-changes.ts'
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
  action: AuditAction
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

/** What is changed by an action of these things. Runs are told of elsewhere, for many together. */
const LIST_OF_THING: Readonly<Record<string, ListName>> = { automation: 'automations', secret: 'secrets' }

/** Writes an audit event in the transaction of its change, and tells those who follow the list that it is in. */
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
  const list = LIST_OF_THING[action.split('.', 1)[0] ?? '']
  if (list) await tellListChanged(tx, workspace, list)
}

export interface InstanceEntry extends Omit<AuditEntry, 'workspace' | 'action'> {
  /** `thing.verb`, such as `instance.backup`. */
  action: string
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

// Less and greater than every id that we make.
const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const EVENTS = `select workspace_id as workspace, id, at, actor, action, target, detail, address, client, sequence::int
     from audit_event`
const eventsOfPage = (order: 'asc' | 'desc') =>
  statement(
    `${EVENTS}
    where workspace_id = $1 and id < $2 and id > $10
      and id >= coalesce(first_id_at($4), '${FIRST_ID}')
      and id < coalesce(first_id_at($5), '${LAST_ID}')
      and ($6::text is null or action = $6 or starts_with(action, $6 || '.'))
      and ($7::text is null or actor = $7)
      and ($8::text is null or starts_with(action, 'secret.') and target = $8)
      and ($9::text is null or (starts_with(action, 'automation.') or action in ('run.start', 'run.cancel')) and target = $9)
    order by id ${order} limit $3`,
  )
const pagesOfEvents = { forward: eventsOfPage('desc'), backward: eventsOfPage('asc') }

const eventById = statement(`${EVENTS} where workspace_id = $1 and id = $2`)

/** @returns undefined when the workspace has no such event. */
export async function findAuditEvent(
  store: Store,
  workspace: string,
  id: string,
): Promise<AuditEvent | undefined> {
  const [found] = await store.read<AuditEvent>(eventById, [workspace, id])
  return found
}

/** Which events of a log are wanted. */
export interface AuditFilter {
  /** Such as `secret.use`, or `secret` for all that is about secrets. */
  action?: string | undefined
  /** As the log has it: an e-mail address, `API token NAME`, `run ID`. */
  actor?: string | undefined
  /** The name of a secret. */
  secret?: string | undefined
  /** The name that an automation had at that time. */
  automation?: string | undefined
  from?: Date | undefined
  /** Not included. */
  to?: Date | undefined
}

export interface AuditPage {
  first: number
  /** The id after which the page begins: older events. */
  before?: string | undefined
  /** The id before which it ends: newer events. */
  since?: string | undefined
  /** Whether it is the oldest events between them, and not the newest. */
  backward?: boolean
}

/** The newest events first. */
export async function listAudit(
  store: Store,
  workspace: string,
  { first, before = LAST_ID, since = FIRST_ID, backward = false }: AuditPage,
  { action, actor, secret, automation, from, to }: AuditFilter = {},
): Promise<AuditEvent[]> {
  const filter = [from, to, action, actor, secret, automation].map((it) => it ?? null)
  const query = backward ? pagesOfEvents.backward : pagesOfEvents.forward
  const rows = await store.read<AuditEvent>(query, [workspace, before, first, ...filter, since])
  return backward ? rows.reverse() : rows
}
