import { Migration } from '@mikro-orm/migrations'
import { onlineIndex } from '../online-index.ts'

export class Migration20261123081140_run_filters extends Migration {
  override name = 'Migration20261123081140_run_filters'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "run" add column if not exists "trigger" text null, add column if not exists "started_by" text null;`,
    )
    const byAutomation = '"run" ("workspace_id", "automation", "status", "id")'
    const byStatus = '"run" ("workspace_id", "status", "id")'
    for (const sql of [
      ...onlineIndex('run_workspace_id_automation_status_id_index', byAutomation),
      ...onlineIndex('run_workspace_id_status_id_index', byStatus),
    ])
      this.addSql(sql)
    this.addSql(`drop index if exists "run_workspace_id_automation_id_index";`)
    // It holds for new rows at once, and the old ones are read without a lock that anybody waits for.
    this.addSql(
      `alter table "run" drop constraint if exists "run_trigger_check", add constraint "run_trigger_check" check ("trigger" in ('HOOK', 'MANUAL', 'SCHEDULE', 'TEST')) not valid;`,
    )
    this.addSql(`alter table "run" validate constraint "run_trigger_check";`)

    this.addSql(
      `alter table "invitation" add column if not exists "id" uuid not null default gen_random_uuid();`,
    )
    this.addSql(
      `alter table "invitation" drop constraint if exists "invitation_workspace_id_id_unique", add constraint "invitation_workspace_id_id_unique" unique ("workspace_id", "id");`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "invitation" drop constraint "invitation_workspace_id_id_unique";`)
    this.addSql(`alter table "invitation" drop column "id";`)

    this.addSql(`drop index "run_workspace_id_automation_status_id_index";`)
    this.addSql(`drop index "run_workspace_id_status_id_index";`)
    this.addSql(`alter table "run" drop constraint "run_trigger_check";`)
    this.addSql(`alter table "run" drop column "trigger", drop column "started_by";`)
    this.addSql(
      `create index "run_workspace_id_automation_id_index" on "run" ("workspace_id", "automation", "id");`,
    )
  }
}
