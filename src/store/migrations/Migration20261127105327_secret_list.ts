import { Migration } from '@mikro-orm/migrations'
import { onlineIndex } from '../online-index.ts'

export class Migration20261127105327_secret_list extends Migration {
  override name = 'Migration20261127105327_secret_list'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    const definition = '"secret" ("workspace_id", "name") include ("updated_at")'
    for (const sql of onlineIndex('secret_list_index', definition)) this.addSql(sql)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "secret_list_index";`)
  }
}
