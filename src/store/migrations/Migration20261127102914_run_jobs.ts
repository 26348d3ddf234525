import { Migration } from '@mikro-orm/migrations'
import { CLAIM_LOCK } from '../locks.ts'

// As UUIDv7: ids of audit events are in the order of time.
const uuidOfNow = `
create function uuid_of_now() returns uuid language sql volatile as $$
  select (lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
          || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$`

// Marks secrets as used, puts that on record and gives their sealed values. All of a run's secrets are there, or
// nothing is recorded or given of that run. Rows are locked in one order, so that two callers do not wait for each other.
export const secretUse = `
create function use_secrets(p_workspaces text[], p_runs uuid[], p_steps text[], p_names text[])
returns table (run uuid, secrets json) language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with wanted as materialized (
    select * from unnest(p_workspaces, p_runs, p_steps, p_names) as it (workspace, run, step, name)),
  complete as materialized (
    select wanted.* from wanted where not exists (
      select 1 from wanted as other where other.workspace = wanted.workspace and other.run = wanted.run
         and not exists (select 1 from secret where secret.workspace_id = other.workspace and secret.name = other.name))),
  locked as materialized (
    select secret.workspace_id, secret.name
      from (select distinct workspace, name from complete) as it
      join secret on secret.workspace_id = it.workspace and secret.name = it.name
     order by 1, 2 for no key update of secret),
  used as (
    update secret set last_used_at = now() from locked
     where secret.workspace_id = locked.workspace_id and secret.name = locked.name
    returning secret.workspace_id, secret.name, secret.sealed, secret.policy, secret.updated_at),
  recorded as (
    insert into audit_event (workspace_id, id, at, actor, action, target, detail)
    select workspace, uuid_of_now(), clock_timestamp(), 'run ' || workspace || '.' || run, 'secret.use', name,
           json_build_object('step', step)
      from complete)
  select complete.run, json_agg(json_build_object('name', used.name, 'sealed', used.sealed, 'policy', used.policy,
                                                  'updatedAt', used.updated_at::text))
    from complete join used on used.workspace_id = complete.workspace and used.name = complete.name
   group by complete.workspace, complete.run;
end $$`

// Which jobs come next: those that were woken, then one of each workspace in turn, from behind the workspace that was
// served last. It goes from workspace to workspace by the index and never through the queue of one.
export const nextJobs = `
create function next_run_jobs(p_places int, p_most int, p_after text,
  out workspaces text[], out runs uuid[], out is_crowded boolean)
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_cursor text := p_after;
  v_workspace text;
  v_laps int := 0;
  v_found int := 0;
  v_free int;
  v_due uuid[];
  v_turns int[] := '{}';
  v_workspaces text[] := '{}';
  v_runs uuid[] := '{}';
begin
  is_crowded := false;
  select coalesce(array_agg(it.workspace_id), '{}'), coalesce(array_agg(it.run), '{}') into workspaces, runs
    from (select workspace_id, run from run_job
           where worker is null and woken and due_at <= v_now order by due_at limit p_places) as it;
  while v_laps < 2 and v_found < p_places loop
    select workspace_id into v_workspace from run_job
     where worker is null and not woken and workspace_id > v_cursor order by workspace_id limit 1;
    if v_workspace is null or (v_laps = 1 and v_workspace > p_after) then
      v_laps := v_laps + 1;
      v_cursor := '';
      continue;
    end if;
    v_cursor := v_workspace;
    select greatest(0, p_most - count(*)) into v_free from run_job
     where worker is not null and not woken and workspace_id = v_workspace;
    select coalesce(array_agg(it.run), '{}') into v_due
      from (select run from run_job where worker is null and not woken and workspace_id = v_workspace
               and due_at <= v_now order by due_at, run limit least(v_free, p_places)) as it;
    is_crowded := is_crowded or cardinality(v_due) = v_free;
    for i in 1 .. cardinality(v_due) loop
      v_workspaces := v_workspaces || v_workspace;
      v_runs := v_runs || v_due[i];
      v_turns := v_turns || i;
    end loop;
    v_found := v_found + least(1, cardinality(v_due));
  end loop;
  select workspaces || coalesce(array_agg(it.workspace), '{}'), runs || coalesce(array_agg(it.run), '{}')
    into workspaces, runs
    from (select workspace, run from unnest(v_workspaces, v_runs, v_turns) with ordinality as found (workspace, run, turn, at)
           order by turn, at limit p_places - cardinality(runs)) as it;
end $$`

