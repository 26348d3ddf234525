import { Migration } from '@mikro-orm/migrations'
import { onlineIndex } from '../online-index.ts'
import { nextJobs as nextJobsBefore } from './Migration20261128000800_less_for_each_run.ts'

const WAITS = 'worker is null and not woken'
const READY = `${WAITS} and not postponed`
const NOT_PARKED = 'parked_until is null'

// How long a job stays parked at most that nobody takes out (seconds), and how many a fetch finds to be parked for so long.
const PARKED_FOR = 5
const MOST_FREED = 20

// Nobody else has to look at what waits in a workspace that has all its places taken: its jobs are parked, and left aside by
// every fetch until one of its runs has ended, whose worker takes one out. What is missed comes back by itself.
const FREE = `
  update run_job set parked_until = null
    from (select workspace_id, run from run_job where ${WAITS} and parked_until <= v_now
           order by parked_until limit ${MOST_FREED} for update skip locked) as late
   where run_job.workspace_id = late.workspace_id and run_job.run = late.run;
  v_parked := exists (select 1 from run_job where ${WAITS} and parked_until is not null);
  is_crowded := v_parked;`

const PARK = `
    if v_free = 0 then
      is_crowded := true;
      update run_job set parked_until = v_now + interval '${PARKED_FOR} seconds'
        from (select run from run_job where ${READY} and ${NOT_PARKED} and workspace_id = v_workspace
               for update skip locked) as own
       where run_job.workspace_id = v_workspace and run_job.run = own.run;
      continue;
    end if;`

export const nextJobs = nextJobsBefore
  .replaceAll('not woken and not postponed', `not woken and not postponed and ${NOT_PARKED}`)
  .replace('  v_fits boolean;', '  v_fits boolean;\n  v_parked boolean;')
  .replace('  is_crowded := false;', FREE)
  .replace(
    '  select (select count(*) from few) <= p_places',
    '  select (select count(*) from few) <= p_places and not v_parked',
  )
  .replace(/(select greatest\(0, p_most - count\(\*\)\) into v_free[^;]*;)/, `$1${PARK}`)

const READY_INDEX = `"run_job" ("workspace_id", "due_at", "run") where "worker" is null and not "woken" and not "postponed"`
const PARKED = `where "worker" is null and not "woken" and "parked_until" is not null`

/** What waits in full workspaces is not looked at by every fetch of runs. */
export class Migration20261128031500_full_workspaces extends Migration {
  override name = 'Migration20261128031500_full_workspaces'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(`alter table "run_job" add column if not exists "parked_until" timestamptz null`)
    const indexes = {
      run_job_ready_index: `${READY_INDEX} and "parked_until" is null`,
      run_job_parked_index: `"run_job" ("parked_until") ${PARKED}`,
      run_job_parked_order_index: `"run_job" ("workspace_id", "due_at", "run") ${PARKED}`,
    }
    for (const [name, definition] of Object.entries(indexes))
      for (const sql of onlineIndex(name, definition)) this.addSql(sql)
    this.addSql(nextJobs)
    this.addSql('drop index concurrently if exists "run_job_waiting_index"')
  }

  override down(): void | Promise<void> {
    for (const sql of onlineIndex('run_job_waiting_index', READY_INDEX)) this.addSql(sql)
    this.addSql(nextJobsBefore)
    this.addSql(
      'drop index concurrently if exists "run_job_ready_index"; drop index concurrently if exists "run_job_parked_index"; drop index concurrently if exists "run_job_parked_order_index"',
    )
    this.addSql('alter table "run_job" drop column "parked_until"')
  }
}
