import { Migration } from '@mikro-orm/migrations'

export class Migration20261123081140_run_filters extends Migration {
  override name = 'Migration20261123081140_run_filters'

  override up(): void | Promise<void> {
    this.addSql(`drop index "run_workspace_id_automation_id_index";`)
    this.addSql(`alter table "run" add "trigger" text null, add "started_by" text null;`)
    this.addSql(
      `create index "run_workspace_id_automation_status_id_index" on "run" ("workspace_id", "automation", "status", "id");`,
    )
    this.addSql(`create index "run_workspace_id_status_id_index" on "run" ("workspace_id", "status", "id");`)
    this.addSql(
      `alter table "run" add constraint "run_trigger_check" check ("trigger" in ('HOOK', 'MANUAL', 'SCHEDULE', 'TEST'));`,
    )

    this.addSql(`alter table "invitation" add "id" uuid not null default gen_random_uuid();`)
    this.addSql(
      `alter table "invitation" add constraint "invitation_workspace_id_id_unique" unique ("workspace_id", "id");`,
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
