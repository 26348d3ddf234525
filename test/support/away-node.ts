import { Sensitive } from '../../src/sensitive.ts'
import { DISTRIBUTED_TABLES } from '../../src/store/distribute.ts'
import type { TestDatabase } from './database.ts'

/**
 * A database as one of several nodes is seen from a coordinator, whose nodes can be lost: whoever touches a row of a
 * workspace that was lost gets the error that Citus gives, and a statement that does not touch one goes on.
 */
export interface NodedDatabase {
  /** The address at which nodes can be lost. For others nothing changes. */
  url: Sensitive
  lose(workspace: string): Promise<void>
  find(workspace: string): Promise<void>
}

const ROLE = 'lockstep_nodes'

const REACH = `create function reach_node(p_workspace text) returns boolean language plpgsql stable as $$
begin
  if exists (select 1 from lost_node where workspace = p_workspace) then
    raise exception 'connection to the remote node 10.0.0.2:5432 failed' using errcode = '08006';
  end if;
  return true;
end $$`

// These run with the rights of their owner, which is a superuser here and meets no policy.
const OWNED = 'link_audit, link_audit_of, end_chain, thin_audit_checkpoints'

export async function withNodes(database: TestDatabase): Promise<NodedDatabase> {
  const [known] = await database.query('select 1 from pg_roles where rolname = $1', [ROLE])
  if (!known) await database.query(`create role ${ROLE} login password '${ROLE}'`)
  await database.query('create table lost_node (workspace text primary key)')
  await database.query(REACH)
  await database.query(`grant all on all tables in schema public to ${ROLE}`)
  await database.query(`grant all on all functions in schema public to ${ROLE}`)
  await database.query(`grant all on schema public to ${ROLE}`)
  for (const table of DISTRIBUTED_TABLES) {
    await database.query(`alter table ${table} enable row level security`)
    await database.query(
      `create policy node on ${table} to ${ROLE} using (reach_node(workspace_id)) with check (reach_node(workspace_id))`,
    )
  }
  for (const name of OWNED.split(', ')) await database.query(`alter function ${name} owner to ${ROLE}`)
  const url = new URL(database.url.reveal())
  url.username = ROLE
  url.password = ROLE
  return {
    url: new Sensitive(url.href),
    lose: async (workspace) => void (await database.query('insert into lost_node values ($1)', [workspace])),
    find: async (workspace) =>
      void (await database.query('delete from lost_node where workspace = $1', [workspace])),
  }
}
