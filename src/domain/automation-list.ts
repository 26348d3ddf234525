import type { Automation } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { parsePublicId } from './ids.ts'

export interface AutomationPage {
  first: number
  /** The id after which the page begins, which may be of one that is deleted by now. */
  after?: string | undefined
  /** The id before which it ends. */
  before?: string | undefined
  /** Whether it is the last automations between them, and not the first. */
  backward?: boolean
  /** A part of the name, in any case. */
  search?: string | undefined
}

const AUTOMATIONS = `select workspace_id as workspace, id, name, version, steps, hook_generation as "hookGeneration",
    hook_signature as "hookSignature", hook_answer as "hookAnswer", schedule, next_run_at as "nextRunAt", paused_at as "pausedAt", created_at as "createdAt",
    updated_at as "updatedAt", deleted_at as "deletedAt"
  from automation where workspace_id = $1`
const automationsOfPage = (order: 'asc' | 'desc') =>
  statement(`${AUTOMATIONS} and deleted_at is null and ($2::uuid is null or (name, id) >
    (select name, id from automation where workspace_id = $1 and id = $2)) and ($4::uuid is null or (name, id) <
    (select name, id from automation where workspace_id = $1 and id = $4)) and ($5::text is null or name ilike $5)
    order by name ${order}, id ${order} limit $3`)
const pagesOfAutomations = { forward: automationsOfPage('asc'), backward: automationsOfPage('desc') }
const countOfAutomations = statement(
  `select count(*)::int as count from automation
    where workspace_id = $1 and deleted_at is null and ($2::text is null or name ilike $2)`,
)
const automationById = statement(`${AUTOMATIONS} and id = $2 and deleted_at is null`)
const automationsByIds = statement(`${AUTOMATIONS} and id = any ($2)`)

/** Sorted by name. Without a page: all. */
export async function listAutomations(
  store: Store,
  workspace: string,
  { first, after, before, backward = false, search }: Partial<AutomationPage> = {},
): Promise<Automation[]> {
  const query = backward ? pagesOfAutomations.backward : pagesOfAutomations.forward
  const between = [after ?? null, first ?? null, before ?? null]
  const rows = await store.read<Automation>(query, [workspace, ...between, patternOf(search)])
  return backward ? rows.reverse() : rows
}

/** The pattern of LIKE. PostgreSQL refuses a NUL. */
const patternOf = (search: string | undefined): string | null =>
  search ? `%${search.replaceAll('\0', '').replaceAll(/[\\%_]/g, '\\$&')}%` : null

/** How many have `search` in their names; without it, all. */
export async function countAutomations(store: Store, workspace: string, search?: string): Promise<number> {
  const [found] = await store.read<{ count: number }>(countOfAutomations, [workspace, patternOf(search)])
  return found?.count ?? 0
}

export async function findAutomation(store: Store, id: string): Promise<Automation | undefined> {
  const where = parsePublicId(id)
  const [found] = where ? await store.read<Automation>(automationById, [where.workspace, where.id]) : []
  return found
}

/** Also those that are deleted, whose runs still exist. */
export const automationsWithIds = (
  store: Store,
  workspace: string,
  ids: readonly string[],
): Promise<Automation[]> => store.read(automationsByIds, [workspace, ids])
