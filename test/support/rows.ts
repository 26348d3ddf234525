import type { TestDatabase } from './database.ts'

/** What every change of a workspace writes to. */
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

const lastUse = '"last_used_at":[^,}]*'

/**
 * Every row of these tables, in order: the same list before and after a change that was refused. The time that a
 * token was last used is left out, for a refusal uses it too.
 */
export async function readRows(
  database: TestDatabase,
  tables: readonly string[] = changed,
): Promise<string[]> {
  const selects = tables.map(
    (table) =>
      `select '${table} ' || regexp_replace(to_json(t)::text, '${lastUse}', '') as row from "${table}" t`,
  )
  const rows = await database.query<{ row: string }>(`${selects.join(' union all ')} order by row`)
  return rows.map(({ row }) => row)
}
