import { Migration } from '@mikro-orm/migrations'

/** About how much each workspace stores. */
export class Migration20261127203747_stored_bytes extends Migration {
  override name = 'Migration20261127203747_stored_bytes'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    // Not logged: after a crash it is measured again.
    this.addSql(
      `create unlogged table if not exists "stored_bytes" ("workspace_id" varchar(40) not null, "bytes" double precision not null, "measured_at" timestamptz not null, primary key ("workspace_id"));`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "stored_bytes";`)
  }
}
