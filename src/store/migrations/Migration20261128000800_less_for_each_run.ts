import { Migration } from '@mikro-orm/migrations'
import { LINK_AUDIT } from '../audit-functions.ts'
import { nextJobs as nextJobsBefore } from './Migration20261127140407_postponed_jobs.ts'

// Usually all that waits gets a place: one look tells that, and then nobody has to go from workspace to workspace. They are
// handed out in the order in which that would find them. A workspace that gets its last place has more than one look.
const ALL_AT_ONCE = `
  with few as materialized (
    select workspace_id, run, due_at from run_job where worker is null and not woken and not postponed
     order by workspace_id, due_at, run limit p_places + 1),
  each as materialized (
    select workspace_id, count(*) as waiting, max(due_at) as latest from few group by workspace_id)
  select (select count(*) from few) <= p_places
         and not exists (select 1 from run_job where worker is null and woken)
         and not exists (select 1 from run_job where worker is null and not woken and postponed and due_at <= v_now)
         and not exists (select 1 from each where latest > v_now or p_most <= waiting + (
           select count(*) from run_job
            where worker is not null and not woken and workspace_id = each.workspace_id)),
         coalesce(array_agg(it.workspace_id order by it.turn, it.workspace_id <= p_after, it.workspace_id), '{}'),
         coalesce(array_agg(it.run order by it.turn, it.workspace_id <= p_after, it.workspace_id), '{}')
    into v_fits, workspaces, runs
    from (select few.*, row_number() over (partition by workspace_id order by due_at, run) as turn from few) as it;
  if v_fits then return; end if;`

export const nextJobs = nextJobsBefore
  .replace('  v_due uuid[];', '  v_due uuid[];\n  v_fits boolean;')
  .replace('  is_crowded := false;', `  is_crowded := false;${ALL_AT_ONCE}`)

/** Runs are found, and audit events linked, with fewer statements. The tables stay as they are. */
export class Migration20261128000800_less_for_each_run extends Migration {
  override name = 'Migration20261128000800_less_for_each_run'

  override up(): void | Promise<void> {
    for (const sql of [nextJobs, LINK_AUDIT]) this.addSql(sql)
  }

  override down(): void | Promise<void> {
    // What links events does what the one before did.
    this.addSql(nextJobsBefore)
  }
}
