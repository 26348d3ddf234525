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

// What is written some time after the row: the last use of a token, and the place of an audit event in its chain.
const later = '"(last_used_(at|from)|sequence|hash)":[^,}]*'

/**
 * Every row of these tables, in order. The list is the same before and after a refused change. What is written later,
 * or by a refused request too, is left out, and so is that people signed in meanwhile.
 */
export async function readRows(
  database: TestDatabase,
  tables: readonly string[] = changed,
): Promise<string[]> {
  const selects = tables.map(
    (table) =>
      `select '${table} ' || regexp_replace(to_json(t)::text, '${later}', '', 'g') as row from "${table}" t`,
  )
  const rows = await database.query<{ row: string }>(`${selects.join(' union all ')} order by row`)
  return rows
    .map(({ row }) => row)
    .filter((row) => !row.startsWith('audit_event {"workspace_id":"@instance"'))
}
