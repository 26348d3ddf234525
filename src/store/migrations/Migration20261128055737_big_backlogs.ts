import { Migration } from '@mikro-orm/migrations'
import { onlineIndex } from '../online-index.ts'
import { nextJobs as nextJobsBefore } from './Migration20261128031500_full_workspaces.ts'

// How many jobs of a full workspace one fetch parks at most, those first that are due first.
const MOST_PARKED = 1000

// A fetch holds the lock that all fetches wait for. With 300,000 jobs of one workspace, as after an hour without a worker,
// parking them took more than ten minutes. The rest is met and parked by the fetches that follow.
const bounded = nextJobsBefore
  .replace(/(set parked_until = v_now \+ [^;]*?from \(select) run from/, '$1 workspace_id, run from')
  .replace(
    /(and workspace_id = v_workspace)(\s+for update skip locked\) as own\s+where run_job.workspace_id = )v_workspace/,
    `$1 order by due_at, run limit ${MOST_PARKED}$2own.workspace_id`,
  )

// A query below `from` may be done again for each row that it meets: it then finds others than before, because it has changed
// those already, and more than its limit. What a `with` clause finds is found once.
const LOCKING = /update run_job set ([^;]*?)\s+from \((select [^;]*?for update skip locked)\) as (\w+)/g
export const nextJobs = bounded.replaceAll(
  LOCKING,
  'with $3 as materialized ($2)\n  update run_job set $1 from $3',
)

/** A big backlog makes no fetch of runs long, and what was given up is found without looking at what waits. */
export class Migration20261128055737_big_backlogs extends Migration {
  override name = 'Migration20261128055737_big_backlogs'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    const givenUp = '"run_job" ("given_up_at") where "given_up_at" is not null'
    for (const sql of onlineIndex('run_job_given_up_index', givenUp)) this.addSql(sql)
    this.addSql(nextJobs)
  }

  override down(): void | Promise<void> {
    this.addSql(nextJobsBefore)
    this.addSql('drop index concurrently if exists "run_job_given_up_index"')
  }
}
