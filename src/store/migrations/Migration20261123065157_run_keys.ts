import { Migration } from '@mikro-orm/migrations'
import { onlineIndex } from '../online-index.ts'

export class Migration20261123065157_run_keys extends Migration {
  override name = 'Migration20261123065157_run_keys'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "run_key" ("workspace_id" varchar(40) not null constraint "run_key_workspace_id_foreign" references "workspace" ("id"), "automation" uuid not null, "key_hash" varchar(64) not null, "run" uuid not null, "created_at" timestamptz not null, primary key ("workspace_id", "automation", "key_hash"));`,
    )
    this.addSql(
      `create index if not exists "run_key_workspace_id_created_at_index" on "run_key" ("workspace_id", "created_at");`,
    )
    const definition = '"run" ("workspace_id", "created_at")'
    for (const sql of onlineIndex('run_workspace_id_created_at_index', definition)) this.addSql(sql)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "run_key" cascade;`)

    this.addSql(`drop index "run_workspace_id_created_at_index";`)
  }
}
