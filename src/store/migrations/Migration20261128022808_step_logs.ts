import { Migration } from '@mikro-orm/migrations'

/** What a step tells of its work. */
export class Migration20261128022808_step_logs extends Migration {
  override name = 'Migration20261128022808_step_logs'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "step_run" add column if not exists "log" json null, add column if not exists "progress" json null;`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "step_run" drop column "log", drop column "progress";`)
  }
}
