import { AUDIT_LOCK } from './locks.ts'
import { ofOneWorkspace } from './one-workspace.ts'

/**
 * The functions of the database that make the chain of the audit log. They run with the rights of the owner, so that
 * nobody else needs a right to change an event, a link or a cut: whoever may call them chooses no hash.
 */

const GUARDS = 'set search_path = public, pg_temp'

/**
 * An event as it is hashed and exported, without the hash: one line of JSON, its members always in this order. Every text
 * is a JSON string, so no two events have the same line. `detail` stands there as it is stored, with line breaks between
 * its tokens as spaces.
 *
 * @param prefix of the columns, such as `event.`.
 */
export const lineOf = (prefix: string, sequence: string, previous: string): string => `
  '{"workspace":' || to_json(${prefix}workspace_id::text)::text || ',"sequence":' || ${sequence}
  || ',"previous":"' || encode(${previous}, 'hex') || '","id":"' || ${prefix}id || '","at":"'
  || coalesce(to_char(${prefix}at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')
  || '","actor":' || to_json(${prefix}actor)::text || ',"action":' || to_json(${prefix}action)::text
  || ',"target":' || to_json(${prefix}target)::text || ',"address":' || coalesce(to_json(${prefix}address)::text, 'null')
  || ',"client":' || coalesce(to_json(${prefix}client)::text, 'null')
  || ',"detail":' || coalesce(translate(${prefix}detail::text, E'\\n\\r', '  '), 'null') || '}'`

/** What the first event of a chain has as the hash of the one before. */
export const FIRST_PREVIOUS = '0'.repeat(64)

// An index scan leaves dead entries of the small index marked, so that the next one passes them; a bitmap scan does not.
// Links events in the order in which they are found, which is that of their ids but for those that were committed late.
// One caller at a time: the lock is let go of after the commit, and what follows the lock sees what the one before wrote.
// The links are written at once: a statement for each of them took four times as long.
const linkAudit = (name: string, of: string): string => `
create or replace function ${name} returns int
language plpgsql security definer ${GUARDS}
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_event record;
  v_workspace text;
  v_sequence bigint;
  v_hash bytea;
  v_workspaces text[] := '{}';
  v_ids uuid[] := '{}';
  v_sequences bigint[] := '{}';
  v_hashes bytea[] := '{}';
begin
  if not pg_try_advisory_xact_lock(${AUDIT_LOCK}) then return null; end if;
  for v_event in select * from audit_event where ${of}sequence is null order by workspace_id, id limit p_limit loop
    if v_event.workspace_id is distinct from v_workspace then
      perform end_chain(v_workspace, v_sequence, v_hash);
      v_workspace := v_event.workspace_id;
      select sequence, hash into v_sequence, v_hash from audit_chain where workspace_id = v_workspace;
      if not found then
        v_sequence := 0;
        v_hash := decode('${FIRST_PREVIOUS}', 'hex');
      end if;
    end if;
    v_sequence := v_sequence + 1;
    v_hash := sha256(convert_to(${lineOf('v_event.', 'v_sequence', 'v_hash')}, 'UTF8'));
    v_workspaces := array_append(v_workspaces, v_workspace);
    v_ids := array_append(v_ids, v_event.id);
    v_sequences := array_append(v_sequences, v_sequence);
    v_hashes := array_append(v_hashes, v_hash);
  end loop;
  perform end_chain(v_workspace, v_sequence, v_hash);
  update audit_event set sequence = it.sequence, hash = it.hash
    from unnest(v_workspaces, v_ids, v_sequences, v_hashes) as it (workspace, id, sequence, hash)
   where audit_event.workspace_id = it.workspace and audit_event.id = it.id and audit_event.sequence is null;
  return cardinality(v_ids);
end $$`

export const LINK_AUDIT = linkAudit('link_audit(p_limit int)', '')
/** The same for one workspace: a statement over all fails while a node of a distributed database is away. */
export const LINK_AUDIT_OF = ofOneWorkspace(
  linkAudit('link_audit_of(p_workspace text, p_limit int)', 'workspace_id = p_workspace and '),
  'p_workspace',
)

const END_CHAIN = `
create or replace function end_chain(p_workspace text, p_sequence bigint, p_hash bytea) returns void
language sql ${GUARDS} as $$
  insert into audit_chain (workspace_id, sequence, hash) select p_workspace, p_sequence, p_hash
   where p_workspace is not null
      on conflict (workspace_id) do update set sequence = excluded.sequence, hash = excluded.hash
$$`

// One checkpoint of each day is enough of what is older than a week: each vouches for all that is before it.
const THIN_CHECKPOINTS = `
create or replace function thin_audit_checkpoints() returns int
language plpgsql security definer ${GUARDS} as $$
declare
  v_count int;
begin
  delete from audit_checkpoint as it
   where at < now() - interval '7 days' and exists (
     select 1 from audit_checkpoint as later
      where later.workspace_id = it.workspace_id and later.sequence > it.sequence
        and later.at < date_trunc('day', it.at, 'UTC') + interval '1 day');
  get diagnostics v_count = row_count;
  return v_count;
end $$`

export const AUDIT_FUNCTIONS = [
  END_CHAIN,
  LINK_AUDIT,
  THIN_CHECKPOINTS,
  // Nobody may call what runs with the owner's rights, but to whom docs/database-roles.sql grants it.
  'revoke execute on function end_chain, link_audit, thin_audit_checkpoints from public',
]
