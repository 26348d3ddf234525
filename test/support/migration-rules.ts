import { type Node, parse } from 'libpg-query'

type Kind<Name extends string> = Node extends infer Each
  ? Each extends Record<Name, infer Of>
    ? Of
    : never
  : never

/** What is looked at: the statements of one migration. */
export interface MigrationText {
  isTransactional: boolean
  statements: readonly string[]
}

// What always reads or writes a whole table while others wait.
const NEVER = ['UpdateStmt', 'DeleteStmt', 'ClusterStmt', 'ReindexStmt', 'VacuumStmt', 'LockStmt'] as const

/**
 * Why a migration would keep others waiting on a table that was there before it. What a function does inside is not
 * looked at.
 */
export async function faultsOf({ isTransactional, statements }: MigrationText): Promise<string[]> {
  const created = new Set<string>()
  const faults: string[] = []
  for (const sql of statements) {
    const { stmts = [] } = await parse(sql)
    for (const { stmt = {} as Node } of stmts) {
      const [[kind, node] = ['', {} as never]] = Object.entries(stmt) as [string, never][]
      const table = tableOf(node)
      if (kind === 'CreateStmt') created.add(table)
      if (created.has(table)) continue
      const found = faultsOfStatement(kind, node)
      faults.push(...found.map((it) => `${table}: ${it}`))
      const locks = kind === 'AlterTableStmt' || kind === 'IndexStmt'
      if (locks && isTransactional) faults.push(`${table}: is locked until the whole migration has committed`)
    }
  }
  return faults
}

/** That of a partitioned table alone (`on only`) has nothing to build. */
const isBuilt = ({ concurrent, relation }: Kind<'IndexStmt'>): boolean =>
  !concurrent && relation?.inh === true

const tableOf = ({ relation }: { relation?: { relname?: string } }): string => relation?.relname ?? ''

function faultsOfStatement(kind: string, node: never): string[] {
  if (NEVER.some((it) => it === kind)) return [`${kind} reads or writes all of it`]
  if (kind === 'IndexStmt') return isBuilt(node) ? ['an index without "concurrently"'] : []
  if (kind !== 'AlterTableStmt') return []
  return ((node as Kind<'AlterTableStmt'>).cmds ?? []).flatMap((it) =>
    'AlterTableCmd' in it ? faultsOfCommand(it.AlterTableCmd) : [],
  )
}

function faultsOfCommand({ subtype, def }: Kind<'AlterTableCmd'>): string[] {
  if (subtype === 'AT_AlterColumnType') return ['another type of a column writes it anew']
  if (subtype === 'AT_SetNotNull') return ['"set not null" reads all of it']
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) return faultsOfConstraint(def.Constraint)
  if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def)) return []
  return (def.ColumnDef.constraints ?? []).flatMap((it) => {
    if (!('Constraint' in it)) return []
    const { contype, raw_expr: value } = it.Constraint
    if (contype === 'CONSTR_GENERATED' || contype === 'CONSTR_IDENTITY')
      return ['a computed column writes it anew']
    if (contype === 'CONSTR_DEFAULT' && value && !isConstant(value)) return ['a default that is no constant']
    return contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_FOREIGN' ? ['a column with a constraint'] : []
  })
}

function faultsOfConstraint({ contype, skip_validation, indexname }: Kind<'Constraint'>): string[] {
  if (contype === 'CONSTR_FOREIGN' || contype === 'CONSTR_CHECK')
    return skip_validation ? [] : ['a constraint without "not valid"']
  return indexname ? [] : ['a constraint that builds its index']
}

const isConstant = (value: Node): boolean =>
  'A_Const' in value ||
  ('TypeCast' in value && value.TypeCast.arg !== undefined && isConstant(value.TypeCast.arg))
