import type { TestDatabase } from './database.ts'

/** The tables that changes of a workspace write to. */
const changed = [
  'workspace',
  'membership',
  'invitation',
  'api_token',
  'secret',
  'automation',
  'run',
  'audit_event',
] as const

const lastUse = '"last_used_(at|from)":[^,}]*'

/**
 * Every row of these tables, in order. The list is the same before and after a refused change. The last use of a
 * token is left out, because a refused request uses it too.
 */
export async function readRows(
  database: TestDatabase,
  tables: readonly string[] = changed,
): Promise<string[]> {
  const selects = tables.map(
    (table) =>
      `select '${table} ' || regexp_replace(to_json(t)::text, '${lastUse}', '', 'g') as row from "${table}" t`,
  )
  const rows = await database.query<{ row: string }>(`${selects.join(' union all ')} order by row`)
  return rows.map(({ row }) => row)
}