// Hands out runs, each with a claim of its own, and with the sealed values of the secrets of its first step if none of
// its steps has begun. Whoever waits for the lock sees afterwards what those before have taken.
export const claimRuns = `
create function claim_runs(p_worker uuid, p_places int, p_most int, p_after text)
returns table (workspace text, run uuid, claim uuid, begun boolean, cancelled boolean, steps json, hook json,
               input text, created_at timestamptz, started_at timestamptz, secrets json, rest text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_workspaces text[];
  v_runs uuid[];
  v_crowded boolean;
  v_taken int;
begin
  perform pg_advisory_xact_lock(${CLAIM_LOCK});
  if not exists (select 1 from run_worker where id = p_worker) then return; end if;
  select it.workspaces, it.runs, it.is_crowded into v_workspaces, v_runs, v_crowded
    from next_run_jobs(p_places, p_most, p_after) as it;
  return query
  with wanted as materialized (select * from unnest(v_workspaces, v_runs) with ordinality as it (workspace, run, at)),
  held as materialized (
    select run.workspace_id, run.id, wanted.at, run.steps, run.hook_signature, run.sealed_input, run.created_at,
           run.cancel_requested_at is not null as cancelled,
           exists (select 1 from step_run where step_run.workspace_id = run.workspace_id and step_run.run = run.id) as begun
      from wanted join run on run.workspace_id = wanted.workspace and run.id = wanted.run
     where run.status in ('QUEUED', 'RUNNING')
     order by run.workspace_id, run.id for update of run skip locked),
  taken as (
    update run_job set worker = p_worker, claim = gen_random_uuid(), attempts = run_job.attempts + 1 from held
     where run_job.workspace_id = held.workspace_id and run_job.run = held.id and run_job.worker is null
    returning run_job.*),
  began as (
    update run set status = 'RUNNING', claim = taken.claim, started_at = coalesce(run.started_at, clock_timestamp())
      from taken where run.workspace_id = taken.workspace_id and run.id = taken.run
    returning run.workspace_id, run.id, run.started_at),
  uses as materialized (
    select taken.workspace_id, taken.run, taken.use_by, it.name
      from taken join held on held.workspace_id = taken.workspace_id and held.id = taken.run
     cross join unnest(taken.secrets) as it (name) where not held.begun and not held.cancelled),
  used as materialized (
    select it.* from (select array_agg(workspace_id::text) as a, array_agg(run) as b, array_agg(use_by) as c,
                             array_agg(name) as d from uses) as all_uses
     cross join lateral use_secrets(all_uses.a, all_uses.b, all_uses.c, all_uses.d) as it)
  select taken.workspace_id::text, taken.run, taken.claim, held.begun, held.cancelled, held.steps, held.hook_signature,
         held.sealed_input, held.created_at, began.started_at, used.secrets, null::text
    from taken join held on held.workspace_id = taken.workspace_id and held.id = taken.run
    join began on began.workspace_id = taken.workspace_id and began.id = taken.run
    left join used on used.run = taken.run
   order by held.at;
  get diagnostics v_taken = row_count;
  if v_taken < cardinality(v_runs) then
    -- Of runs that have ended, or are gone, nothing is left to do.
    delete from run_job using unnest(v_workspaces, v_runs) as it (workspace, run)
     where run_job.workspace_id = it.workspace and run_job.run = it.run and run_job.worker is null
       and not exists (select 1 from run where run.workspace_id = it.workspace and run.id = it.run
                          and run.status in ('QUEUED', 'RUNNING'));
    if found then rest := 'again'; return next; return; end if;
  end if;
  if v_crowded then rest := 'crowded'; return next; end if;
end $$`

// What the queue before this one had left to do. Workers of the old version have to be stopped by then.
const moveJobs = `
do $$ begin
  if to_regclass('pgboss.job') is null then return; end if;
  lock table pgboss.job in access exclusive mode;
  insert into run_job (workspace_id, run, due_at, attempts)
  select data->>'workspace', id, start_after, retry_count from pgboss.job
   where name = 'runs' and state in ('created', 'retry', 'active');
  drop schema pgboss cascade;
end $$`

/** The queue is a table of ours: a job for each run that has not ended. */
export class Migration20261127102914_run_jobs extends Migration {
  override name = 'Migration20261127102914_run_jobs'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "run_clock" ("id" int not null, "minute" timestamptz not null, "worker" uuid null, primary key ("id"));`,
    )

    // Rows come, change and go all the time: the room of the dead is to be used again at once.
    this.addSql(
      `create table "run_job" ("workspace_id" varchar(40) not null, "run" uuid not null, "use_by" text null, "secrets" text[] not null default '{}', "due_at" timestamptz not null, "woken" boolean not null default false, "worker" uuid null, "claim" uuid null, "attempts" int not null default 0, "given_up_at" timestamptz null, primary key ("workspace_id", "run"))
         with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
               autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000, autovacuum_vacuum_cost_delay = 0);`,
    )
    this.addSql(
      `create index "run_job_waiting_index" on "run_job" ("workspace_id", "due_at", "run") where "worker" is null and not "woken";`,
    )
    this.addSql(
      `create index "run_job_woken_index" on "run_job" ("due_at") where "worker" is null and "woken";`,
    )
    this.addSql(
      `create index "run_job_running_index" on "run_job" ("workspace_id", "worker") where "worker" is not null;`,
    )

    this.addSql(
      `create table "run_worker" ("id" uuid not null, "seen_at" timestamptz not null, primary key ("id")) with (fillfactor = 50);`,
    )
    for (const sql of [uuidOfNow, secretUse, nextJobs, claimRuns, moveJobs]) this.addSql(sql)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function claim_runs, next_run_jobs, use_secrets, uuid_of_now;`)
    this.addSql(`drop table if exists "run_clock" cascade;`)
    this.addSql(`drop table if exists "run_job" cascade;`)
    this.addSql(`drop table if exists "run_worker" cascade;`)
  }
}
