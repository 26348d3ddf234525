import { Migration } from '@mikro-orm/migrations'

/** Automations that are paused, and what admins say of secrets. */
export class Migration20261128000204_pauses_and_notes extends Migration {
  override name = 'Migration20261128000204_pauses_and_notes'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(`alter table "automation" add column if not exists "paused_at" timestamptz null;`)
    this.addSql(
      `alter table "secret" add column if not exists "owner" text null, add column if not exists "description" text null;`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "automation" drop column "paused_at";`)
    this.addSql(`alter table "secret" drop column "owner", drop column "description";`)
  }
}
