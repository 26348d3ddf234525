import { Migration } from '@mikro-orm/migrations'

/** What people allowed apps of other origins. */
export class Migration20261127205610_app_grants extends Migration {
  override name = 'Migration20261127205610_app_grants'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "app_grant" ("id" text not null, "user_id" text not null, "client" text not null, "redirect_uri" text not null, "code_challenge" text not null, "code_hash" text not null, "code_expires_at" timestamptz not null, "redeemed_at" timestamptz null, "family_hash" text null, "refresh_hash" text null, "access_hash" text null, "access_expires_at" timestamptz null, "address" text null, "user_agent" text null, "created_at" timestamptz not null, "used_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("id"));`,
    )
    this.addSql(`create index if not exists "app_grant_user_id_index" on "app_grant" ("user_id");`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "app_grant";`)
  }
}
