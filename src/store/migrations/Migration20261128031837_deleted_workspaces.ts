import { Migration } from '@mikro-orm/migrations'

/** Workspaces that are deleted, and what removes them. */
export class Migration20261128031837_deleted_workspaces extends Migration {
  override name = 'Migration20261128031837_deleted_workspaces'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "workspace" add column if not exists "deleted_at" timestamptz null, add column if not exists "purged_at" timestamptz null;`,
    )
    // By the owner's rights, and for deleted workspaces alone: a worker could otherwise remove any.
    // The keys go first. Runs go once they have ended, so many at a time. The audit log stays.
    this.addSql(`
      create or replace function purge_workspace(p_workspace text, p_most int) returns text
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
          ended uuid[];
          it text;
        begin
          perform 1 from workspace where id = p_workspace and deleted_at is not null and purged_at is null for update skip locked;
          if not found then return 'waits'; end if;
          foreach it in array array['workspace_key', 'secret', 'step_cache', 'membership', 'invitation', 'api_token',
              'automation_draft', 'automation_version', 'alert_setting', 'failure_alert', 'idempotency_key', 'run_key',
              'hook_check', 'call_count', 'stored_bytes'] loop
            execute format('delete from %I where workspace_id = $1', it) using p_workspace;
          end loop;
          select array_agg(id) into ended from (
            select id from run where workspace_id = p_workspace and finished_at is not null limit p_most) as old;
          if ended is not null then
            delete from run_file_chunk where workspace_id = p_workspace and run = any (ended);
            delete from run_file where workspace_id = p_workspace and run = any (ended);
            delete from step_run where workspace_id = p_workspace and run = any (ended);
            delete from run_job where workspace_id = p_workspace and run = any (ended);
            delete from run where workspace_id = p_workspace and id = any (ended);
            return 'more';
          end if;
          if exists (select 1 from run where workspace_id = p_workspace) then return 'waits'; end if;
          delete from automation where workspace_id = p_workspace;
          update workspace set purged_at = clock_timestamp() where id = p_workspace;
          return 'none';
        end $$;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function purge_workspace;`)
    this.addSql(`alter table "workspace" drop column "deleted_at", drop column "purged_at";`)
  }
}
