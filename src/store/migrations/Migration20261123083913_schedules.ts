import { Migration } from '@mikro-orm/migrations'

export class Migration20261123083913_schedules extends Migration {
  override name = 'Migration20261123083913_schedules'

  override up(): void | Promise<void> {
    this.addSql(`alter table "automation" add "schedule" json null, add "next_run_at" timestamptz null;`)
    this.addSql(`create index "automation_next_run_at_index" on "automation" ("next_run_at");`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "automation_next_run_at_index";`)
    this.addSql(`alter table "automation" drop column "schedule", drop column "next_run_at";`)
  }
}
