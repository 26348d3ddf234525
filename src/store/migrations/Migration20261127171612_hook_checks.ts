import { Migration } from '@mikro-orm/migrations'

/** Requests at the door of a webhook, which a worker checks; and webhooks that answer with the output of their run. */
export class Migration20261127171612_hook_checks extends Migration {
  override name = 'Migration20261127171612_hook_checks'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    // Not logged: what stands in it is of use for a moment only, and nobody waits for the disk.
    this.addSql(
      `create unlogged table if not exists "hook_check" ("workspace_id" varchar(40) not null, "run" uuid not null, "signature" json not null, "sealed" text not null, "is_token" boolean not null, "created_at" timestamptz not null, "taken_at" timestamptz null, "verdict" text null, primary key ("workspace_id", "run"), constraint "hook_check_verdict_check" check ("verdict" in ('GENUINE', 'FORGED', 'UNSURE')));`,
    )
    this.addSql(
      `create index if not exists "hook_check_waiting_index" on "hook_check" ("created_at") where "taken_at" is null;`,
    )
    this.addSql(`alter table "automation" add column if not exists "hook_answer" json null;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "hook_check";`)
    this.addSql(`alter table "automation" drop column "hook_answer";`)
  }
}
