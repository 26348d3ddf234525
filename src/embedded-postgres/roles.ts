import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { USER } from './cluster.ts'

/** Who uses the database: the owner of what is in it, and two that get the rights which the owner grants. */
export const DATABASE_ROLES = ['owner', 'api', 'worker'] as const
export type DatabaseRole = (typeof DATABASE_ROLES)[number]

/** The role in PostgreSQL. */
export const roleName = (role: DatabaseRole): string => `lockstep_${role}`

export type Passwords = Readonly<Record<DatabaseRole, string>>

/**
 * Makes the roles, or takes back what they have got besides their rights on single objects, and gives each a new
 * password. API and worker cannot connect from now on, until the owner lets them: so none of them works on a schema on
 * which its rights are not granted yet.
 *
 * @param client a superuser's, in the database that the roles are for.
 */
export async function makeRoles(client: pg.Client): Promise<Passwords> {
  const made = DATABASE_ROLES.map((role) => [role, randomBytes(32).toString('base64url')] as const)
  await client.query('begin')
  for (const [role, password] of made) {
    await client.query(plainRole(roleName(role)))
    await client.query(`alter role ${roleName(role)} ${PLAIN} password ${pg.escapeLiteral(password)}`)
  }
  await client.query(CLOSED_DOORS)
  await client.query(HAND_OVER)
  await client.query('commit')
  return Object.fromEntries(made) as Record<DatabaseRole, string>
}

const PLAIN = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls'

// A role that is a member of another has its rights too: of pg_execute_server_program, it could start programs. Settings of
// its own, which any role can make, would outlast what has been found and mended.
const plainRole = (name: string): string => `
do $$ declare granted regrole; begin
  if to_regrole('${name}') is null then create role ${name}; end if;
  for granted in select roleid::regrole from pg_auth_members where member = '${name}'::regrole loop
    execute format('revoke %s from ${name}', granted);
  end loop;
  alter role ${name} reset all;
  execute format('alter role ${name} in database %I reset all', current_database());
end $$`

// The lock that a Lockstep holds on the server is in the database postgres: nobody else may take it there. A table of
// a session's own could stand before one of ours.
const CLOSED_DOORS = `
revoke connect on database postgres, template1 from public;
do $$ begin
  execute format('alter database %I owner to ${roleName('owner')}', current_database());
  execute format('revoke connect, temporary on database %I from public, ${roleName('api')}, ${roleName('worker')}',
                 current_database());
end $$`

// Before it had roles, the superuser owned everything, and functions with their owner's rights could do everything. What
// belongs to an extension stays the superuser's; a sequence of a column goes with its table.
const HAND_OVER = `
do $$ declare statement text; begin
  for statement in
    select format('alter %s %s owner to ${roleName('owner')}', kind, name) from (
      select 'pg_class'::regclass as class, oid, oid::regclass::text as name,
             case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
                          when 'f' then 'foreign table' else 'table' end as kind
        from pg_class where relnamespace = 'public'::regnamespace and relowner = '${USER}'::regrole
         and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      union all
      select 'pg_proc'::regclass, oid, oid::regprocedure::text, 'routine' from pg_proc
       where pronamespace = 'public'::regnamespace and proowner = '${USER}'::regrole
      union all
      select 'pg_type'::regclass, oid, oid::regtype::text, 'type' from pg_type
       where typnamespace = 'public'::regnamespace and typowner = '${USER}'::regrole and typtype in ('d', 'e', 'r')
    ) as it
    where not exists (select from pg_depend where classid = class and objid = it.oid
                         and (deptype = 'e' or kind = 'sequence' and deptype in ('a', 'i')))
  loop execute statement; end loop;
end $$`
