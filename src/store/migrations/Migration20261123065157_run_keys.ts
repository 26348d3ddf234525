import { Migration } from '@mikro-orm/migrations'

export class Migration20261123065157_run_keys extends Migration {
  override name = 'Migration20261123065157_run_keys'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "run_key" ("workspace_id" varchar(40) not null, "automation" uuid not null, "key_hash" varchar(64) not null, "run" uuid not null, "created_at" timestamptz not null, primary key ("workspace_id", "automation", "key_hash"));`,
    )
    this.addSql(
      `create index "run_key_workspace_id_created_at_index" on "run_key" ("workspace_id", "created_at");`,
    )

    this.addSql(`create index "run_workspace_id_created_at_index" on "run" ("workspace_id", "created_at");`)

    this.addSql(
      `alter table "run_key" add constraint "run_key_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "run_key" cascade;`)

    this.addSql(`drop index "run_workspace_id_created_at_index";`)
  }
}
