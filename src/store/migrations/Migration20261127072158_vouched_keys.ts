import { Migration } from '@mikro-orm/migrations'

export class Migration20261127072158_vouched_keys extends Migration {
  override name = 'Migration20261127072158_vouched_keys'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "signer" ("fingerprint" varchar(64) not null, "pem" text not null, "endorsement" text null, "predecessor" text null, "recipients" text null, "created_at" timestamptz not null, "retired_at" timestamptz null, primary key ("fingerprint"));`,
    )

    this.addSql(`alter table "workspace_key" add "signature" text null;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "signer" cascade;`)

    this.addSql(`alter table "workspace_key" drop column "signature";`)
  }
}
