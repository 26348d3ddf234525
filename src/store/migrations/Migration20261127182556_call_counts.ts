import { Migration } from '@mikro-orm/migrations'

/** What the limits of workspaces count. */
export class Migration20261127182556_call_counts extends Migration {
  override name = 'Migration20261127182556_call_counts'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    // Not logged: nobody waits for the disk, and after a crash a limit begins anew.
    this.addSql(
      `create unlogged table if not exists "call_count" ("workspace_id" varchar(40) not null, "subject" text not null, "minute" timestamptz not null, "count" int not null, primary key ("workspace_id", "subject", "minute"));`,
    )
    this.addSql(`create index if not exists "call_count_minute_index" on "call_count" ("minute");`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "call_count";`)
  }
}
