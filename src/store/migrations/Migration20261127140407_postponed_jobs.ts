import { Migration } from '@mikro-orm/migrations'
import {
  nextJobs as nextJobsBefore,
  secretUse as secretUseBefore,
} from './Migration20261127102914_run_jobs.ts'

// How many postponed jobs one fetch finds to be due: those beyond are found by the next one.
const MOST_DUE = 1000

// As before, but what is postponed is not walked through: with a job of 10,000 workspaces each, to be done an hour later,
// every fetch took most of a second under the lock that all fetches wait for.
export const nextJobs = `
create or replace function next_run_jobs(p_places int, p_most int, p_after text,
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
  -- A row that somebody else holds keeps nobody waiting: its time comes with a later fetch.
  update run_job set postponed = false
    from (select workspace_id, run from run_job where worker is null and not woken and postponed and due_at <= v_now
           order by due_at limit ${MOST_DUE} for update skip locked) as due
   where run_job.workspace_id = due.workspace_id and run_job.run = due.run;
  select coalesce(array_agg(it.workspace_id), '{}'), coalesce(array_agg(it.run), '{}') into workspaces, runs
    from (select workspace_id, run from run_job
           where worker is null and woken and due_at <= v_now order by due_at limit p_places) as it;
  while v_laps < 2 and v_found < p_places loop
    select workspace_id into v_workspace from run_job
     where worker is null and not woken and not postponed and workspace_id > v_cursor order by workspace_id limit 1;
    if v_workspace is null or (v_laps = 1 and v_workspace > p_after) then
      v_laps := v_laps + 1;
      v_cursor := '';
      continue;
    end if;
    v_cursor := v_workspace;
    select greatest(0, p_most - count(*)) into v_free from run_job
     where worker is not null and not woken and workspace_id = v_workspace;
    select coalesce(array_agg(it.run), '{}') into v_due
      from (select run from run_job where worker is null and not woken and not postponed
               and workspace_id = v_workspace and due_at <= v_now order by due_at, run limit least(v_free, p_places)) as it;
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

// As before, but a row that somebody else holds is not waited for: the one who asks writes for many runs, and may hold the
// lock that all fetches wait for. Its value is handed out and that is put on record, and only when it was used last is
// not written. A step starts with a value only if its row is as it was when it was handed out.
export const secretUse = `
create or replace function use_secrets(p_workspaces text[], p_runs uuid[], p_steps text[], p_names text[])
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
     order by 1, 2 for no key update of secret skip locked),
  used as (
    update secret set last_used_at = now() from locked
     where secret.workspace_id = locked.workspace_id and secret.name = locked.name),
  recorded as (
    insert into audit_event (workspace_id, id, at, actor, action, target, detail)
    select workspace, uuid_of_now(), clock_timestamp(), 'run ' || workspace || '.' || run, 'secret.use', name,
           json_build_object('step', step)
      from complete)
  select complete.run, json_agg(json_build_object('name', secret.name, 'sealed', secret.sealed, 'policy', secret.policy,
                                                  'updatedAt', secret.updated_at::text))
    from complete join secret on secret.workspace_id = complete.workspace and secret.name = complete.name
   group by complete.workspace, complete.run;
end $$`

const WAITS = '"worker" is null and not "woken"'

/** What waits for its time, or is locked, keeps no fetch and no other run waiting. */
export class Migration20261127140407_postponed_jobs extends Migration {
  override name = 'Migration20261127140407_postponed_jobs'

  override up(): void | Promise<void> {
    this.addSql(`alter table "run_job" add "postponed" boolean not null default false;`)
    this.addSql(`update run_job set postponed = true where ${WAITS} and due_at > now();`)
    this.addSql(`drop index "run_job_waiting_index";`)
    this.addSql(
      `create index "run_job_waiting_index" on "run_job" ("workspace_id", "due_at", "run") where ${WAITS} and not "postponed";`,
    )
    this.addSql(
      `create index "run_job_postponed_index" on "run_job" ("due_at") where ${WAITS} and "postponed";`,
    )
    for (const sql of [nextJobs, secretUse]) this.addSql(sql)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function next_run_jobs, use_secrets;`)
    for (const sql of [nextJobsBefore, secretUseBefore]) this.addSql(sql)
    this.addSql(`drop index "run_job_postponed_index", "run_job_waiting_index";`)
    this.addSql(
      `create index "run_job_waiting_index" on "run_job" ("workspace_id", "due_at", "run") where ${WAITS};`,
    )
    this.addSql(`alter table "run_job" drop column "postponed";`)
  }
}
