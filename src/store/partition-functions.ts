import { PARTITION_LOCK } from './locks.ts'
import { LOCK_TIMEOUT_MS } from './patient-migrator.ts'

/**
 * The functions that partition the tables which grow with every run. A worker may call two of them, and has no right
 * to the tables' definitions itself: they run with the rights of the owner, on these tables only, with a fixed
 * search path, and give way to others as a migration does.
 *
 * A partition is named after the day it begins. The last one has no end: what no partition was made for yet goes there.
 */

const GUARDS = `set search_path = public, pg_temp set lock_timeout = '${LOCK_TIMEOUT_MS}ms'`

// The first id of a moment, and the moment of an id: ids are UUIDv7 (RFC 9562, 5.7).
const IDS_OF_TIME = `
create or replace function first_id_at(p_at timestamptz) returns uuid language sql immutable parallel safe as $$
  select (lpad(to_hex(floor(extract(epoch from p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
create or replace function time_of_id(p_id uuid) returns timestamptz language sql immutable parallel safe as $$
  select to_timestamp(('x' || left(replace(p_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$`

const PARTITIONS_OF = `
create or replace function partitions_of(p_table text) returns table (part text, since uuid, until uuid)
language sql stable set search_path = public, pg_temp as $$
  select part.relname::text,
         (regexp_match(bound.text, $re$FROM \\('([^']+)'\\)$re$))[1]::uuid as since,
         (regexp_match(bound.text, $re$TO \\('([^']+)'\\)$re$))[1]::uuid
    from pg_inherits join pg_class as part on part.oid = inhrelid
   cross join lateral (select pg_get_expr(part.relpartbound, part.oid) as text) as bound
   where inhparent = to_regclass('public.' || quote_ident(p_table))
   order by since nulls first
$$`

// Makes a table the first partition of a new one with its name, its keys, indexes, checks and rights. Its rows stay
// where they are, and none is read: no bound has to be checked, and every index is there.
const PARTITION_TABLE = `
create or replace function partition_table(p_table text) returns void language plpgsql ${GUARDS} as $$
declare
  v_first text := p_table || '_first';
  v_indexes text[];
  v_constraints text[];
  v_grants text[];
  v_sql text;
  v_name text;
begin
  if (select relkind from pg_class where oid = to_regclass(p_table)) = 'p' then return; end if;
  execute format('lock table %I in access exclusive mode', p_table);
  select array_agg(format('add constraint %I %s', conname, pg_get_constraintdef(oid)) order by contype desc)
    into v_constraints from pg_constraint where conrelid = to_regclass(p_table) and contype in ('p', 'f');
  select array_agg(pg_get_indexdef(indexrelid)) into v_indexes from pg_index
   where indrelid = to_regclass(p_table) and not exists (select 1 from pg_constraint where conindid = indexrelid);
  select array_agg(sql) into v_grants from (
    select format('grant %s on %I to %s', privilege_type, p_table, coalesce(rolname::text, 'public')) as sql
      from pg_class cross join lateral aclexplode(relacl) left join pg_roles on pg_roles.oid = grantee
     where pg_class.oid = to_regclass(p_table) and grantee <> relowner
    union all
    select format('grant %s (%I) on %I to %s', privilege_type, attname, p_table, coalesce(rolname::text, 'public'))
      from pg_attribute cross join lateral aclexplode(attacl) left join pg_roles on pg_roles.oid = grantee
     where attrelid = to_regclass(p_table)) as granted;
  for v_name in select relname from pg_index join pg_class on pg_class.oid = indexrelid
                 where indrelid = to_regclass(p_table) loop
    execute format('alter index %I rename to %I', v_name, v_first || substr(v_name, length(p_table) + 1));
  end loop;
  execute format('alter table %I rename to %I', p_table, v_first);
  execute format('create table %I (like %I including defaults including constraints) partition by range (%I)',
                 p_table, v_first, partition_key(p_table));
  foreach v_sql in array v_constraints loop execute format('alter table %I %s', p_table, v_sql); end loop;
  foreach v_sql in array coalesce(v_indexes, '{}') loop execute v_sql; end loop;
  execute format('alter table %I attach partition %I for values from (minvalue) to (maxvalue)', p_table, v_first);
  foreach v_sql in array coalesce(v_grants, '{}') loop execute v_sql; end loop;
end $$`

export const PARTITION_KEY = `
create or replace function partition_key(p_table text) returns text language plpgsql immutable as $$
begin
  case p_table when 'run', 'audit_event' then return 'id'; when 'step_run', 'run_file', 'run_file_chunk' then return 'run';
  else raise exception 'the table % is not one that is partitioned', p_table; end case;
end $$`

// A step's row is written twice, and no index changes with its end if there is room for that beside it.
const ADD_PARTITION = `
create or replace function add_partition(p_table text, p_since uuid) returns void language plpgsql ${GUARDS} as $$
begin
  execute format('create table %I partition of %I for values from (%L) to (maxvalue)%s',
                 p_table || '_' || to_char(time_of_id(p_since) at time zone 'UTC', 'YYYYMMDD'), p_table, p_since,
                 case p_table when 'step_run' then ' with (fillfactor = 70)' else '' end);
end $$`

// Whoever waits for a whole table has everybody after it wait too. So nobody begins to wait while a transaction is at the
// table that lasts, such as a backup: one that is there in two looks. What is left are those that end at once.
export const GIVE_WAY = `
create or replace function give_way(p_table text) returns void language plpgsql ${GUARDS} as $$
declare
  v_before text[] := holders_of(p_table);
begin
  if cardinality(v_before) = 0 then return; end if;
  perform pg_sleep(0.1);
  if v_before && holders_of(p_table) then
    raise lock_not_available using message = format('another transaction is at the table %s', p_table);
  end if;
end $$`

