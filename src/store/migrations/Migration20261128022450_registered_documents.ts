import { Migration } from '@mikro-orm/migrations'

/** GraphQL documents of apps that others wrote. */
export class Migration20261128022450_registered_documents extends Migration {
  override name = 'Migration20261128022450_registered_documents'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "registered_document" ("hash" varchar(64) not null, "name" text not null, "text" text not null, "created_at" timestamptz not null, primary key ("hash"));`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "registered_document";`)
  }
}
