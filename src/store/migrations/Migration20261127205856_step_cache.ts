import { Migration } from '@mikro-orm/migrations'

/** What step types keep from one run to the next. */
export class Migration20261127205856_step_cache extends Migration {
  override name = 'Migration20261127205856_step_cache'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    // Not logged: after a crash it is made anew.
    this.addSql(
      `create unlogged table if not exists "step_cache" ("workspace_id" varchar(40) not null, "step_type" text not null, "key" text not null, "sealed" text null, "secrets" text[] not null, "expires_at" timestamptz not null, "lease" uuid null, "leased_until" timestamptz null, "created_at" timestamptz not null, primary key ("workspace_id", "step_type", "key"));`,
    )
    this.addSql(`create index if not exists "step_cache_expires_at_index" on "step_cache" ("expires_at");`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "step_cache";`)
  }
}
