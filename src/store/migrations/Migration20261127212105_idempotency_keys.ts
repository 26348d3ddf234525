import { Migration } from '@mikro-orm/migrations'

/** What the keys of callers have made, and what the keys of runs were used with. */
export class Migration20261127212105_idempotency_keys extends Migration {
  override name = 'Migration20261127212105_idempotency_keys'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "idempotency_key" ("workspace_id" varchar(40) not null, "key_hash" varchar(64) not null, "input_hash" varchar(64) not null, "made" text not null, "created_at" timestamptz not null, primary key ("workspace_id", "key_hash"));`,
    )
    this.addSql(
      `create index if not exists "idempotency_key_workspace_id_created_at_index" on "idempotency_key" ("workspace_id", "created_at");`,
    )
    this.addSql(`alter table "run_key" add column if not exists "input_hash" varchar(64) null;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "idempotency_key";`)
    this.addSql(`alter table "run_key" drop column "input_hash";`)
  }
}
