import { Migration } from '@mikro-orm/migrations'
import { LINK_AUDIT_OF } from '../audit-functions.ts'
import { ofOneWorkspace } from '../one-workspace.ts'
import { claimRuns } from './Migration20261127102914_run_jobs.ts'
import { secretUse } from './Migration20261127140407_postponed_jobs.ts'

const FUNCTIONS = 'claim_runs_of, use_secrets_of, link_audit_of'

// The workspace's own jobs that are due, in the order in which all of them would be.
const NEXT_OF_ONE = `from (
      select coalesce(array_agg(p_workspace), '{}') as workspaces, coalesce(array_agg(run), '{}') as runs, false as is_crowded
        from (select run from run_job where worker is null and workspace_id = p_workspace and due_at <= clock_timestamp()
               order by woken desc, due_at, run
               limit least(p_places, greatest(
                 (select count(*) from run_job where worker is null and woken and workspace_id = p_workspace),
                 p_most - (select count(*) from run_job
                            where worker is not null and not woken and workspace_id = p_workspace)))) as due)`

/** What {@link claimRuns} does, for one workspace. */
const claimRunsOf = ofOneWorkspace(claimRuns, 'p_workspace')
  .replace('create function claim_runs(', 'create or replace function claim_runs_of(')
  .replace('p_after text', 'p_workspace text')
  .replace('from next_run_jobs(p_places, p_most, p_after)', NEXT_OF_ONE)

const useSecretsOf = ofOneWorkspace(secretUse, 'p_workspace').replace(
  'function use_secrets(',
  'function use_secrets_of(p_workspace text, ',
)

/**
 * Runs of one workspace can be handed out, and its audit events linked, while those of others cannot be reached. The tables
 * stay as they are.
 */
export class Migration20261128023300_one_workspace extends Migration {
  override name = 'Migration20261128023300_one_workspace'

  override up(): void | Promise<void> {
    for (const sql of [useSecretsOf, claimRunsOf, LINK_AUDIT_OF]) this.addSql(sql)
    // docs/database-roles.sql grants them: links are written with the rights of the owner.
    this.addSql(`revoke execute on function ${FUNCTIONS} from public`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function ${FUNCTIONS}`)
  }
}
