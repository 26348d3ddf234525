import { parse } from 'libpg-query'
import { DISTRIBUTED_TABLES, LOCAL_TABLES } from '../../src/store/distribute.ts'

type Tree = Readonly<Record<string, unknown>>

const DISTRIBUTED: readonly string[] = DISTRIBUTED_TABLES
const LOCAL: readonly string[] = LOCAL_TABLES
// What gives another result each time. The nodes would each have their own.
const VOLATILE = ['now', 'clock_timestamp', 'random', 'gen_random_uuid', 'uuid_of_now', 'statement_timestamp']

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

// What an update or a deletion may not call at all, and besides that what it may not call below `case` or `coalesce`.
const CHANGING = VOLATILE.filter((it) => !['now', 'statement_timestamp'].includes(it))
const BRANCHES = ['CaseExpr', 'CoalesceExpr']

/**
 * Why Citus refuses a statement, of what it is known to refuse: a table of a workspace that meets a local one in one
 * query, where a `with` clause is a query of its own; a volatile function in `on conflict do update`; and where rows change that it
 * has spread or copied, a volatile function, the time below `case` or `coalesce`, and a join with `using`.
 *
 * @throws when it is no SQL.
 */
export async function distributionFaults(sql: string): Promise<string[]> {
  const { stmts = [] } = await parse(sql)
  return stmts.flatMap((it) => faultsOf(it as Tree))
}

function faultsOf(tree: Tree): string[] {
  const inner: Tree[] = []
  const tables = new Set<string>()
  const faults: string[] = []
  const look = (value: unknown) => {
    if (Array.isArray(value)) for (const each of value) look(each)
    if (!isTree(value) || Array.isArray(value)) return
    for (const [key, child] of Object.entries(value)) {
      if (key === 'CommonTableExpr' && isTree(child)) inner.push(child)
      else look(child)
      if (key === 'RangeVar' || key === 'relation') tables.add(nameOf(child))
      if (key === 'onConflictClause') faults.push(...volatileIn(child))
      if (key === 'UpdateStmt' || key === 'DeleteStmt') faults.push(...changeFaults(child))
    }
  }
  look(tree)
  const [distributed, local] = [DISTRIBUTED, LOCAL].map((all) => all.filter((it) => tables.has(it)))
  if (distributed?.length && local?.length) faults.push(`${distributed} meets ${local}`)
  return [...faults, ...inner.flatMap(faultsOf)]
}

/** A `with` clause is a query of its own, also here. */
function changeFaults(value: unknown): string[] {
  if (!isTree(value) || LOCAL.includes(nameOf(value['relation']))) return []
  const { withClause: _, ...statement } = value
  const text = JSON.stringify(statement)
  const called = CHANGING.filter((it) => text.includes(`"sval":"${it}"`)).map((it) => `${it}() in an update`)
  const branches = partsOf(statement, BRANCHES).flatMap((it) => volatileIn(it)).length > 0
  const joins = partsOf(statement, ['JoinExpr'])
  return [
    ...called,
    ...(branches ? ['the time in a branch'] : []),
    ...(joins.some((it) => isTree(it) && it['usingClause']) ? ['a join with using'] : []),
  ]
}

/** All that is of these kinds, below a tree. */
function partsOf(value: unknown, kinds: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((it) => partsOf(it, kinds))
  if (!isTree(value)) return []
  return Object.entries(value).flatMap(([key, child]) =>
    kinds.includes(key) ? [child] : partsOf(child, kinds),
  )
}

const nameOf = (value: unknown): string =>
  isTree(value) && typeof value['relname'] === 'string' ? value['relname'] : ''

function volatileIn(value: unknown): string[] {
  const text = JSON.stringify(value)
  return VOLATILE.filter((it) => text.includes(`"sval":"${it}"`)).map((it) => `${it}() in "do update"`)
}
