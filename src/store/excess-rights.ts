import type { Em } from './store.ts'

/** What a role can do that no API needs. */
export interface Excess {
  role: string
  /** In words that follow "it can"; empty when all is well. */
  rights: string[]
}

const LOCKSTEP_API = 'lockstep_api'

/**
 * What the role of an API could do beyond docs/database-roles.sql, as far as it would matter to an attacker inside it.
 *
 * @param role by default the one of this connection.
 */
export async function findExcess(em: Em, role?: string): Promise<Excess> {
  const [row] = await em.execute<(Record<Right, boolean> & { role: string; groups: string[] })[]>(FIND, [
    role ?? null,
  ])
  if (!row) return { role: role ?? '', rights: [] }
  // A superuser can all of it, and more.
  if (row.superuser) return { role: row.role, rights: [WORDS.superuser] }
  const found = (Object.keys(WORDS) as Right[]).filter((it) => row[it])
  const { groups } = row
  const grouped = groups.length === 0 ? [] : [`use the rights of ${groups.join(', ')}`]
  return { role: row.role, rights: [...found.map((it) => WORDS[it]), ...grouped] }
}

/** The role that docs/database-roles.sql gives an API its rights by; undefined when it has none here. */
export async function findApiRole(em: Em): Promise<string | undefined> {
  const rows = await em.execute(
    `select 1 from pg_roles where rolname = ? and has_table_privilege(rolname, 'secret', 'insert')`,
    [LOCKSTEP_API],
  )
  return rows.length === 0 ? undefined : LOCKSTEP_API
}

type Right = 'superuser' | 'roles' | 'owner' | 'values' | 'keys' | 'audit' | 'tables'

const WORDS: Readonly<Record<Right, string>> = {
  superuser: 'do everything, as a superuser: read files and start programs on the machine of the database',
  roles: 'make roles or databases',
  owner: 'do everything with the tables, as their owner',
  values: 'read sealed values',
  keys: 'read the sealed keys of workspaces',
  audit: 'change or delete audit events',
  tables: 'make tables and functions',
}

const FIND = `
select rolname as role, rolsuper as superuser, rolcreaterole or rolcreatedb or rolreplication as roles,
       exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                  and pg_has_role(rolname, relowner, 'member')) as owner,
       has_column_privilege(rolname, 'secret', 'sealed', 'select') as values,
       has_column_privilege(rolname, 'workspace_key', 'sealed_private_key', 'select') as keys,
       has_any_column_privilege(rolname, 'audit_event', 'update')
         or has_table_privilege(rolname, 'audit_event', 'delete, truncate') as audit,
       has_schema_privilege(rolname, 'public', 'create') as tables,
       array(select it.rolname::text from pg_roles as it
              where it.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
                                   'pg_read_all_data', 'pg_write_all_data')
                and pg_has_role(pg_roles.rolname, it.oid, 'member')) as groups
  from pg_roles where rolname = coalesce(?::name, current_user)`
