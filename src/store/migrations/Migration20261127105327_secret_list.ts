import { Migration } from '@mikro-orm/migrations'

export class Migration20261127105327_secret_list extends Migration {
  override name = 'Migration20261127105327_secret_list'

  override up(): void | Promise<void> {
    this.addSql(
      `create index "secret_list_index" on "secret" ("workspace_id", "name") include ("updated_at");`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "secret_list_index";`)
  }
}
