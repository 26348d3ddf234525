import { Migration } from '@mikro-orm/migrations'

export class Migration20261123070730_hook_signatures extends Migration {
  override name = 'Migration20261123070730_hook_signatures'

  override up(): void | Promise<void> {
    this.addSql(`alter table "run" add "hook_signature" json null;`)

    this.addSql(`alter table "automation" add "hook_signature" json null;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "automation" drop column "hook_signature";`)

    this.addSql(`alter table "run" drop column "hook_signature";`)
  }
}