// The other transactions that have the table or a partition of it.
export const HOLDERS_OF = `
create or replace function holders_of(p_table text) returns text[]
language sql volatile set search_path = public, pg_temp as $$
  select coalesce(array_agg(virtualtransaction), '{}') from pg_locks
   where pid <> pg_backend_pid() and granted and database = (select oid from pg_database where datname = current_database())
     and (relation = to_regclass(p_table) or relation in (select inhrelid from pg_inherits where inhparent = to_regclass(p_table)))
$$`

// Sees to a partition that begins in two days or later, so that its beginning is there in time. What the last partition
// holds may take long to look through: it is given an end in three steps, each a transaction, and only the second reads.
export const GROW_PARTITION = `
create or replace function grow_partition(p_table text, p_days int) returns text
language plpgsql security definer ${GUARDS} as $$
declare
  v_key text := partition_key(p_table);
  v_width float8 := p_days * 86400.0;
  v_open text;
  v_since uuid;
  v_until text;
  v_valid boolean;
  v_newest uuid;
begin
  if p_days is null or p_days not between 1 and 31 then raise exception 'a partition has 1 to 31 days'; end if;
  if not pg_try_advisory_xact_lock(${PARTITION_LOCK}) then return null; end if;
  select part, since into strict v_open, v_since from partitions_of(p_table) where until is null;
  if time_of_id(v_since) > now() + interval '2 days' then return null; end if;
  select convalidated, (regexp_match(pg_get_constraintdef(oid), $re$< '([^']+)'$re$))[1] into v_valid, v_until
    from pg_constraint where conrelid = to_regclass(v_open) and conname = v_open || '_end';
  if v_until is null then
    execute format('select newest.id from workspace cross join lateral (select %1$I as id from %2$I as it
      where it.workspace_id = workspace.id order by %1$I desc limit 1) as newest order by 1 desc limit 1', v_key, v_open)
      into v_newest;
    -- By a clock that is wrong by so much that a partition up to there would never end.
    if time_of_id(v_newest) > now() + interval '1 year' then return 'future'; end if;
    v_until := first_id_at(to_timestamp((floor(extract(epoch from greatest(time_of_id(v_since), time_of_id(v_newest),
      now() + case when v_newest is null then interval '2 days' else interval '30 days' end)) / v_width) + 1) * v_width));
    if v_newest is not null then
      perform give_way(p_table);
      execute format('alter table %1$I add constraint %2$I check (%3$I < %4$L and %3$I >= %5$L) not valid',
                     v_open, v_open || '_end', v_key, v_until, coalesce(v_since::text, repeat('0', 32)));
      return 'limited';
    end if;
  elsif not v_valid then
    execute format('alter table %I validate constraint %I', v_open, v_open || '_end');
    return 'validated';
  end if;
  perform give_way(p_table);
  execute format('alter table %I detach partition %I', p_table, v_open);
  execute format('alter table %I attach partition %I for values from (%s) to (%L)',
                 p_table, v_open, coalesce(quote_literal(v_since), 'minvalue'), v_until);
  execute format('alter table %I drop constraint if exists %I', v_open, v_open || '_end');
  perform add_partition(p_table, v_until::uuid);
  return 'added';
end $$`

// The oldest partition, if all of it is older than so many days. One with runs that have not ended stays until they have.
// Events of the last month cannot be dropped by it: a worker that was taken over hides nothing that happened lately. Nor can
// any that no cut of the chain names (src/store/audit-cuts.ts), which says who vouches for what is kept.
export const DROP_PARTITION = `
create or replace function drop_partition(p_table text, p_days int) returns text
language plpgsql security definer ${GUARDS} as $$
declare
  v_part text;
  v_until uuid;
  v_is_kept boolean;
begin
  perform partition_key(p_table);
  if p_days is null or p_days < (case p_table when 'audit_event' then 30 else 1 end) then
    raise exception 'what is younger than that is not dropped';
  end if;
  if not pg_try_advisory_xact_lock(${PARTITION_LOCK}) then return null; end if;
  select part, until into v_part, v_until from partitions_of(p_table) order by since nulls first limit 1;
  if v_until is null or v_until > first_id_at(now() - make_interval(days => p_days)) then return null; end if;
  if p_table <> 'audit_event' and exists (select 1 from run where finished_at is null and id < v_until) then
    return null;
  end if;
  if p_table = 'audit_event' then
    execute format('select exists (select 1 from %I as it where sequence is null or not exists (select 1 from audit_cut as cut
      where cut.workspace_id = it.workspace_id and cut.last >= it.sequence and cut.first <= it.sequence))', v_part)
      into v_is_kept;
    if v_is_kept then return null; end if;
  end if;
  perform give_way(p_table);
  execute format('drop table %I', v_part);
  return v_part;
end $$`

export const PARTITION_FUNCTIONS = [
  IDS_OF_TIME,
  PARTITIONS_OF,
  PARTITION_KEY,
  PARTITION_TABLE,
  ADD_PARTITION,
  HOLDERS_OF,
  GIVE_WAY,
  GROW_PARTITION,
  DROP_PARTITION,
  // Nobody may call what runs with the owner's rights, but to whom docs/database-roles.sql grants it.
  'revoke execute on function partition_table, add_partition, grow_partition, drop_partition from public',
]
